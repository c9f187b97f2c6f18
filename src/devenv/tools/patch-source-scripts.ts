import {PRELUDE, PUT} from '../scripts.ts';
import {BASELINE, LOCATE} from './patching.ts';
import {EDIT_MARK} from './store-file.ts';

/** Most bytes of a source file, and of its patch. */
export const MOST_SOURCE_BYTES = 8_388_608;
/** Exit code for a larger file. */
export const TOO_LARGE = 83;

/**
 * `LOCATE`'s parameters, TREE: seven lines with the path below WRKSRC, the patch's name, whether the file exists, whether the baseline is stored,
 * the number of the baseline's and of the file's bytes, and what the baseline is; then both files. Changes nothing.
 */
export const READ_SOURCE = `${LOCATE}${BASELINE}
fresh=$(mktemp -d /work/.portwright-tmp.XXXXXX)
trap 'rm -rf "$fresh"' EXIT
trap 'exit 143' TERM INT HUP
exists=no stored=no
: >"$fresh/now"
if [ -e "./$name" ] || [ -h "./$name" ]; then
  exists=yes
  open "$name" "$path"
  [ "$(wc -c <"./$name")" -le ${MOST_SOURCE_BYTES} ] || refuse ${TOO_LARGE} "$path has more than ${MOST_SOURCE_BYTES} bytes; no patch is made of such files."
  cat <&3 >"$fresh/now"
  exec 3<&-
fi
if is_duped; then
  stored=yes
  cat "./$name.orig" >"$fresh/file"
  about="The baseline is $path.orig, stored by an earlier call."
else
  about=$(baseline "$7")
fi
printf '%s\\n' "$relative" "$patch" "$exists" "$stored" "$(($(wc -c <"$fresh/file")))" "$(($(wc -c <"$fresh/now")))" "$about"
cat "$fresh/file" "$fresh/now"
`;

/** RELATIVE BYTES; on stdin the baseline, BYTES long, and the file: the patch, empty where they are equal. */
export const DIFF = `${PRELUDE}
fresh=$(mktemp -d /work/.portwright-tmp.XXXXXX)
trap 'rm -rf "$fresh"' EXIT
trap 'exit 143' TERM INT HUP
cat >"$fresh/all"
: >"$fresh/old"
[ "$2" -eq 0 ] || head -c "$2" "$fresh/all" >"$fresh/old"
tail -c "+$(($2 + 1))" "$fresh/all" >"$fresh/new"
rc=0
diff -up -L "$1.orig" -L "$1" "$fresh/old" "$fresh/new" || rc=$?
[ "$rc" -le 1 ]
`;

/**
 * ROOT DIR NAME PATH EXPECTED MARK OUT OVERLAY CATEGORY PORT PATCH REPLACED RELATIVE PATCH_BYTES DOPS_BYTES FILE_BYTES BASELINE_BYTES, the four files one after
 * the other on stdin. EXPECTED is the sha256 of the file, or empty for a new one; REPLACED a file of the overlay that overlay.dops replaces, or
 * empty; DOPS_BYTES or BASELINE_BYTES -1 for a file that is not written. Writes overlay.dops, the patch, its copy in OUT, the baseline and the file.
 * Everything is checked before the first write, and put back where one fails.
 */
export const INSTALL = `${PRELUDE}${PUT}
top=$1 dir=$2 name=$3 path=$4 expected=$5 mark=$6 out=$7 overlay=$8 category=$9
shift 9
port=$1 patch=$2 replaced=$3 relative=$4
shift 4
duped=\${top%/}/.portwright-duped
aside=$(mktemp -d /work/.portwright-tmp.XXXXXX)
begun= complete=
in_overlay() { way "$overlay" /work/DeltaPorts/ports "$category" "$port"; }
in_patches() { way "$overlay" /work/DeltaPorts/ports "$category" "$port" dragonfly; }
in_source() { enter "$top" "$dir"; }
in_out() { way /work/genpatch-out /work genpatch-out "\${out##*/}"; }
# save KEY NAME / put_back PLACE KEY NAME: a file of this directory as it is before the writes, and back to that.
save() { [ ! -f "./$2" ] || cp -p "./$2" "$aside/was-$1"; }
put_back() (
  "$1"
  rm -f "./$3"
  [ ! -f "$aside/was-$2" ] || { mkdir "$aside/back-$2" && mv "$aside/was-$2" "$aside/back-$2/$3" && mv "$aside/back-$2/$3" .; }
)
finish() {
  rc=$?
  trap - EXIT
  if [ -n "$begun" ] && [ -z "$complete" ]; then
    put_back in_source file "$name" || :
    put_back in_source orig "$name.orig" || :
    put_back in_patches patch "$patch" || :
    put_back in_overlay dops overlay.dops || :
    [ -z "$replaced" ] || put_back in_overlay replaced "$replaced" || :
    put_back in_out out "$patch" || :
    (in_overlay && rmdir ./dragonfly) 2>/dev/null || :
  fi
  rm -rf "$aside" \${fresh:+"$fresh"}
  exit "$rc"
}
trap finish EXIT
cat >"$aside/all"
at=1
for part in patch dops file baseline; do
  : >"$aside/$part"
  [ "$1" -le 0 ] || tail -c "+$at" "$aside/all" | head -c "$1" >"$aside/$part"
  if [ "$1" -lt 0 ]; then rm -f "$aside/$part"; else at=$((at + $1)); fi
  shift
done
# plain NAME PATH: NAME of this directory is a regular file, or not there.
plain() { [ ! -e "./$1" ] && [ ! -h "./$1" ] || regular "$1" "$2"; }
in_out
plain "$patch" "$out/$patch"
save out "$patch"
in_overlay
plain overlay.dops "$overlay/overlay.dops"
save dops overlay.dops
[ -z "$replaced" ] || save replaced "$replaced"
in_source
plain "$name" "$path"
now=
[ ! -f "./$name" ] || now=$(sha256 <"./$name")
[ "$now" = "$expected" ] || refuse 76 "$path was changed meanwhile. Call patch_source again."
[ ! -d "./$name.orig" ] || refuse 72 "$path.orig is a directory."
save file "$name"
save orig "$name.orig"
begun=yes
in_patches
plain "$patch" "$overlay/dragonfly/$patch"
save patch "$patch"
if [ -f "$aside/dops" ]; then
  in_overlay
  put overlay.dops <"$aside/dops"
  [ -z "$replaced" ] || rm -f "./$replaced"
fi
in_patches
put "$patch" <"$aside/patch"
in_out
put "$patch" <"$aside/patch"
in_source
if [ -f "$aside/baseline" ]; then
  put "$name.orig" <"$aside/baseline"
  [ ! -h "$duped" ] || rm -f "$duped"
  printf '%s\\n' "$relative" >>"$duped"
fi
rm -f ${EDIT_MARK}
[ -z "$mark" ] || printf '%s\\n' "$mark" >${EDIT_MARK}
put "$name" <"$aside/file"
complete=yes
`;
