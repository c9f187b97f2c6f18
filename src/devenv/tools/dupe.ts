import {runScript} from '../scripts.ts';
import {BASELINE, LOCATE} from './patching.ts';
import {inWorkTree, shortPath} from './paths.ts';
import {execKeys, outcome, scriptRefusal} from './results.ts';
import {schema, text} from './schema.ts';
import type {Tool} from './tool.ts';

/** `LOCATE`'s parameters, TREE. A .orig that patch(1) left is replaced; a baseline that a tool made in this work tree stays. */
const SCRIPT = `${LOCATE}${BASELINE}
if is_duped; then
  echo "$path.orig is there already and stays the baseline."
  exit 0
fi
fresh=$(mktemp -d /work/.portwright-tmp.XXXXXX)
trap 'rm -rf "$fresh"' EXIT
trap 'exit 143' TERM INT HUP
baseline "$7"
[ ! -d "./$name.orig" ] || refuse 72 "$path.orig is a directory."
mv "$fresh/file" "$fresh/$name.orig"
mv -f "$fresh/$name.orig" .
[ ! -h "$duped" ] || rm -f "$duped"
printf '%s\n' "$relative" >>"$duped"
`;

export const dupe: Tool = {
  name: 'dupe',
  description:
    'Single step of patch_source, before an edit: store FILE.orig, the baseline of genpatch, which lacks an overlay patch of FILE only if that is applied there.',
  parameters: schema({path: text('Absolute path, below wrksrc.')}),
  timeoutSeconds: 900,
  async run(args, {env, origin, flavor, composedTree, signal}) {
    const checked = inWorkTree(args.path, origin);
    if (!checked.ok) return checked.outcome;
    const {root, dir, name, path} = checked.at;
    const options = {timeoutSeconds: this.timeoutSeconds, signal};
    const result = await runScript(env, SCRIPT, [origin, flavor ?? '', root, dir, name, path, composedTree ?? 'first'], options);
    const refusal = scriptRefusal(result);
    if (refusal) return refusal;
    return outcome({...execKeys(result, {short: true}), path}, shortPath(path));
  },
};
