import {GIT, TRAPS} from './git-script.ts';
import {PRELUDE} from './scripts.ts';

/** PATH...: the commit; the case of the mark and the commit at which it began, or two empty lines; what differs from the commit, ended by NUL. */
export const STATE = `${PRELUDE}${GIT}${TRAPS}
printf '%s\\n' "$head"
if [ -f "$mark" ]; then sed -n 1,2p "$mark"; else printf '\\n\\n'; fi
[ $# -eq 0 ] || changes "$@"
`;

/** CASE: writes the mark, atomically: the case, the commit, and the names in /work, by which \`FORGET\` knows what was there before. */
export const MARK = `${PRELUDE}${GIT}
names=$(cd /work && for name in * .[!.]* ..?*; do
  case $name in *'
'*) ;; *) printf '%s\\n' "$name" ;; esac
done)
rm -rf "$mark.new"
printf '%s\\n' "$1" "$head" "$names" >"$mark.new"
mv -f "$mark.new" "$mark"
`;

export const UNMARK = `${PRELUDE}${GIT}
rm -f "$mark"
`;

/**
 * CATEGORY PORT: deletes what work on the port left outside the overlay, without following a link: each directory is entered from the one above
 * and by its own name, and what stands in the place of one is deleted itself. A file of the Linux dev-env names directories that
 * are the cases' only; they are emptied.
 */
export const FORGET = `${PRELUDE}${GIT}
# drop NAME: deletes NAME in this directory, flags that forbid it included.
drop() {
  [ -e "./$1" ] || [ -h "./$1" ] || return 0
  if [ ! -h "./$1" ] && command -v chflags >/dev/null 2>&1; then chflags -R 0 "./$1" 2>/dev/null || :; fi
  rm -rf "./$1"
}
# plain NAME: makes NAME in this directory a directory, and enters it.
plain() {
  if [ -h "./$1" ] || [ ! -d "./$1" ]; then
    drop "$1"
    mkdir "./$1"
  fi
  where
  next=\${real%/}/$1
  cd -P "./$1"
  where
  [ "$real" = "$next" ] || refuse 74 "$next became a link to $real."
}
# forget PART... NAME: deletes NAME below the directories PART of this one.
forget() (
  while [ $# -gt 1 ]; do
    [ -e "./$1" ] || [ -h "./$1" ] || return 0
    plain "$1"
    shift
  done
  drop "$1"
)
# inhabit PART...: makes each a directory below the one before.
inhabit() (for part; do plain "$part"; done)
empty() (
  cd "\${1%/*}/"
  plain "\${1##*/}"
  for name in * .[!.]* ..?*; do drop "$name"; done
)
cd /work
places=/usr/share/portwright/case-places
if [ -f $places ]; then while read -r place; do empty "$place"; done <$places; fi
forget genpatch-out "$1_$2"
forget obj "$1" "$2"
inhabit obj
inhabit genpatch-out
[ ! -d /construction ] || (cd /construction && forget "$1" "$2")
for name in .portwright-tmp.* .portwright-git.* .portwright-edit .portwright-case .dports-agent-hooks-disabled; do drop "$name"; done
if [ -f "$mark" ]; then
  for name in * .[!.]* ..?*; do sed 1,2d "$mark" | grep -Fqx -e "$name" || drop "$name"; done
fi
touched=.dports-dev-touched-origins
if [ -h $touched ] || [ ! -f $touched ]; then drop $touched; : >$touched; fi
# What dsynth opens or lists must be plain files and directories: it would wait for a pipe, and follow a link.
plain dsynth
for name in packages options build logs; do inhabit $name; done
inhabit packages All
if [ -e build/.lock ] && [ ! -f build/.lock ]; then (cd build && drop .lock); fi
cd logs
for name in *; do
  if [ -h "./$name" ] || { [ ! -f "./$name" ] && [ ! -d "./$name" ]; }; then drop "$name"; fi
done
for name in *.log; do [ -f "./$name" ] || drop "$name"; done
`;

/** The diff on stdin. */
export const APPLY = `${PRELUDE}${GIT}${TRAPS}
open_git
git apply --whitespace=nowarn -p1 -
`;

/**
 * \`touched PATH...\`: what was changed in the overlay outside these paths since the mark was written, ended by NUL: files by the time of
 * their last status change, which nothing but the clock sets, and what is missing or new in changed directories. The composer's own
 * files (overlay.toml of other ports, special/.../@TARGET) are left out. One walk over the tree, no file is read. Needs an open git.
 */
const TOUCHED = `
touched() {
  [ -f "$mark" ] || return 0
  scope=" $*"
  for each; do set -- "$@" -path "./$each" -prune -o; shift; done
  (
    cd "$overlay"
    export aside scope
    find . -path ./.git -prune -o "$@" -path './ports/*/*/overlay.toml' -o -path './special/*/@*' -o \\
      -cnewer "$mark" ! -type d -print0 -o -cnewer "$mark" -type d -exec /bin/sh -c "$children" sh {} +
  )
}
# For each directory: itself if HEAD has none and the case's own paths are not below it, else what HEAD has in it and is not there.
children='
for dir; do
  at=\${dir#.} at=\${at#/}
  if names=$(command git --git-dir="$aside" rev-parse -q --verify "HEAD:$at"); then
    command git --git-dir="$aside" ls-tree -z --name-only "$names" | xargs -0 /bin/sh -c '\\''
      at=$1; shift
      for name; do [ -e "$at/$name" ] || [ -h "$at/$name" ] || printf "%s\\0" "$at/$name"; done'\\'' sh "$dir"
  else
    case $dir in ./special/*) continue ;; esac
    case $scope in *" $at/"*) ;; *) printf "%s\\0" "$dir" ;; esac
  fi
done'
`;

