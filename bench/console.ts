import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {stateDir} from '../src/setup/paths.ts';
import {percentile} from '../test/support/percentile.ts';
import {findChromium, interactiveTimes} from './console/browser.ts';
import {Dice} from './console/dice.ts';
import {closeConnection, firstByte, type PageTime} from './console/first-byte.ts';
import {type PageKind, Pages} from './console/pages.ts';
import {ConsoleProcess} from './console/process.ts';
import {seededLogs} from './console/seed.ts';

/** What the console takes with so many cases. Times are milliseconds. */
export interface ConsoleFigures {
  readonly cases: number;
  /** Over all requests of all pages. */
  readonly firstByteMsP95: number;
  /** Of the overview in a browser with nothing cached, from the navigation until its script is ready; the median. */
  readonly overviewInteractiveMs: number;
}

export interface ConsoleRun extends ConsoleFigures {
  /** From its start, without a cache, until all evidence was in it. */
  readonly rebuildMs: number;
  readonly peakRssMb: number;
  /** The slowest first. */
  readonly pages: readonly PageCost[];
}

/** Of one kind of page. */
export interface PageCost {
  readonly name: string;
  readonly p50: number;
  readonly p95: number;
  /** The largest of them. */
  readonly kb: number;
  /** The slowest. */
  readonly path: string;
}

const REQUESTS = 20;
const OPENINGS = 5;

/**
 * `portwright console` over the evidence of so many cases, without Temporal: what is on disk is all that it shows. The evidence stays in the state
 * directory's `bench` for the next time.
 */
export async function measureConsole(cases: number, say: (line: string) => void): Promise<ConsoleRun> {
  const interrupted = interruption();
  const executable = await findChromium();
  const logs = await Promise.race([interrupted, seededLogs(join(stateDir(process.env), 'bench', 'console'), cases, say)]);
  const dir = await mkdtemp(join(tmpdir(), 'portwright-console-'));
  const undo: (() => Promise<unknown>)[] = [() => rm(dir, {recursive: true, force: true})];
  try {
    const started = ConsoleProcess.start(logs, dir);
    undo.push(() => started.then((console) => console.stop()).catch(() => undefined));
    return await Promise.race([interrupted, measure(await started, executable, say)]);
  } finally {
    closeConnection();
    for (const step of undo.reverse()) await step();
  }
}

async function measure(running: ConsoleProcess, executable: string, say: (line: string) => void): Promise<ConsoleRun> {
  const {cases, rebuildMs} = await running.filled();
  say(`the cache is filled with ${cases} cases after ${rebuildMs} ms`);
  const kinds = await new Pages(running.url, new Dice(11)).all();
  const times = await timesOf(running.url, kinds);
  const opened = await interactiveTimes(executable, running.url, OPENINGS);
  const peakRssMb = Math.round((await running.peakRssKb()) / 1024);
  say(`the console had ${peakRssMb} MB at most`);
  const all = [...times.values()].flat().map(({ms}) => ms);
  return {
    cases,
    firstByteMsP95: Math.round(percentile(all, 0.95)),
    overviewInteractiveMs: Math.round(percentile(opened, 0.5)),
    rebuildMs,
    peakRssMb,
    pages: [...times].map(([name, of]) => costOf(name, of)).sort((a, b) => b.p95 - a.p95),
  };
}

/** Each kind of page in turn, again and again: nobody looks at the same page twenty times in a row. */
async function timesOf(url: string, kinds: readonly PageKind[]): Promise<Map<string, PageTime[]>> {
  const times = new Map<string, PageTime[]>(kinds.map(({name}) => [name, []]));
  for (let round = 0; round < REQUESTS; round += 1) {
    for (const {name, paths} of kinds) {
      const path = paths[round % paths.length];
      if (path !== undefined) times.get(name)?.push(await firstByte(url, path));
    }
  }
  return times;
}

function costOf(name: string, times: readonly PageTime[]): PageCost {
  const all = times.map(({ms}) => ms);
  const slowest = times.reduce((most, one) => (one.ms > most.ms ? one : most), times[0] as PageTime);
  const kb = Math.ceil(Math.max(...times.map(({bytes}) => bytes)) / 1024);
  return {name, p50: Math.round(percentile(all, 0.5)), p95: Math.round(percentile(all, 0.95)), kb, path: slowest.path};
}

/** Rejects on Ctrl-C and its like, so that what runs is ended before this process is. */
function interruption(): Promise<never> {
  const told = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => reject(new Error(`It was ended by ${signal}.`)));
  });
  told.catch(() => undefined);
  return told;
}
