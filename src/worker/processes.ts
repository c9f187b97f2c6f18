import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {setTimeout as delay} from 'node:timers/promises';
import {endChild, startWithLifeline} from '../setup/lifeline.ts';
import {installRoot} from '../setup/paths.ts';

const STOP_MS = 30_000;
/** A young generation of 12 MB, and an old generation that grows slowly: less memory for some of the throughput (docs/scaling.md). */
const NODE_OPTIONS = ['--max-semi-space-size=4', '--heap-growing-percent=30'] as const;
/** The C library would give each of the core's threads a separate arena. */
const MEMORY_ENV = {MALLOC_ARENA_MAX: '2'} as const;
const LONGEST_PAUSE_MS = 30_000;

export interface SuperviseOptions {
  /** The worker's complete environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
  /** Worker program, which prints the line `ready` when it polls, and may print `health URL` before; ours by default. */
  readonly program?: string;
}

export interface WorkerProcess {
  pid(): number;
  /** Address of the running worker's health server, without a path; undefined while none runs. */
  healthUrl(): string | undefined;
  /** TERM, KILL after 30 s; returns when it is gone. */
  stop(): Promise<void>;
}

/**
 * Runs the worker as a child process and restarts it when it ends unexpectedly; the server has its
 * work meanwhile. Returns when it polls for the first time. Throws if it ends before that. It ends with this process.
 */
export async function superviseWorker(options: SuperviseOptions): Promise<WorkerProcess> {
  const stopping = new AbortController();
  let worker = startWorker(options);
  if (!(await worker.polls)) {
    throw new Error(`The worker ended before it was ready: ${worker.errors.join('\n') || 'it printed nothing'}`);
  }
  const watch = async (): Promise<void> => {
    let pause = 0;
    for (;;) {
      const {exitCode, signal} = await worker.child;
      if (stopping.signal.aborted) return;
      options.print(`The worker, pid ${worker.child.pid}, ended (${signal ?? `exit ${exitCode}`}); restarting it.`);
      await delay(pause, undefined, {signal: stopping.signal}).catch(() => undefined);
      if (stopping.signal.aborted) return;
      worker = startWorker(options);
      const polls = await worker.polls;
      if (polls) options.print(`The worker runs again, pid ${worker.child.pid}.`);
      // A worker that does not come up is restarted with growing pauses.
      pause = polls ? 0 : Math.min(LONGEST_PAUSE_MS, pause * 2 || 1000);
    }
  };
  const watching = watch();
  return {
    pid: () => worker.child.pid ?? 0,
    healthUrl: () => worker.health(),
    async stop() {
      stopping.abort();
      await endChild(worker.child, STOP_MS);
      await watching;
    },
  };
}

function startWorker({env, print, program = join(installRoot(), 'dist', 'worker', 'main.js')}: SuperviseOptions) {
  // Off by default: a workflow that loops then costs the worker of all cases, and not only its own task.
  const guard = env.PORTWRIGHT_LOOP_GUARD ? ['--import', join(installRoot(), 'dist', 'worker', 'loop-guard.js')] : [];
  const child = startWithLifeline([process.execPath, ...NODE_OPTIONS, ...guard, program], {
    env: {...MEMORY_ENV, ...env},
    stdout: 'pipe',
  });
  const errors: string[] = [];
  let health: string | undefined;
  const ready = new Promise<true>((done) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      const [, url] = /^health (http:\/\/\S+)$/.exec(line) ?? [];
      if (url !== undefined) health = url;
      else if (line === 'ready') done(true);
      else print(`worker: ${line}`);
    });
  });
  createInterface({input: child.stderr}).on('line', (line) => {
    errors.push(line);
    errors.splice(0, errors.length - 20);
    print(`worker: ${line}`);
  });
  const ended = child.then(() => {
    health = undefined;
    return false;
  });
  return {child, errors, health: () => health, polls: Promise.race([ready, ended])};
}
