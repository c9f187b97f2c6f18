import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {stateDir} from '../src/setup/paths.ts';
import {percentile} from '../test/support/percentile.ts';
import {findChromium, interactiveTimes} from './console/browser.ts';
import {closeConnection, type PageTime, timePage} from './console/first-byte.ts';
import {type PageKind, Pages} from './console/pages.ts';
import {ConsoleProcess} from './console/process.ts';
import {ensureSeededLogs} from './console/seed.ts';
import {SeededRandom} from './seeded-random.ts';

/** Costs of the console by number of cases. Times are milliseconds. */
export interface ConsoleFigures {
  readonly cases: number;
  /** Of all requests of all pages. */
  readonly firstByteMsP95: number;
  /** Median time from the navigation to the overview until its script is ready, in a browser without a cache. */
  readonly overviewInteractiveMs: number;
}

export interface ConsoleRun extends ConsoleFigures {
  /** Time from a start without a cache until all evidence is in it. */
  readonly rebuildMs: number;
  readonly peakRssMb: number;
  /** Slowest first. */
  readonly pages: readonly PageCost[];
}

/** Costs of one kind of page. */
export interface PageCost {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  /** Size of the largest page. */
  readonly kb: number;
  /** Path of the slowest page. */
  readonly path: string;
}

const REQUESTS = 20;
const BROWSER_RUNS = 5;

/**
 * Measures `portwright console` over seeded evidence, without Temporal, so that it shows only what is on disk. The evidence stays in the state
 * directory's `bench` and is reused.
 */
export async function measureConsole(cases: number, log: (line: string) => void): Promise<ConsoleRun> {
  const interrupted = rejectOnSignal();
  const executable = await findChromium();
  const logs = await Promise.race([interrupted, ensureSeededLogs(join(stateDir(process.env), 'bench', 'console'), cases, log)]);
  const dir = await mkdtemp(join(tmpdir(), 'portwright-console-'));
  const cleanups: (() => Promise<unknown>)[] = [() => rm(dir, {recursive: true, force: true})];
  try {
    const started = ConsoleProcess.start(logs, dir);
    cleanups.push(() => started.then((console) => console.stop()).catch(() => undefined));
    return await Promise.race([interrupted, measure(await started, executable, log)]);
  } finally {
    closeConnection();
    for (const step of cleanups.reverse()) await step();
  }
}

async function measure(running: ConsoleProcess, executable: string, log: (line: string) => void): Promise<ConsoleRun> {
  const {cases, rebuildMs} = await running.filled();
  log(`the cache has ${cases} cases after ${rebuildMs} ms`);
  const kinds = await new Pages(running.url, new SeededRandom(11)).all();
  const times = await timePages(running.url, kinds);
  const opened = await interactiveTimes(executable, running.url, BROWSER_RUNS);
  const peakRssMb = Math.round((await running.peakRssKb()) / 1024);
  log(`peak memory of the console: ${peakRssMb} MB`);
  const all = [...times.values()].flat().map(({ms}) => ms);
  return {
    cases,
    firstByteMsP95: Math.round(percentile(all, 0.95)),
    overviewInteractiveMs: Math.round(percentile(opened, 0.5)),
    rebuildMs,
    peakRssMb,
    pages: [...times].map(([name, of]) => summarizePage(name, of)).sort((a, b) => b.p95 - a.p95),
  };
}

/** Requests the kinds of page in turn, since nobody loads the same page twenty times in a row. */
async function timePages(url: string, kinds: readonly PageKind[]): Promise<Map<string, PageTime[]>> {
  const times = new Map<string, PageTime[]>(kinds.map(({name}) => [name, []]));
  for (let round = 0; round < REQUESTS; round += 1) {
    for (const {name, paths} of kinds) {
      const path = paths[round % paths.length];
      if (path !== undefined) times.get(name)?.push(await timePage(url, path));
    }
  }
  return times;
}

function summarizePage(name: string, times: readonly PageTime[]): PageCost {
  const all = times.map(({ms}) => ms);
  const slowest = times.reduce((most, one) => (one.ms > most.ms ? one : most), times[0] as PageTime);
  const kb = Math.ceil(Math.max(...times.map(({bytes}) => bytes)) / 1024);
  return {name, p50: Math.round(percentile(all, 0.5)), p95: Math.round(percentile(all, 0.95)), kb, path: slowest.path};
}

/** Returns a promise that rejects on SIGINT, SIGTERM and SIGHUP, so that children are ended before this process. */
function rejectOnSignal(): Promise<never> {
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => reject(new Error(`Interrupted by ${signal}.`)));
  });
  interrupted.catch(() => undefined);
  return interrupted;
}
