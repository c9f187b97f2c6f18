import {cp, mkdir, mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {execa} from 'execa';
import type {EvalReport} from '../../../src/eval/report.ts';
import {installRoot, stateDir} from '../../../src/setup/paths.ts';
import {findTemporalCli} from '../../../src/worker/temporal-cli.ts';

let dir = '';
let path = '';

beforeAll(async () => {
  const cli = await findTemporalCli({stateDir: stateDir(process.env), print: () => undefined});
  path = `${dirname(cli.path)}:${process.env.PATH}`;
  dir = await mkdtemp(join(tmpdir(), 'portwright-eval-test-'));
});

afterAll(() => rm(dir, {recursive: true, force: true}));

/** `portwright eval` as a user runs it, on a state directory of the test's own. */
function start(...args: string[]) {
  const own = {PATH: path, PORTWRIGHT_STATE_DIR: dir, DP_HARNESS_TRIAGE_MODEL: '', DP_HARNESS_POLICY: ''};
  const program = join(installRoot(), 'bin', 'portwright.js');
  return execa(process.execPath, [program, 'eval', ...args], {env: own, reject: false, stdin: 'ignore'});
}

async function reportOf(...args: string[]): Promise<EvalReport> {
  const {stdout, stderr, exitCode} = await start(...args, '--json');
  if (exitCode !== 0) throw new Error(`exit ${exitCode}: ${stderr}`);
  return JSON.parse(stdout) as EvalReport;
}

/** A run whose lines can be waited for while it goes on. */
class Running {
  readonly run: ReturnType<typeof start>;
  readonly #lines: string[] = [];
  #over = false;
  #wake: (() => void)[] = [];

  constructor(...args: string[]) {
    this.run = start(...args);
    void this.#read();
  }

  async #read(): Promise<void> {
    for await (const text of this.run.iterable()) this.#tell(() => this.#lines.push(text));
    this.#tell(() => {
      this.#over = true;
    });
  }

  #tell(change: () => void): void {
    change();
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** The first line that matches, now or later. Throws if it ends without one. */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = this.#lines.map((text) => pattern.exec(text)).find((one) => one !== null);
      if (found) return found;
      if (this.#over) throw new Error(`No line ${pattern} in:\n${this.#lines.join('\n')}`);
      await new Promise<void>((done) => this.#wake.push(done));
    }
  }
}

const names = ({cases}: EvalReport): string[] => cases.map(({name}) => name);

test('a worker that is killed in the middle: all twelve are judged, once; by its name it reports the same again', async () => {
  const running = new Running('known-failures', '--name', 'worker', '--parallel', '3');
  const worker = Number((await running.line(/^Worker: pid (\d+)$/))[1]);
  await running.line(/^[1-9]\d* of 12 cases/);
  process.kill(worker, 'SIGKILL');
  const {stdout, exitCode} = await running.run;
  expect(stdout).toContain(`The worker, pid ${worker}, ended (SIGKILL); restarting it.`);
  expect(exitCode).toBe(0);
  expect(stdout).toContain('SCRIPTED: scripted-cases is a script, not a model');

  const report = await reportOf('--name', 'worker');
  expect(report.scripted).toBe(true);
  expect(new Set(names(report)).size).toBe(12);
  expect(report.figures.classRight).toEqual({count: 12, of: 12});
  expect(report.figures.rootCauseHit).toEqual({count: 12, of: 12});
  expect(report.figures.failed).toBe(0);
  expect(await reportOf('--name', 'worker')).toEqual(report);
}, 120_000);

test('an evaluation whose processes are all killed resumes', async () => {
  const running = new Running('known-failures', '--name', 'whole', '--parallel', '2');
  await running.line(/^[2-9] of 12 cases/);
  running.run.kill('SIGKILL');
  await running.run;
  const rows = async (): Promise<string[]> => {
    const cases = JSON.parse(await readFile(join(dir, 'eval', 'whole', 'run.json'), 'utf8')) as {cases: {name: string}[]};
    const texts = cases.cases.map(({name}) =>
      readFile(join(dir, 'eval', 'whole', 'cases', name, 'row.json'), 'utf8').catch(() => ''),
    );
    return Promise.all(texts);
  };
  const before = await rows();
  expect(before.filter((text) => text !== '').length).toBeGreaterThanOrEqual(2);
  expect(before).toContain('');

  const report = await reportOf('--name', 'whole');
  expect(names(report)).toHaveLength(12);
  const after = await rows();
  expect(before.map((text, at) => text || after[at])).toEqual(after);
}, 120_000);

