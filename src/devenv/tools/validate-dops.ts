import {PRELUDE, runScript} from '../scripts.ts';
import {otherOrigin, overlayDir} from './paths.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

const MOST_BYTES = 8192;

/** ROOT: dportsv3 is the one on PATH, else the wrapper at the top of DeltaPorts. Its output comes after a line that marks that it ran. */
const SCRIPT = `${PRELUDE}
enter "$1" "$1"
regular overlay.dops "$1/overlay.dops"
check=$(command -v dportsv3) || check=/work/DeltaPorts/dportsv3
[ -x "$check" ] || { echo absent; exit 0; }
echo ran
rc=0
"$check" dsl check "$1/overlay.dops" </dev/null 2>&1 || rc=$?
printf '\\nportwright-rc %s\\n' "$rc"
`;

/** Has `dportsv3 dsl check` read the port's overlay.dops inside the dev-env. */
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
    if (result.stdout.startsWith('absent\n')) {
      const instead = 'Go by dops_reference, then call materialize_dports: it reads the file too.';
      return refused('no_dportsv3', `This dev-env has no dportsv3, so ${path} was not checked. ${instead}`);
    }
    const [, output = '', rc = ''] = /^(?:ran\n)?([\s\S]*?)\n?portwright-rc (\d+)\n$/.exec(result.stdout) ?? [];
    if (rc === '') return failed(`${path} was not checked`, result);
    const ok = rc === '0';
    const error = ok ? {} : {error: `overlay.dops has errors; output says where. Mend them before you call materialize_dports.`};
    return outcome(
      {ok, path, rc: Number(rc), output: output.trim(), ...error},
      ok ? `${path} is in order` : 'overlay.dops has errors',
    );
  },
};
