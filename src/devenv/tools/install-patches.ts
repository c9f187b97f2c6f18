import type {ExecResult} from '../client.ts';
import {PRELUDE, PUT, runScript} from '../scripts.ts';
import {CREATED, firstDops, isCompat, planWrites} from './dops-overlay.ts';
import {PATCH_NAME} from './genpatch.ts';
import {type OverlayContents, readOverlay} from './overlay-directory.ts';
import {findingsAfter} from './overlay-findings.ts';
import {otherOrigin, overlayDir, patchDir} from './paths.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import {storeDops} from './store-file.ts';
import type {Tool, ToolContext, ToolOutcome} from './tool.ts';

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
  description: "Copy patches of genpatch to the overlay's dragonfly/. Without names, all of them.",
  parameters: schema({
    origin: ORIGIN,
    'patches?': {type: 'array', items: {type: 'string'}},
  }),
  timeoutSeconds: 120,
  async run(args, context) {
    const {origin} = context;
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    const names = (args.patches ?? []) as readonly string[];
    const odd = names.find((name) => !PATCH_NAME.test(name));
    if (odd !== undefined)
      return refused(
        'bad_patch_name',
        `A patch's name must be patch- and letters, digits, . _ + -; got ${JSON.stringify(odd.slice(0, 200))}. Use the names that genpatch gave.`,
      );
    const read = await readOverlay(context);
    if (!read.ok) return read.outcome;
    const created = await prepareDops(context, read.state);
    if (created !== undefined && 'result' in created) return created;
    const result = await copyPatches(context, names);
    if (result.rc !== 0) return scriptRefusal(result) ?? failed('patches were not installed', result);
    return finish(context, created ?? read.state, result.stdout, created === undefined ? [] : [CREATED]);
  },
};

/** Creates the overlay.dops of a port without any overlay before patches are copied: with patches alone the overlay would be compat. */
async function prepareDops(context: ToolContext, state: OverlayContents): Promise<OverlayContents | ToolOutcome | undefined> {
  const {refusal} = planWrites(state, context, [{path: 'dragonfly/patch-'}]);
  if (refusal !== undefined) return refusal;
  if (state.dops !== undefined || isCompat(state)) return undefined;
  const first = firstDops(state, context.origin);
  if (!('overlay' in first)) return first;
  const stored = await storeDops(context, first);
  if (stored.rc !== 0) return scriptRefusal(stored) ?? failed('overlay.dops was not written', stored);
  return {...state, dops: first.overlay};
}

function copyPatches({env, origin, slave, signal}: ToolContext, names: readonly string[]): Promise<ExecResult> {
  const [category = '', port = ''] = origin.split('/');
  const params = [patchDir(slave ?? origin), overlayDir(origin), category, port, ...new Set(names)];
  return runScript(env, SCRIPT, params, {timeoutSeconds: 120, tailBytes: 65536, editsOverlay: true, signal});
}

/** Adds the statements that bring the patches into the port, and reports. `output` is that of the script. */
async function finish(
  context: ToolContext,
  before: OverlayContents,
  output: string,
  notes: readonly string[],
): Promise<ToolOutcome> {
  const {origin} = context;
  const lines = output.split('\n').filter((line) => line !== '');
  const installed = lines.map((line) => line.slice(4)).filter((name) => PATCH_NAME.test(name));
  const replaced = lines.filter((line) => line.startsWith('old ')).map((line) => line.slice(4));
  const paths = installed.map((name) => `dragonfly/${name}`);
  const plan = planWrites(
    before,
    context,
    paths.map((path) => ({path})),
  );
  const stored = plan.dops === undefined ? undefined : await storeDops(context, plan.dops);
  if (stored !== undefined && stored.rc !== 0)
    return scriptRefusal(stored) ?? failed('overlay.dops was not written after the patches were installed', stored);
  const after = await readOverlay(context);
  const findings = after.ok ? findingsAfter(context, before, after.state, paths) : {};
  const note = [...notes, ...(plan.note === undefined ? [] : [plan.note])].join(' ');
  const keys = {ok: true, origin, destination: `${overlayDir(origin)}/dragonfly`, installed, replaced};
  return outcome({...keys, ...(note === '' ? {} : {note}), ...findings}, installed.join(', '), {edited: true});
}
