import {once} from 'node:events';
import {execa} from 'execa';
import {ownDevEnv} from '../../src/devenv/command.ts';

/**
 * Makes a hook of the dev-env wait for a lock, and takes the lock: its command prints `held`, then holds it until its input ends. A second
 * dsynth does not wait for the first, but each waits for its hook_run_start.
 */
const HOLD = `cat >/etc/dsynth/hook_run_start <<'END'
#!/bin/sh
PATH=/usr/bin:/bin
exec flock -s /etc/dsynth/hold true
END
chmod 755 /etc/dsynth/hook_run_start
exec 9>/etc/dsynth/hold
flock 9
echo held
exec cat`;

/** Holds dsynth's builds in a dev-env at their start, until the function that it returns is called. */
export async function holdBuildsIn(name: string, env: NodeJS.ProcessEnv): Promise<() => Promise<void>> {
  const holder = execa(ownDevEnv(), ['dev-env', 'exec', name, '--', 'sh', '-c', HOLD], {env, reject: false});
  const ended = holder.then(({stderr}) => Promise.reject(new Error(`The builds could not be held: ${stderr}`)));
  await Promise.race([once(holder.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  return async () => {
    holder.stdin.end();
    await holder;
  };
}
