import {PORT_MAKE, UNPATCHED} from '../port-scripts.ts';
import {PRELUDE} from '../scripts.ts';

/**
 * Start of the tools that cut patches: ORIGIN FLAVOR ROOT DIR NAME PATH. Goes to the file's directory and sets `relative`, the path below
 * WRKSRC, `patches`, the directory of the overlay's patches in the composed port, and `patch`, the name of the file's patch: that of the
 * patch which changes this file and no other, else as ports-mgmt/genpatch makes it: `_` doubled, then `/` as `_`.
 * dupe and genpatch are done here and not by the helpers of those names: their package is optional (contract 7.3), and
 * the helpers of different dev-envs differ in where they write and which baseline they store.
 */
export const LOCATE = `${PRELUDE}
origin=$1 flavor=$2${PORT_MAKE}
composed
enter "$3" "$4"
here=$real
name=$5 path=$6
places=$(port_make -V '\${WRKSRC}' -V '\${DFLY_PATCHDIR}' 2>/dev/null) || places=
wrksrc= patches=
{ read -r wrksrc && read -r patches; } <<PLACES || :
$places
PLACES
wrksrc=$(cd -P "\${wrksrc:-/nonexistent}" 2>/dev/null && pwd -P) || refuse 71 "There is no work tree of $origin; call make_patch first."
case $here/ in "$wrksrc"/*) ;; *) refuse 75 "$path must be below the port's source, $wrksrc." ;; esac
relative=\${here#"$wrksrc"}
relative=\${relative#/}
relative=\${relative:+$relative/}$name
# A slave port has its patches from its master.
[ -n "$patches" ] || patches=$compose/$origin/dragonfly
patch=patch-$(printf %s "$relative" | sed 's/_/__/g; s,/,_,g; s/[^A-Za-z0-9._+-]/-/g')
if [ ! -f "$patches/$patch" ]; then
  for one in "$patches"/patch-*; do
    case \${one##*/} in *[!A-Za-z0-9._+-]*) continue ;; esac
    grep -qF -e "+++ $relative" "$one" 2>/dev/null || continue
    if relative=$relative awk '$1 == "+++" {files++; own += $2 == ENVIRON["relative"]} END {exit !(files == 1 && own)}' "$one"; then
      patch=\${one##*/}
      break
    fi
  done
fi
duped=/work/obj/$origin/.portwright-duped
# is_duped: whether NAME.orig is the baseline that a tool stored in this work tree.
is_duped() {
  [ ! -h "$duped" ] && [ -f "./$name.orig" ] && [ ! -h "./$name.orig" ] && grep -Fqx -e "$relative" "$duped" 2>/dev/null
}
`;

/** File in the port's work directory with the overlay's patches that are applied in its work tree, each with its sha256; missing where a patch failed. */
export const APPLIED = '.portwright-applied';

/**
 * `baseline TREE`, after `LOCATE`: makes `$fresh/file` the file that a new patch is cut against, and prints what it is. The new patch takes
 * the name of the overlay's patch of this very file. So where that one is applied in the work tree, the baseline is the file without it, for the
 * new patch to hold its change as well. Where it is not, the baseline is the file as it is: upstream may have the change, which reverses as well.
 */
export const BASELINE = `${UNPATCHED}
# without FILE: makes $fresh/without FILE without the patch; fails where the patch cannot be reversed.
without() {
  cp -p "$1" "$fresh/without"
  (cd "$fresh" && patch -R -s -f without <"$patches/$patch") >/dev/null 2>&1 || return 1
  [ -e "$fresh/without" ] || : >"$fresh/without"
}
# source_before TREE: prints the directory of the source before the overlay's patches.
source_before() (
  way "/work/obj/$origin" /work/obj "\${origin%%/*}" "\${origin#*/}"
  aside=$(mktemp -d ./.portwright-try.XXXXXX)
  rc=0
  unpatched "$1" "$real/\${aside#./}" || rc=$?
  rm -rf "$aside"
  [ "$rc" -ne 0 ] || printf '%s\n' "$unpatched"
)
use_without() {
  mv -f "$fresh/without" "$fresh/file"
  echo "The baseline is the file without dragonfly/$patch, which is applied in this work tree: the new patch replaces that one and has its change too."
}
as_it_is() {
  echo "The baseline is the file as it is. dragonfly/$patch is not applied in it, as where upstream has its change; the new patch replaces that one."
}
baseline() {
  if [ ! -e "./$name" ] && [ ! -h "./$name" ]; then
    : >"$fresh/file"
    echo "$path is new: its baseline is empty."
    return 0
  fi
  open "$name" "$path"
  cp -p "./$name" "$fresh/file"
  cat <&3 >"$fresh/file"
  exec 3<&-
  if [ ! -f "$patches/$patch" ]; then
    echo "The baseline is the file as it is."
    return 0
  fi
  record=/work/obj/$origin/${APPLIED}
  if [ -f "$record" ] && [ ! -h "$record" ]; then
    if ! grep -Fqx -e "$(sha256 <"$patches/$patch") $patch" "$record"; then
      as_it_is
      return 0
    fi
    if without "$fresh/file"; then
      use_without
      return 0
    fi
  fi
  source=$(source_before "$1") || source=
  if [ -z "$source" ]; then
    as_it_is
  elif [ ! -f "$source/$relative" ] || [ -h "$source/$relative" ]; then
    : >"$fresh/file"
    echo "The baseline is empty: only dragonfly/$patch adds this file, and the new patch replaces that one."
  elif cmp -s "$source/$relative" "$fresh/file"; then
    as_it_is
  elif ! without "$source/$relative" && without "$fresh/file"; then
    use_without
  else
    cat "$source/$relative" >"$fresh/file"
    echo "The baseline is the source before the overlay's patches, since dragonfly/$patch is applied in part here: the new patch replaces that one."
  fi
}
`;
