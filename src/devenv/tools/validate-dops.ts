import {checkText} from '../../dops/check/check-text.ts';
import {parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {otherOrigin, overlayDir} from './paths.ts';
import {failed, outcome, scriptRefusal} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

/** Largest overlay.dops that is read, with the output of dportsv3; they have some KB. */
const MOST_BYTES = 262_144;
/** Characters of dportsv3's output that a model is shown. */
const MOST_OUTPUT = 8192;

/**
 * ROOT: the output of dportsv3, which is the one on PATH, else the wrapper at the top of DeltaPorts; a line with its exit code, or
 * `none` without one; then overlay.dops.
 */
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
cat ./overlay.dops
`;

/** Checks the port's overlay.dops by Portwright's engine, and by `dportsv3 dsl check` where the dev-env has it. */
export const validateDops: Tool = {
  name: 'validate_dops',
  description: "Check the port's overlay.dops: its form and meaning, without composing. Call it after each edit of overlay.dops.",
  parameters: schema({origin: ORIGIN}),
  timeoutSeconds: 120,
  async run(args, {env, origin, signal}) {
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    const path = `${overlayDir(origin)}/overlay.dops`;
    const options = {timeoutSeconds: this.timeoutSeconds, tailBytes: MOST_BYTES, signal};
    const result = await runScript(env, SCRIPT, [overlayDir(origin)], options);
    if (result.rc !== 0 || result.timedOut) return scriptRefusal(result) ?? failed(`${path} was not checked`, result);
    const [, output, rc, text] = /^([\s\S]*?)\n?portwright-rc (\d+|none)\n([\s\S]*)$/.exec(result.stdout) ?? [];
    if (output === undefined || rc === undefined || text === undefined) return failed(`${path} was not checked`, result);
    const {warnings: found, ...byEngine} = checkByEngine(path, origin, text);
    const checked = rc === 'none' ? byEngine : {rc: Number(rc), output: output.trim().slice(-MOST_OUTPUT)};
    const ok = checked.rc === 0;
    const error = ok
      ? {}
      : {error: 'overlay.dops has errors; output has their places. Repair them before you call materialize_dports.'};
    const warnings = found.length === 0 ? {} : {warnings: found};
    return outcome({ok, path, ...checked, ...warnings, ...error}, ok ? `${path} is in order` : 'overlay.dops has errors');
  },
};

/** Where dportsv3 is absent, its exit code and output as it would answer. */
function checkByEngine(path: string, origin: string, text: string): {rc: number; output: string; warnings: string[]} {
  const overlay = parseOverlay(text);
  const errors = overlay.diagnostics.map(
    ({code, message, line, column}) => `${path}:${line}:${column}: error: ${code}: ${message}`,
  );
  const warnings = checkText(overlay, origin, undefined).map(({message, line}) => `line ${line}: ${message}`);
  return {rc: errors.length === 0 ? 0 : 2, output: errors.length === 0 ? 'ok' : errors.join('\n'), warnings};
}
