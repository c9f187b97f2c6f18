import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {installRoot} from '../setup/paths.ts';

/** `portwright dev-env …`: hands over to the sh program, whose exit code is ours. */
export function devEnv(args: readonly string[]): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(join(installRoot(), 'src', 'devenv', 'linux', 'dev-env'), ['dev-env', ...args], {stdio: 'inherit'});
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 130));
  });
}
