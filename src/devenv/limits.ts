import type {ChildProcess} from 'node:child_process';

export interface LimitOptions {
  readonly timeoutSeconds: number;
  readonly idleSeconds?: number;
  readonly graceSeconds: number;
  readonly signal?: AbortSignal;
  /** The end of standard input asks the command to end; the group is sent TERM when the grace and 3 seconds are over. */
  readonly isStdinHeld?: boolean;
}

/** Ends a process group, TERM first and KILL after a grace, when a limit is reached or the signal is aborted. */
export class Limits {
  readonly #child: ChildProcess;
  readonly #options: LimitOptions;
  readonly #total: NodeJS.Timeout;
  readonly #onAbort: () => void;
  #idle: NodeJS.Timeout | undefined;
  #kill: NodeJS.Timeout | undefined;
  #timedOut: 'total' | 'idle' | undefined;

  constructor(child: ChildProcess, options: LimitOptions) {
    this.#child = child;
    this.#options = options;
    this.#total = setTimeout(() => this.#expire('total'), options.timeoutSeconds * 1000);
    this.#onAbort = () => this.end();
    options.signal?.addEventListener('abort', this.#onAbort, {once: true});
    child.once('exit', () => this.#clear());
    this.output();
  }

  get timedOut(): 'total' | 'idle' | undefined {
    return this.#timedOut;
  }

  /** Restarts the idle time, after output. */
  output(): void {
    const {idleSeconds} = this.#options;
    if (idleSeconds === undefined || this.#kill || this.#over()) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#expire('idle'), idleSeconds * 1000);
  }

  #clear(): void {
    clearTimeout(this.#total);
    clearTimeout(this.#idle);
    clearTimeout(this.#kill);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  #expire(limit: 'total' | 'idle'): void {
    if (this.#kill || this.#over()) return;
    this.#timedOut = limit;
    this.end();
  }

  /** Ends the group, unless its leader has ended. */
  end(): void {
    if (this.#kill || this.#over()) return;
    if (this.#options.isStdinHeld) {
      this.#child.stdin?.end();
      this.#kill = setTimeout(() => this.#endGroup(), (this.#options.graceSeconds + 3) * 1000);
    } else {
      this.#endGroup();
    }
  }

  #endGroup(): void {
    this.#signalGroup('SIGTERM');
    this.#kill = setTimeout(() => this.#signalGroup('SIGKILL'), this.#options.graceSeconds * 1000);
  }

  #over(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Only while the leader is not reaped: after that its number may be another's. What is left of the group dies by the lifeline. */
  #signalGroup(signal: NodeJS.Signals): void {
    if (this.#over() || this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