/** PATH...: the diff of these paths and of what was touched outside them. */
export const CAPTURE = `${PRELUDE}${GIT}${TOUCHED}${TRAPS}
options='-p --cached --binary --no-renames --no-ext-diff --no-textconv --no-color -U3 --src-prefix=a/ --dst-prefix=b/ HEAD --'
snapshot "$@"
touched "$@" >"$aside/touched"
git diff-index $options "$@"
[ -s "$aside/touched" ] || exit 0
cd "$overlay"
export GIT_DIR="$aside" GIT_WORK_TREE="$overlay"
xargs -0 /bin/sh -c 'for path; do [ ! -e "$path" ] && [ ! -h "$path" ] || command git add -A -f -- "$path" || :; done' sh <"$aside/touched"
xargs -0 git diff-index $options <"$aside/touched"
`;

/** PATH: HEAD's files below it, as \`ls-tree -z\` lists them, the number of the list's bytes in front; then their contents, each after its number of bytes. */
export const FILES = `${PRELUDE}${GIT}${TRAPS}
open_git
git ls-tree -r -z HEAD -- "$1/" >"$aside/files"
wc -c <"$aside/files"
cat "$aside/files"
tr '\\000' '\\n' <"$aside/files" | sed -n 's/^100[0-7]* blob \\([0-9a-f]*\\).*/\\1/p' >"$aside/blobs"
git cat-file --batch='%(objectsize)' <"$aside/blobs"
`;

/**
 * PATH...: makes these paths, and what was touched outside them, as HEAD has them: deletes them without following a link, and checks them out.
 * The repository's own index gets HEAD's entries of the paths, where it can be written.
 */
export const RESTORE = `${PRELUDE}${GIT}${TOUCHED}${TRAPS}
# clear PART...: deletes the last of these, entering each directory by its own name; a link in the place of one is deleted.
clear() (
  cd "$overlay"
  while [ $# -gt 1 ]; do
    if [ -h "./$1" ] || { [ -e "./$1" ] && [ ! -d "./$1" ]; }; then rm -f "./$1"; return; fi
    [ -d "./$1" ] || return 0
    where
    next=$real/$1
    cd -P "./$1"
    where
    [ "$real" = "$next" ] || refuse 74 "$next became a link to $real."
    shift
  done
  if [ ! -h "./$1" ] && command -v chflags >/dev/null 2>&1; then chflags -R 0 "./$1" 2>/dev/null || :; fi
  rm -rf "./$1"
)
open_git
touched "$@" >"$aside/touched"
for each; do
  rest=\${each#*/}
  clear "\${each%%/*}" "\${rest%%/*}" "\${rest#*/}"
done
for each; do
  if git rev-parse -q --verify "HEAD:$each" >/dev/null; then git read-tree --prefix="$each/" "HEAD:$each"; fi
done
git checkout-index -a -f
index=$gitdir/index
# Writing an index, git reads files again that are as new as it, through the filters of the repository that it works with.
if [ -w "$index" ]; then
  rm -f "$index.lock"
  { git_with "$index" ls-files -z -- "$@" | xargs -0 /bin/sh -c 'for path; do printf "0 0000000000000000000000000000000000000000\\t%s\\0" "$path"; done' sh
    git ls-files -s -z; } | git_with "$index" update-index -z --index-info || { rm -f "$index"; git_with "$index" read-tree HEAD; }
fi
[ -s "$aside/touched" ] || exit 0
cd "$overlay"
export GIT_DIR="$aside" GIT_WORK_TREE="$overlay"
xargs -0 rm -rf <"$aside/touched"
command git read-tree HEAD
xargs -0 git ls-files -z -- <"$aside/touched" | command git checkout-index -f -z --stdin
`;

/** PATH..., the diff on stdin: the names that differ between the work tree and HEAD with the diff, ended by NUL; those outside the paths too. */
export const DIFFERENCE = `${PRELUDE}${GIT}${TRAPS}
snapshot "$@"
for each; do
  if git rev-parse -q --verify "HEAD:$each" >/dev/null; then git_with "$aside/expected" read-tree --prefix="$each/" "HEAD:$each"; fi
done
git_with "$aside/expected" apply --cached --whitespace=nowarn -p1 -
expected=$(git_with "$aside/expected" write-tree)
git diff-index --cached --name-only -z --no-renames "$expected"
odd "$@"
`;

/** PATH...: changes of the overlay outside them and of freebsd-ports, which are not the case's. Reads all files. */
export const ELSEWHERE = `${PRELUDE}${GIT}${TRAPS}
changed() {
  open_git
  git read-tree HEAD
  git status --porcelain --untracked-files=all --no-renames
  drop_git
}
for each; do set -- "$@" -e "^$each/"; shift; done
changed | sed 's/^...//' | grep -v "$@" -e '^ports/[^/]*/[^/]*/overlay.toml$' -e '^special/.*/@' || :
[ -e /work/freebsd-ports/.git ] || exit 0
repository /work/freebsd-ports
changed
`;
