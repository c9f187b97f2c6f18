import type {Overlay} from '../../dops/syntax/parse-overlay.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {readOverlay} from './overlay-directory.ts';
import {findingsOf} from './overlay-findings.ts';
import {otherOrigin, overlayDir} from './paths.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

/** Characters of dportsv3's output that a model is shown. */
const MOST_OUTPUT = 8192;

/** ROOT: the output of dportsv3, which is the one on PATH, else the wrapper at the top of DeltaPorts; a line with its exit code, or `none` without one. */
const SCRIPT = `${PRELUDE}
enter "$1" "$1"
regular overlay.dops "$1/overlay.dops"
check=$(command -v dportsv3) || check=/work/DeltaPorts/dportsv3
rc=none
if [ -x "$check" ]; then
  rc=0
  "$check" dsl check "$1/overlay.dops" </dev/null 2>&1 || rc=$?
fi
printf '\\nportwright-rc %s\\n' "$rc"
`;

/** Checks the port's overlay.dops by Portwright's engine, and by `dportsv3 dsl check` where the dev-env has it. */
export const validateDops: Tool = {
  name: 'validate_dops',
  description: "Check all of overlay.dops: its form, and its effect on FreeBSD's port, without composing.",
  parameters: schema({origin: ORIGIN}),
  timeoutSeconds: 120,
  async run(args, context) {
    const {origin} = context;
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    const path = `${overlayDir(origin)}/overlay.dops`;
    const read = await readOverlay(context);
    if (!read.ok) return read.outcome;
    const {dops} = read.state;
    if (dops === undefined) return refused('missing', `There is no file ${path}.`);
    const options = {timeoutSeconds: this.timeoutSeconds, tailBytes: 65536, signal: context.signal};
    const result = await runScript(context.env, SCRIPT, [overlayDir(origin)], options);
    if (result.rc !== 0 || result.timedOut) return scriptRefusal(result) ?? failed(`${path} was not checked`, result);
    const [, output, rc] = /^([\s\S]*?)\n?portwright-rc (\d+|none)\n$/.exec(result.stdout) ?? [];
    if (output === undefined || rc === undefined) return failed(`${path} was not checked`, result);
    const checked = rc === 'none' ? checkByEngine(path, dops) : {rc: Number(rc), output: output.trim().slice(-MOST_OUTPUT)};
    const {warnings} = findingsOf(context, read.state);
    const ok = checked.rc === 0;
    const error = ok
      ? {}
      : {error: 'overlay.dops has errors; output has their places. Repair them before you call materialize_dports.'};
    const found = warnings === undefined ? {} : {warnings};
    return outcome({ok, path, ...checked, ...found, ...error}, ok ? `${path} is in order` : 'overlay.dops has errors');
  },
};

/** Where dportsv3 is absent, its exit code and output as it would answer. */
function checkByEngine(path: string, {diagnostics}: Overlay): {rc: number; output: string} {
  const errors = diagnostics.map(({code, message, line, column}) => `${path}:${line}:${column}: error: ${code}: ${message}`);
  return {rc: errors.length === 0 ? 0 : 2, output: errors.length === 0 ? 'ok' : errors.join('\n')};
}
