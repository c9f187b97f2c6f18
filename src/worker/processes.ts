import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {setTimeout as delay} from 'node:timers/promises';
import {endChild, startWithLifeline} from '../setup/lifeline.ts';
import {installRoot} from '../setup/paths.ts';

const STOP_MS = 30_000;
const LONGEST_PAUSE_MS = 30_000;

export interface SuperviseOptions {
  /** The worker's whole environment. */
  readonly env: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
  /** Worker program, which prints the line `ready` when it polls, and may print `health URL` before; ours unless told. */
  readonly program?: string;
}

export interface WorkerProcess {
  pid(): number;
  /** Where the worker that runs now tells what it does, without a path; undefined while none does. */
  healthUrl(): string | undefined;
  /** TERM, KILL after 30 s; returns when it is gone. */
  stop(): Promise<void>;
}

/**
 * Runs the worker as a process of its own and starts it again when it ends without being told to; the server has its
 * work meanwhile. Returns when it polls for the first time. Throws if it ends before that. It ends with this process.
 */
export async function superviseWorker(options: SuperviseOptions): Promise<WorkerProcess> {
  const stopping = new AbortController();
  let worker = startWorker(options);
  if (!(await worker.polls)) {
    throw new Error(`The worker ended before it was ready: ${worker.errors.join('\n') || 'it said nothing'}`);
  }
  const watch = async (): Promise<void> => {
    let pause = 0;
    for (;;) {
      const {exitCode, signal} = await worker.child;
      if (stopping.signal.aborted) return;
      options.say(`The worker, pid ${worker.child.pid}, ended (${signal ?? `exit ${exitCode}`}); it is started again.`);
      await delay(pause, undefined, {signal: stopping.signal}).catch(() => undefined);
      if (stopping.signal.aborted) return;
      worker = startWorker(options);
      const polls = await worker.polls;
      if (polls) options.say(`The worker runs again, pid ${worker.child.pid}.`);
      // One that does not even come up is not tried without a breath between.
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

function startWorker({env, say, program = join(installRoot(), 'dist', 'worker', 'main.js')}: SuperviseOptions) {
  const child = startWithLifeline([process.execPath, program], {env, stdout: 'pipe'});
  const errors: string[] = [];
  let health: string | undefined;
  const ready = new Promise<true>((done) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      const [, url] = /^health (http:\/\/\S+)$/.exec(line) ?? [];
      if (url !== undefined) health = url;
      else if (line === 'ready') done(true);
      else say(`worker: ${line}`);
    });
  });
  createInterface({input: child.stderr}).on('line', (line) => {
    errors.push(line);
    errors.splice(0, errors.length - 20);
    say(`worker: ${line}`);
  });
  const ended = child.then(() => {
    health = undefined;
    return false;
  });
  return {child, errors, health: () => health, polls: Promise.race([ready, ended])};
}
