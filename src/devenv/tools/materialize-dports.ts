import {outputFindings} from '../build-findings.ts';
import {MATERIALIZE} from '../port-scripts.ts';
import {runScript} from '../scripts.ts';
import {otherOrigin} from './paths.ts';
import {execKeys, outcome} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

/** Characters of the end of either stream that the result of a failure has. */
const TAIL = 2000;

export const materializeDports: Tool = {
  name: 'materialize_dports',
  description:
    'Compose the port anew from freebsd-ports and your overlay edits. Needed after edits of the overlay, before make_patch, extract or dsynth_build can see them.',
  parameters: schema({origin: ORIGIN}),
  timeoutSeconds: 600,
  async run(args, {env, origin, signal}) {
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    const result = await runScript(env, MATERIALIZE, [origin], {
      timeoutSeconds: this.timeoutSeconds,
      editsOverlay: true,
      signal,
    });
    const tree = /\nportwright-tree (\S+)\n$/.exec(result.stdout);
    const stdout = tree ? result.stdout.slice(0, tree.index) : result.stdout;
    const keys = execKeys(result, {stdout, ...(result.rc === 0 ? {short: true} : {tail: TAIL})});
    const effects = keys.ok && tree?.[1] ? {composedTree: tree[1]} : undefined;
    const findings = keys.ok ? {} : {findings: outputFindings(`${stdout}\n${result.stderr}`)};
    return outcome(
      {...keys, origin, ...findings},
      keys.ok ? `${origin} composed` : `${origin} not composed, exit code ${result.rc}`,
      effects,
    );
  },
};
