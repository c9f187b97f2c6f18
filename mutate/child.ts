import {type ChildProcess, fork} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {Answer, Command} from './protocol.ts';

const PROGRAM = fileURLToPath(new URL('./test-process.ts', import.meta.url));

/** Client of a process that runs tests. It has a process group, so that nothing that a test started outlives it. */
export class TestProcess {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;

  constructor(temporary: string) {
    this.#child = fork(PROGRAM, {
      detached: true,
      execArgv: ['--no-warnings', '--max-old-space-size=2048'],
      env: {...process.env, TMPDIR: temporary},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('error', () => {});
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  /** Returns the answer to a command; undefined if there is none in time or the process ends, which is then replaced by the caller. */
  async ask(command: Command, limitMs: number): Promise<Answer | undefined> {
    const {promise, resolve} = Promise.withResolvers<Answer | undefined>();
    const timer = setTimeout(() => resolve(undefined), limitMs);
    const ended = () => resolve(undefined);
    this.#child.once('message', resolve).once('exit', ended);
    if (this.#child.connected) this.#child.send(command, (error) => error && resolve(undefined));
    else resolve(undefined);
    const answer = await promise;
    clearTimeout(timer);
    this.#child.off('message', resolve).off('exit', ended);
    return answer;
  }

  /** Ends the process and all that it has started. */
  async end(): Promise<void> {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    if (this.#child.pid !== undefined) await this.#exited;
  }
}
