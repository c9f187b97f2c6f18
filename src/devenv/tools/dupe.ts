import {runScript} from '../scripts.ts';
import {LOCATE} from './patching.ts';
import {inWorkTree, shortPath} from './paths.ts';
import {execKeys, outcome, scriptRefusal} from './results.ts';
import {schema, text} from './schema.ts';
import type {Tool} from './tool.ts';

/**
 * A .orig that patch(1) left is replaced, one that this tool made in this work tree stays. If the port has a dragonfly patch of
 * this very file, the baseline is the file without it: the new patch takes that one's name, and so must hold its change as well.
 */
const SCRIPT = `${LOCATE}
kept=/work/obj/$origin/.portwright-duped
if [ ! -h "$kept" ] && [ -f "./$name.orig" ] && grep -Fqx -e "$relative" "$kept" 2>/dev/null; then
  echo "$path.orig is there already and stays the baseline."
  exit 0
fi
fresh=$(mktemp -d /work/.portwright-tmp.XXXXXX)
trap 'rm -rf "$fresh"' EXIT
trap 'exit 143' TERM INT HUP
if [ ! -e "./$name" ] && [ ! -h "./$name" ]; then
  : >"$fresh/file"
  echo "$path is new: its baseline is empty."
else
  open "$name" "$path"
  cp -p "./$name" "$fresh/file"
  cat <&3 >"$fresh/file"
  # A slave port has its patches from its master.
  patches=$(port_make -V '\${DFLY_PATCHDIR}' 2>/dev/null) || patches=
  [ -n "$patches" ] || patches=$compose/$origin/dragonfly
  older=$patches/$patch
  if [ -f "$older" ]; then
    cp -p "$fresh/file" "$fresh/without"
    if (cd "$fresh" && patch -R -s -f without <"$older") >/dev/null 2>&1; then
      mv -f "$fresh/without" "$fresh/file"
      echo "The baseline is the file without dragonfly/$patch, so that the new patch replaces that one."
    fi
  fi
fi
[ ! -d "./$name.orig" ] || refuse 72 "$path.orig is a directory."
mv "$fresh/file" "$fresh/$name.orig"
mv -f "$fresh/$name.orig" .
[ ! -h "$kept" ] || rm -f "$kept"
printf '%s\\n' "$relative" >>"$kept"
`;

export const dupe: Tool = {
  name: 'dupe',
  description:
    'Keep FILE.orig of a source file in the work tree, before you edit it there. genpatch compares with it. For a file that you are going to add, call it before put_file.',
  parameters: schema({path: text('Absolute path of the source file, below wrksrc.')}),
  timeoutSeconds: 120,
  async run(args, {env, origin, flavor, signal}) {
    const checked = inWorkTree(args.path, origin);
    if (!checked.ok) return checked.outcome;
    const {root, dir, name, path} = checked.at;
    const options = {timeoutSeconds: this.timeoutSeconds, signal};
    const result = await runScript(env, SCRIPT, [origin, flavor ?? '', root, dir, name, path], options);
    const refusal = scriptRefusal(result);
    if (refusal) return refusal;
    return outcome({...execKeys(result, {short: true}), path}, shortPath(path));
  },
};
