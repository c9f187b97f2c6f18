import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import type {Readable} from 'node:stream';
import {setTimeout as delay} from 'node:timers/promises';
import {installRoot} from '../../src/setup/paths.ts';

/** An address without a listener. */
const CLOSED_ADDRESS = '127.0.0.1:1';
const START_MS = 60_000;
const FILL_MS = 600_000;
const POLL_MS = 50;
const STOP_MS = 10_000;

interface Health {
  readonly cases: number;
  /** Progress of reading the evidence; null at its end. */
  readonly reading: {readonly done: number; readonly total: number} | null;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** A process of `portwright console` over the evidence in a log directory, without Temporal. */
export class ConsoleProcess {
  readonly url: string;
  readonly #child: Child;
  readonly #started: number;

  private constructor(url: string, child: Child, started: number) {
    this.url = url;
    this.#child = child;
    this.#started = started;
  }

  /** Starts the console, with its cache in `stateDir`, and returns once it listens. Throws with its output if it does not. */
  static async start(logs: string, stateDir: string): Promise<ConsoleProcess> {
    const started = performance.now();
    // The console exits when the IPC channel closes, so it does not outlive this process.
    const child = spawn(process.execPath, [join(installRoot(), 'bin/portwright.js'), 'console'], {
      env: consoleEnv(logs, stateDir),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    }) as Child;
    try {
      return new ConsoleProcess(await waitForAddress(child), child, started);
    } catch (error) {
      await endChild(child);
      throw error;
    }
  }

  /** Waits until all evidence is in the cache. Returns the number of cases, and the time since its start in milliseconds. */
  async filled(): Promise<{readonly cases: number; readonly rebuildMs: number}> {
    const end = performance.now() + FILL_MS;
    while (performance.now() < end) {
      const answer = await fetch(`${this.url}/api/v1/health`);
      const {cases, reading} = (await answer.json()) as Health;
      if (reading === null) return {cases, rebuildMs: Math.round(performance.now() - this.#started)};
      await delay(POLL_MS);
    }
    throw new Error(`The console must read the evidence within ${FILL_MS / 1000} s. Its log shows the progress.`);
  }

  /** Returns the peak resident set in KB; 0 where the system does not report it. */
  async peakRssKb(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8').catch(() => '');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  }

  async stop(): Promise<void> {
    await endChild(this.#child);
  }
}

function consoleEnv(logs: string, stateDir: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PORTWRIGHT|TEMPORAL|STATE_SERVER)_/.test(name));
  return {
    ...Object.fromEntries(own),
    LOGS_ROOT: logs,
    PORTWRIGHT_STATE_DIR: stateDir,
    PORTWRIGHT_CONSOLE: '127.0.0.1:0',
    PORTWRIGHT_WORKER_URL: `http://${CLOSED_ADDRESS}`,
    TEMPORAL_ADDRESS: CLOSED_ADDRESS,
  };
}

/** Returns the address that the console prints. Throws with its output if it prints none. */
async function waitForAddress(child: Child): Promise<string> {
  const stderrLines: string[] = [];
  createInterface({input: child.stderr}).on('line', (line) => stderrLines.push(line));
  const lines = createInterface({input: child.stdout});
  const listening = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const url = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
      if (url !== undefined) resolve(url);
    });
  });
  const exited = once(child, 'exit').then(() => undefined);
  const url = await Promise.race([listening, exited, delay(START_MS, undefined, {ref: false})]);
  if (url === undefined)
    throw new Error(
      `portwright console must print its address within ${START_MS / 1000} s; its output: ${stderrLines.slice(-20).join('\n')}`,
    );
  return url;
}

async function endChild(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exited;
  clearTimeout(timer);
}
