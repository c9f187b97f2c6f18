import {type ChildProcessByStdio, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import type {Readable} from 'node:stream';
import {setTimeout as delay} from 'node:timers/promises';
import {installRoot} from '../../src/setup/paths.ts';

/** Nothing listens there. */
const NOWHERE = '127.0.0.1:1';
const START_MS = 60_000;
const FILL_MS = 600_000;
const POLL_MS = 50;
const STOP_MS = 10_000;

interface Health {
  readonly cases: number;
  /** How far the evidence is read; null once it is. */
  readonly reading: {readonly done: number; readonly total: number} | null;
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** `portwright console` as a process of its own, over the evidence in a log directory, and without Temporal. */
export class ConsoleProcess {
  readonly url: string;
  readonly #child: Child;
  readonly #started: number;

  private constructor(url: string, child: Child, started: number) {
    this.url = url;
    this.#child = child;
    this.#started = started;
  }

  /** `stateDir` takes its cache. Returns once it listens; throws what it said if it does not. */
  static async start(logs: string, stateDir: string): Promise<ConsoleProcess> {
    const started = performance.now();
    // The channel is for its end: it does not outlive this process.
    const child = spawn(process.execPath, [join(installRoot(), 'bin/portwright.js'), 'console'], {
      env: consoleEnv(logs, stateDir),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    }) as Child;
    try {
      return new ConsoleProcess(await addressOf(child), child, started);
    } catch (error) {
      await ended(child);
      throw error;
    }
  }

  /** Waits until all evidence is in its cache: how many cases it has, and what that took from its start, milliseconds. */
  async filled(): Promise<{readonly cases: number; readonly rebuildMs: number}> {
    const end = performance.now() + FILL_MS;
    while (performance.now() < end) {
      const answer = await fetch(`${this.url}/api/v1/health`);
      const {cases, reading} = (await answer.json()) as Health;
      if (reading === null) return {cases, rebuildMs: Math.round(performance.now() - this.#started)};
      await delay(POLL_MS);
    }
    throw new Error(`The console must have read the evidence within ${FILL_MS / 1000} s. Its own log says where it is.`);
  }

  /** The most memory that it ever had, KB; 0 where the system does not tell. */
  async peakRssKb(): Promise<number> {
    const status = await readFile(`/proc/${this.#child.pid}/status`, 'utf8').catch(() => '');
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
  }

  async stop(): Promise<void> {
    await ended(this.#child);
  }
}

function consoleEnv(logs: string, stateDir: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PORTWRIGHT|TEMPORAL|STATE_SERVER)_/.test(name));
  return {
    ...Object.fromEntries(own),
    LOGS_ROOT: logs,
    PORTWRIGHT_STATE_DIR: stateDir,
    PORTWRIGHT_CONSOLE: '127.0.0.1:0',
    PORTWRIGHT_WORKER_URL: `http://${NOWHERE}`,
    TEMPORAL_ADDRESS: NOWHERE,
  };
}

/** The address that it says it listens on. */
async function addressOf(child: Child): Promise<string> {
  const said: string[] = [];
  createInterface({input: child.stderr}).on('line', (line) => said.push(line));
  const lines = createInterface({input: child.stdout});
  const told = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const url = /http:\/\/[\d.]+:\d+/.exec(line)?.[0];
      if (url !== undefined) resolve(url);
    });
  });
  const over = once(child, 'exit').then(() => undefined);
  const url = await Promise.race([told, over, delay(START_MS, undefined, {ref: false})]);
  if (url === undefined)
    throw new Error(
      `portwright console must say its address within ${START_MS / 1000} s; it said: ${said.slice(-20).join('\n')}`,
    );
  return url;
}

async function ended(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await over;
  clearTimeout(timer);
}