test('no case is started once the cap is reached, and the report lists what is missing', async () => {
  const report = await reportOf('known-failures', '--name', 'capped', '--model-only', '--parallel', '1', '--max-tokens', '1');
  expect(report.cases).toHaveLength(1);
  expect(report.figures.tokens).toBeGreaterThan(1);
  expect(report.leftOut).toBe(11);
  expect(report.stopped).toBe('the cap of 1 tokens is reached');
}, 60_000);

test('the demo’s ports, against another run', async () => {
  await start('known-failures', '--name', 'capped', '--out', dir);
  const run = await start('demo', '--name', 'demo', '--parallel', '4', '--json', '--against', join(dir, 'report.json'));
  const report = JSON.parse(run.stdout) as EvalReport & {against: {before: {name: string}; cases: {now: string}[]}};
  expect(report.model).toBe('scripted-demo');
  expect(report.figures.classRight).toEqual({count: 10, of: 10});
  expect(report.against.before.name).toBe('capped');
  expect(report.against.cases.map(({now}) => now)).toContain('not run');
}, 60_000);

test('of two that are at one evaluation, one waits for the other, from the first moment', async () => {
  const begun = await start('demo', '--name', 'detached', '--detach');
  expect(begun.stdout).toMatch(/^Evaluation detached continues in the background, pid \d+;/m);
  const {stdout} = await start('--name', 'detached');
  const log = await readFile(join(dir, 'eval', 'detached', 'eval.log'), 'utf8');
  expect([stdout, log].filter((text) => text.includes('Another process runs it; waiting for its end.'))).toHaveLength(1);
  expect(stdout).toMatch(/^class right +10 of 10/m);
}, 60_000);

test('with --repair a port of a corpus with sources is repaired by its script in a dev-env made of it, and the diff is judged', async () => {
  const corpus = join(dir, 'corpus');
  const shipped = join(installRoot(), 'corpora', 'ports');
  await mkdir(corpus);
  for (const name of ['twofold', 'corpus.json']) await cp(join(shipped, name), join(corpus, name), {recursive: true});
  const {cases, figures, goals, mode} = await reportOf(corpus, '--repair', '--name', 'repair');
  expect(mode).toBe('triage and repair');
  const clean = {outcome: 'fixed', proved: true, wrong: [], unclean: [], faults: [], turnsToBuild: 1};
  expect(cases[0]).toMatchObject({...clean, touched: ['dragonfly/patch-twofold.c', 'overlay.dops']});
  expect(cases[0]?.steps).toEqual([
    'proved at the first attempt',
    'build failed and was repaired',
    'plist error in a build',
    'diff changed after a passing build',
  ]);
  expect(figures).toMatchObject({fixed: {count: 1, of: 1}, clean: {count: 1, of: 1}, lostToLimits: 0});
  expect(figures.tokensPerFix).toBe(figures.tokens);
  expect(goals?.map(({met}) => met)).toEqual([true, true, true, true, true]);
}, 180_000);

test.each([
  [['--name', 'nothing'], 'There is no evaluation nothing. Give the corpus to begin it'],
  [['known-failures', '--name', '../x'], '--name has 1 to 41 letters, digits and ._-; got "../x".'],
  [['known-failures', '--max-cost', '1'], '--max-cost needs the policy’s prices.scripted-cases'.replace('’', "'")],
  [['known-failures', '--model', 'gpt-x'], 'DP_HARNESS_TRIAGE_API_KEY'],
  [[], 'Give a corpus, or the --name of an evaluation to continue.'],
])(
  'eval %j is refused as a wrong command line',
  async (args, words) => {
    const {stderr, exitCode} = await start(...args);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(2);
  },
  30_000,
);
