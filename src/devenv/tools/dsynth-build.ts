import {stripVTControlCharacters} from 'node:util';
import {buildFindings} from '../build-findings.ts';
import {GIT, TRAPS} from '../git-script.ts';
import {DSYNTH, PRELUDE, runScript} from '../scripts.ts';
import {buildPatience} from '../unavailable.ts';
import {otherOrigin} from './paths.ts';
import {execKeys, outcome, refused, scriptRefusal} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

/**
 * ORIGIN FLAVOR PATIENCE COMPOSED_TREE ORIGIN...: the port, and those that were composed for it. `force` and not `build`: a package of an earlier build would be taken for the result of this one.
 * It deletes this port's package only; dependencies stay built.
 */
const SCRIPT = `${PRELUDE}${GIT}${DSYNTH}${TRAPS}
origin=$1 flavor=$2 patience=$3 composed=$4
shift 4
[ "$(trees_of "$@")" = "$composed" ] || refuse 77 "The overlay was changed after the last materialize_dports. Call materialize_dports, then dsynth_build."
cd "$overlay"
dsynth_quietly force "$origin" "$flavor"
`;

/** Characters of what dsynth itself prints: little, since the port's log has the rest. */
const OWN_WORDS = 300;

export const dsynthBuild: Tool = {
  name: 'dsynth_build',
  description:
    'Build the composed port with dsynth, clean. Call materialize_dports after the last edit first. rebuild_ok says whether it built; if not, findings has the first errors of its log with their lines.',
  parameters: schema({origin: ORIGIN}),
  timeoutSeconds: 21600,
  async run(args, context) {
    const {env, origin, master, flavor, composedTree, signal} = context;
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    if (composedTree === undefined) {
      return refused(
        'stale_compose',
        'A build needs a successful materialize_dports in this attempt. Call it, then dsynth_build.',
        {blocked_by: 'stale_compose'},
      );
    }
    const composed = master === undefined ? [origin] : [master, origin];
    const patience = `${buildPatience(context.buildIdleSeconds)}`;
    const result = await runScript(env, SCRIPT, [origin, flavor ?? '', patience, composedTree, ...composed], {
      timeoutSeconds: context.buildTotalSeconds,
      idleSeconds: context.buildIdleSeconds,
      signal,
    });
    const refusal = scriptRefusal(result);
    if (refusal) return refusal;
    const keys = execKeys(result, {stdout: stripVTControlCharacters(result.stdout), tail: OWN_WORDS});
    const done = {...keys, origin, rebuild_ok: keys.ok};
    if (keys.ok) return outcome(done, `${origin} built`, {rebuildOk: true});
    const log = await buildFindings(env, {origin, ...(flavor ? {flavor} : {})}, signal);
    const why = result.timedOut ? `${result.timedOut} time limit` : `exit code ${result.rc}`;
    const shown = {
      findings: log?.findings ?? '',
      log_tail: log?.tail ?? '',
      log_path: log?.logPath ?? '',
      total_lines: log?.totalLines ?? 0,
      log_hint: 'dsynth_log with from_line shows the log around a line.',
    };
    return outcome({...done, ...shown}, `${origin} did not build, ${why}`, {
      rebuildOk: false,
      errorSignature: log?.signature ?? '',
    });
  },
};
