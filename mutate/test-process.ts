import {Worker} from 'node:worker_threads';
import fc from 'fast-check';
import {collectTests, firstFailure, installGlobals, type Test} from './harness.ts';
import {MutatedModules} from './modules.ts';
import type {Answer, Baseline, Command, CoveredTest, TestId} from './protocol.ts';

/** A process that runs unit tests again and again, each time with another mutant. Started by `TestProcess`. */

/** Above this, modules of earlier loads have piled up. */
const WORN_BYTES = 900 * 1024 * 1024;

let active = 0;
let reached: Set<number> | undefined;
Object.assign(globalThis, {
  __mutant: (id: number): boolean => {
    reached?.add(id);
    return id === active;
  },
});
installGlobals();
// The same inputs of properties in each run, so that a mutant is killed in each run or in none.
fc.configureGlobal({seed: 1});
const watchdog = new Worker(new URL('./watchdog.ts', import.meta.url));

let modules: MutatedModules;
let sources: readonly string[] = [];
let loaded: readonly number[] = [];
const tests = new Map<string, Test[]>();

async function start(command: Extract<Command, {kind: 'start'}>): Promise<Answer> {
  process.chdir(command.root);
  sources = command.sources;
  modules = new MutatedModules(command.root, sources);
  reached = new Set();
  for (const file of command.tests) tests.set(file, await collectTests(file, () => modules.load(file)));
  loaded = [...reached];
  reached = undefined;
  return {kind: 'started'};
}

async function baseline(): Promise<Answer> {
  const covered: CoveredTest[] = [];
  for (const [file, all] of tests) {
    const failure = await firstFailure(all, async (test, run) => {
      reached = new Set();
      const began = performance.now();
      await run();
      covered.push({file, at: all.indexOf(test), name: test.name, ms: performance.now() - began, mutants: [...reached]});
    });
    reached = undefined;
    if (failure) return {kind: 'failed', reason: `${file}, ${failure.test.name}, fails without any mutant: ${failure.error}`};
  }
  return {kind: 'baseline', loaded, tests: covered, imports: imported()};
}

function imported(): Baseline['imports'] {
  const files = [...tests.keys()];
  const pairs = sources.flatMap((source) => modules.importersOf(source, files).map((file) => ({file, source})));
  return Object.fromEntries(files.map((file) => [file, pairs.filter((pair) => pair.file === file).map(({source}) => source)]));
}

async function runMutant({id, tests: wanted, reload, cpuMs}: Extract<Command, {kind: 'mutant'}>): Promise<Answer> {
  watchdog.postMessage(cpuMs);
  const run = () => firstKill(wanted, id, reload);
  const killed = reload ? await modules.reloading(id, run) : await run();
  active = 0;
  watchdog.postMessage(0);
  const dirty = killed?.test !== undefined && !reload && (await firstFailure([killed.test])) !== undefined;
  return {kind: 'result', killedBy: killed?.name, dirty, worn: process.memoryUsage().rss > WORN_BYTES};
}

/** Returns the first test that fails; a file that cannot be loaded fails as a whole. */
async function firstKill(
  wanted: readonly TestId[],
  id: number,
  reload: boolean,
): Promise<{name: string; test?: Test} | undefined> {
  for (const [file, ids] of Map.groupBy(wanted, (one) => one.file)) {
    active = id;
    try {
      const all = reload ? await collectTests(file, () => modules.load(file)) : (tests.get(file) ?? []);
      const failure = await firstFailure(all.filter((_, at) => ids.some((one) => one.at === at)));
      if (failure) return {name: `${file}, ${failure.test.name}`, test: failure.test};
    } catch (error) {
      return {name: `${file}: ${error}`};
    }
  }
  return undefined;
}

async function answer(command: Command): Promise<Answer> {
  if (command.kind === 'start') return start(command);
  return command.kind === 'baseline' ? baseline() : runMutant(command);
}

process.on('disconnect', () => process.exit());
process.on('message', (command: Command) => {
  void answer(command)
    .catch((error): Answer => ({kind: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error)}))
    .then((message) => process.send?.(message));
});
