import {errorSignature} from '../../evidence/signature.ts';
import {DSYNTH, GIT, PRELUDE, runScript} from '../scripts.ts';
import {readDsynthLog} from './dsynth-log.ts';
import {otherOrigin} from './paths.ts';
import {execKeys, outcome, refused, scriptRefusal} from './results.ts';
import {ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

/** Lines of the port's log that a failed build shows at once. */
const LOG_LINES = 60;

/**
 * ORIGIN FLAVOR COMPOSED_TREE. `force` and not `build`: a package of an earlier build would be taken for the result of this one.
 * It deletes this port's package only; dependencies stay built.
 */
const SCRIPT = `${PRELUDE}${GIT}${DSYNTH}
trap drop_snapshot EXIT
trap 'exit 143' TERM INT HUP
[ "$(tree_of "$1")" = "$3" ] || refuse 77 "The overlay was changed after the last materialize_dports. Call materialize_dports, then dsynth_build."
cd "$overlay"
dsynth_quietly force "$1" "$2"
`;

export const dsynthBuild: Tool = {
  name: 'dsynth_build',
  description:
    'Build the composed port with dsynth, clean. Call materialize_dports after the last edit first. rebuild_ok says whether it built; if not, log_tail has the end of its log.',
  parameters: schema({origin: ORIGIN}),
  timeoutSeconds: 21600,
  async run(args, context) {
    const {env, origin, flavor, composedTree, signal} = context;
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    if (composedTree === undefined) {
      return refused(
        'stale_compose',
        'A build needs a successful materialize_dports in this attempt. Call it, then dsynth_build.',
        {blocked_by: 'stale_compose'},
      );
    }
    const result = await runScript(env, SCRIPT, [origin, flavor ?? '', composedTree], {
      timeoutSeconds: context.buildTotalSeconds,
      idleSeconds: context.buildIdleSeconds,
      ...(signal ? {signal} : {}),
    });
    const refusal = scriptRefusal(result);
    if (refusal) return refusal;
    const keys = execKeys(result, {short: true});
    const done = {...keys, origin, rebuild_ok: keys.ok, log_hint: 'dsynth_log reads more of the log.'};
    if (keys.ok) return outcome(done, `${origin} built`, {rebuildOk: true});
    const log = (await readDsynthLog(env, {origin, ...(flavor ? {flavor} : {})}, LOG_LINES, signal)).result;
    const why = result.timedOut ? `${result.timedOut} time limit` : `exit code ${result.rc}`;
    const tail = String(log.tail ?? '');
    return outcome({...done, log_tail: tail, log_path: log.log_path ?? ''}, `${origin} did not build, ${why}`, {
      rebuildOk: false,
      errorSignature: errorSignature(tail),
    });
  },
};
