import type {DevEnv, ExecResult} from './client.ts';
import {DSYNTH, PRELUDE, runScript} from './scripts.ts';

const LOG_START = '\u001eportwright log\n';

/**
 * ORIGIN FLAVOR: `test` deletes the package, builds clean and checks the plist. The log is printed by the same command: what a fresh
 * dev-env command writes goes with it.
 */
const TEST = `${PRELUDE}${DSYNTH}
cd /work/DeltaPorts
rc=0
(dsynth_quietly test "$1" "$2") || rc=$?
printf '\\036portwright log\\n'
enter /work "$logs"
log=$(log_of "$1" "$2")
if [ -f "./\${log##*/}" ]; then
  regular "\${log##*/}" "$log"
  cat "./\${log##*/}"
fi
exit "$rc"
`;

/** Bytes of the end of the port's log that are searched for the first errors. */
const LOG_BYTES = 8 << 20;

/** Result of a build from nothing that an earlier one left; `stdout` is dsynth's own output, `log` the port's. */
export interface CleanBuild extends ExecResult {
  readonly log: string;
}

/** Builds the composed port by `dsynth test`; with no package, installed file, log, option or list of an earlier build where the dev-env can do that. */
export async function cleanBuild(
  env: DevEnv,
  {origin, flavor = ''}: {readonly origin: string; readonly flavor?: string},
  limits: {readonly timeoutSeconds: number; readonly idleSeconds: number},
): Promise<CleanBuild> {
  const result = await runScript(env, TEST, [origin, flavor], {...limits, fresh: true, tailBytes: LOG_BYTES});
  const at = result.stdout.indexOf(LOG_START);
  if (at < 0) return {...result, log: result.stdoutTruncated ? result.stdout : ''};
  return {...result, stdout: result.stdout.slice(0, at), log: result.stdout.slice(at + LOG_START.length)};
}
