import {mkdtemp, rm} from 'node:fs/promises';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {TestProcess} from './child.ts';
import {LEFT_OUT} from './config.ts';
import type {Mutant} from './instrument.ts';
import type {Answer, Baseline, Command, CoveredTest, TestId} from './protocol.ts';
import type {Verdict} from './score.ts';

export interface UnitRun {
  readonly root: string;
  readonly sources: readonly string[];
  readonly tests: readonly string[];
  /** Those to run, of all that the sources have. */
  readonly mutants: readonly Mutant[];
  readonly onVerdict?: (verdict: Verdict, done: number, all: number) => void;
}

/** Time for loading all tests, and for running them once. */
const START_MS = 600_000;
/** Processor time that a mutant's tests get, besides five times what they took without it. */
const CPU_MS = 2000;
/** Time after which tests that use no processor time count as hanging, besides twenty times what they took. */
const LIMIT_MS = 30_000;

interface Job {
  readonly mutant: Mutant;
  readonly tests: readonly TestId[];
  readonly reload: boolean;
  readonly cpuMs: number;
  readonly limitMs: number;
}

/** Runs unit tests against the mutants of sources, in processes that load them once. Throws if a test fails without a mutant. */
export async function runUnitTests(run: UnitRun): Promise<Verdict[]> {
  const temporary = await mkdtemp(join(tmpdir(), 'portwright-mutate-'));
  const pool: TestProcess[] = [];
  const endAll = () => Promise.all(pool.map((one) => one.end()));
  const interrupted = () => void endAll().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await runAll(run, () => {
      const one = new TestProcess(temporary);
      pool.push(one);
      return one;
    });
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await endAll();
    await rm(temporary, {recursive: true, force: true});
  }
}

async function runAll(run: UnitRun, launch: () => TestProcess): Promise<Verdict[]> {
  const startOne = async (): Promise<TestProcess> => {
    const one = launch();
    answered(await one.ask({kind: 'start', root: run.root, sources: run.sources, tests: run.tests}, START_MS), 'started');
    return one;
  };
  const first = await startOne();
  const baseline = answered(await first.ask({kind: 'baseline'}, START_MS), 'baseline');
  const jobs = run.mutants.map((mutant) => jobOf(mutant, baseline));
  const verdicts: Verdict[] = [];
  const queue = jobs.values();
  const work = async (process: TestProcess | undefined): Promise<void> => {
    const runner = new Runner(startOne, process);
    for (const job of queue) {
      const verdict = await runner.verdict(job);
      verdicts.push(verdict);
      run.onVerdict?.(verdict, verdicts.length, jobs.length);
    }
    await runner.end();
  };
  await Promise.all(
    Array.from({length: Math.min(availableParallelism(), jobs.length)}, (_, at) => work(at === 0 ? first : undefined)),
  );
  return verdicts.sort((a, b) => a.mutant.id - b.mutant.id);
}

function answered<K extends Answer['kind']>(answer: Answer | undefined, kind: K): Extract<Answer, {kind: K}> {
  if (answer?.kind === kind) return answer as Extract<Answer, {kind: K}>;
  throw new Error(answer?.kind === 'failed' ? answer.reason : 'The test process ended or did not answer.');
}

/** Tests of other subjects that a mutant is shown to, the nearest and quickest of those that reach it. */
const OTHERS = 60;
/** Fewer where each test's file must be loaded again. */
const OTHERS_RELOADED = 20;

/** A mutant that loading reaches needs new modules and the tests that reach its file or an importer of it; any other, the tests that reach it. */
function jobOf(mutant: Mutant, {loaded, tests, imports}: Baseline): Job {
  const reload = loaded.includes(mutant.id);
  const reaching = tests.filter((test) =>
    reload ? imports[test.file]?.includes(mutant.file) : test.mutants.includes(mutant.id),
  );
  const chosen = inOrder(
    reaching.filter(({name}) => !LEFT_OUT.some((one) => name === one)),
    mutant.file,
  );
  const own = chosen.filter((test) => isOwn(test, mutant.file));
  const wanted = [...own, ...chosen.filter((test) => !own.includes(test)).slice(0, reload ? OTHERS_RELOADED : OTHERS)];
  const ms = wanted.reduce((sum, test) => sum + test.ms, 0);
  return {mutant, reload, cpuMs: CPU_MS + 5 * ms, limitMs: LIMIT_MS + 20 * ms, tests: wanted.map(({file, at}) => ({file, at}))};
}

/** Whether a test is a quick one of the source's own part, as `test/case/guard/` is for `src/case/guard/`. */
function isOwn({file, ms}: CoveredTest, source: string): boolean {
  return ms <= SLOW_MS && sharedFolders(file, source) >= 2;
}

/** Above this, a test runs after all others: most mutants are killed before. */
const SLOW_MS = 100;

/** Returns the likeliest to fail first: tests named as the mutant's file, then those of its folders; slow ones last, the slowest at the end. */
function inOrder(tests: readonly CoveredTest[], file: string): CoveredTest[] {
  const cost = ({file: test, ms}: CoveredTest) => (ms > SLOW_MS ? ms : -sharedFolders(test, file));
  return tests.toSorted((a, b) => cost(a) - cost(b) || a.ms - b.ms);
}

/** Returns how many names a test's path has in common with a source's: `test/a/b.test.ts` has two with `src/a/b.ts`. */
function sharedFolders(test: string, source: string): number {
  const [names, others] = [test, source].map((path) =>
    path
      .replace(/(\.test)?\.tsx?$/, '')
      .split('/')
      .slice(1),
  );
  const first = (others ?? []).findIndex((name, at) => name !== names?.[at]);
  return first < 0 ? (others ?? []).length : first;
}

/** Runs one mutant after the other in a process, which it replaces when a mutant hangs or spoils it. */
class Runner {
  readonly #start: () => Promise<TestProcess>;
  #process: TestProcess | undefined;

  constructor(start: () => Promise<TestProcess>, process: TestProcess | undefined) {
    this.#start = start;
    this.#process = process;
  }

  async verdict({mutant, tests, reload, cpuMs, limitMs}: Job): Promise<Verdict> {
    if (tests.length === 0) return {mutant, covered: false};
    const command = {kind: 'mutant', id: mutant.id, tests, reload, cpuMs} as const;
    let answer = await this.#ask(command, limitMs);
    if (answer?.dirty) answer = await this.#ask(command, limitMs);
    return {mutant, covered: true, killedBy: answer === undefined ? 'ran too long, or ended the process' : answer.killedBy};
  }

  async #ask(command: Command, limitMs: number): Promise<Extract<Answer, {kind: 'result'}> | undefined> {
    this.#process ??= await this.#start();
    const answer = await this.#process.ask(command, limitMs);
    if (answer?.kind === 'failed') throw new Error(answer.reason);
    const result = answer?.kind === 'result' ? answer : undefined;
    if (result === undefined || result.dirty || result.worn) await this.end();
    return result;
  }

  async end(): Promise<void> {
    await this.#process?.end();
    this.#process = undefined;
  }
}
