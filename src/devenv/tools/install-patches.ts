import {PRELUDE, PUT, runScript} from '../scripts.ts';
import {checkDops} from './dops-overlay.ts';
import {PATCH_NAME} from './genpatch.ts';
import {otherOrigin, overlayDir, patchDir} from './paths.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

/** OUT ROOT CATEGORY PORT NAME...; prints a line for each: `new NAME` or `old NAME`. All names are checked before one is written. */
const SCRIPT = `${PRELUDE}${PUT}
out=$1 root=$2 category=$3 port=$4
shift 4
[ -d "$out" ] || refuse 71 "There are no patches to install; call genpatch first."
enter "$out" "$out"
if [ $# -eq 0 ]; then
  for name in patch-*; do [ ! -f "./$name" ] || set -- "$@" "$name"; done
  [ $# -gt 0 ] || refuse 71 "There are no patches to install; call genpatch first."
fi
for name; do regular "$name" "$out/$name"; done
for name; do
  enter "$out" "$out"
  open "$name" "$out/$name"
  way "$root" /work/DeltaPorts/ports "$category" "$port" dragonfly
  if [ -e "./$name" ] || [ -h "./$name" ]; then regular "$name" "$root/dragonfly/$name"; echo "old $name"; else echo "new $name"; fi
  put "$name" <&3
  exec 3<&-
done
`;

export const installPatches: Tool = {
  name: 'install_patches',
  description:
    "Copy patches that genpatch made in this attempt to the overlay's dragonfly/ directory. Without names, all of them. Then call materialize_dports.",
  parameters: schema({
    origin: ORIGIN,
    'patches?': {type: 'array', items: {type: 'string'}, description: 'Names as genpatch gave them, patch-...'},
  }),
  timeoutSeconds: 120,
  async run(args, context) {
    const {env, origin, signal} = context;
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    const names = (args.patches ?? []) as readonly string[];
    const odd = names.find((name) => !PATCH_NAME.test(name));
    if (odd !== undefined)
      return refused(
        'bad_patch_name',
        `A patch's name must be patch- and letters, digits, . _ + -; got ${JSON.stringify(odd.slice(0, 200))}. Use the names that genpatch gave.`,
      );
    const [category = '', port = ''] = origin.split('/');
    const params = [patchDir(origin), overlayDir(origin), category, port, ...new Set(names)];
    const result = await runScript(env, SCRIPT, params, {
      timeoutSeconds: this.timeoutSeconds,
      tailBytes: 65536,
      editsOverlay: true,
      signal,
    });
    if (result.rc !== 0) return scriptRefusal(result) ?? failed('patches were not installed', result);
    const lines = result.stdout.split('\n').filter((line) => line !== '');
    const installed = lines.map((line) => line.slice(4)).filter((name) => PATCH_NAME.test(name));
    const replaced = lines.filter((line) => line.startsWith('old ')).map((line) => line.slice(4));
    const destination = `${overlayDir(origin)}/dragonfly`;
    const {note} = await checkDops(
      context,
      installed.map((name) => `dragonfly/${name}`),
    );
    const keys = {ok: true, origin, destination, installed, replaced, note};
    return outcome(keys, installed.join(', '), {edited: true});
  },
};
