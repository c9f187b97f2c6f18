/**
 * `git` on the overlay without anything that its repository sets: it works with a git directory of the script's own, `aside`, whose HEAD and
 * objects are the overlay's. Configuration, hooks, filters, monitors, attributes, the index with its flags, replaced and grafted objects
 * of the repository are not read, and `.gitattributes` of the tree change no byte. Paths are literal and relative to the overlay.
 */
export const GIT = `
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null GIT_ATTR_NOSYSTEM=1 GIT_NO_REPLACE_OBJECTS=1 GIT_GRAFT_FILE=/dev/null
export GIT_LITERAL_PATHSPECS=1 GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0
aside=
# own_git ARG...: git with the repository's own directory, for what needs no work tree.
own_git() {
  command git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c safe.directory="$overlay" -C "$overlay" --git-dir="$overlay/.git" --work-tree="$overlay" "$@"
}
# repository DIR: sets overlay, head (the commit), objects, gitdir and mark (the file that names the case at work).
repository() {
  overlay=$1
  facts=$(own_git rev-parse --absolute-git-dir --git-path objects HEAD)
  { read -r gitdir; read -r objects; read -r head; } <<FACTS
$facts
FACTS
  case $objects in /*) ;; *) objects=$overlay/$objects ;; esac
  mark=$gitdir/portwright-case
}
# git_with INDEX ARG...: the same with another index than the one aside, the repository's own for example.
git_with() {
  chosen=$1
  shift
  GIT_INDEX_FILE=$chosen command git -C "$overlay" --git-dir="$aside" --work-tree="$overlay" "$@"
}
git() { command git -C "$overlay" --git-dir="$aside" --work-tree="$overlay" "$@"; }
open_git() {
  aside=$(mktemp -d /work/.portwright-git.XXXXXX)
  mkdir -p "$aside/objects/info" "$aside/refs" "$aside/info"
  printf '%s\\n' "$objects" >"$aside/objects/info/alternates"
  printf '%s\\n' "$head" >"$aside/HEAD"
  echo '* -text !eol -ident -filter -working-tree-encoding !diff !merge !whitespace' >"$aside/info/attributes"
  printf '[core]\\n\\trepositoryformatversion = 0\\n\\tfilemode = true\\n\\tbare = false\\n\\tquotePath = true\\n' >"$aside/config"
}
drop_git() {
  [ -z "$aside" ] || rm -rf "$aside"
  aside=
}
present() { [ -e "$overlay/$1" ] || [ -h "$overlay/$1" ]; }
# snapshot PATH...: opens git with an index of what is at these paths in the work tree now, ignored files too.
snapshot() {
  open_git
  for each; do
    if present "$each"; then git add -A -f -- "$each" || return 1; fi
  done
}
# odd PATH...: what git does not record: neither files, directories nor links, and repositories. Each ends with NUL.
odd() {
  for each; do
    ! present "$each" || (cd "$overlay" && find "$each" \\( -name .git -o ! -type d ! -type f ! -type l \\) -print0)
  done
}
# changes PATH...: what differs from HEAD at these paths, each ended by NUL.
changes() {
  if snapshot "$@"; then
    git diff-index --cached --name-only -z --no-renames HEAD -- "$@"
  else
    printf '%s, which git cannot read\\0' "$@"
  fi
  odd "$@"
  drop_git
}
# tree_of ORIGIN: hash of ports/ORIGIN as it is in the work tree; "none" if there is nothing.
tree_of() {
  snapshot "ports/$1"
  git write-tree --prefix="ports/$1/" 2>/dev/null || echo none
  drop_git
}
# trees_of ORIGIN...: the hashes of the ports, joined by dots.
trees_of() {
  trees=
  for each; do trees=\${trees:+$trees.}$(tree_of "$each"); done
  printf '%s\\n' "$trees"
}
repository /work/DeltaPorts
`;

/** Deletes what `GIT` made aside, however the script ends. */
export const TRAPS = `
trap drop_git EXIT
trap 'exit 143' TERM INT HUP
`;
