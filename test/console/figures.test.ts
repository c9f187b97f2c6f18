import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Cache} from '../../src/console/cache/cache.ts';
import {Projector} from '../../src/console/cache/projector.ts';
import {
  compareRuns,
  figuresByClass,
  fixRates,
  lastDays,
  minutesToFix,
  outcomesOfRuns,
  outcomesSince,
} from '../../src/console/queries/figures.ts';
import {listPorts} from '../../src/console/queries/ports.ts';
import {attempt, caseAt, TRIAGE} from './case-at.ts';

let dir: string;
let cache: Cache;
let projector: Projector;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'portwright-figures-'));
  cache = new Cache(join(dir, 'console.sqlite'));
  projector = new Projector(cache, () => undefined);
});

afterEach(() => {
  cache.close();
  rmSync(dir, {recursive: true, force: true});
});

/** A failure of a port in a run, as its bundle tells it. */
function failure(runId: string, origin: string, signature: string, flavor?: string): void {
  const bundleId = `${origin.replace('/', '_')}${flavor ? `@${flavor}` : ''}-${runId}`;
  const report = {
    target: '@main',
    origin,
    ...(flavor ? {flavor} : {}),
    runId,
    bundleId,
    profile: 'Live',
    createdUtc: '2026-03-01T10:00:00Z',
  };
  projector.bundles([
    {
      archive: {dir: '/nowhere', root: '/nowhere', report},
      ...{
        tsUtc: '20260301-100000Z',
        result: 'failure',
        signature,
        errorLine: `error ${signature}`,
        triage: '',
        status: undefined,
      },
      ...{analysed: 0, changed: []},
    },
  ]);
}

test('two runs: what is new, gone, the same, and what fails in another way', () => {
  failure('run-a', 'net/gone', 'aaaa');
  failure('run-a', 'net/same', 'bbbb');
  failure('run-a', 'net/other', 'cccc');
  failure('run-a', 'lang/py', 'dddd', 'py311');
  failure('run-b', 'net/same', 'bbbb');
  failure('run-b', 'net/other', 'eeee');
  failure('run-b', 'net/fresh', 'aaaa');
  failure('run-b', 'lang/py', 'dddd');
  const {gone, fresh, same, changed} = compareRuns(cache, 'run-a', 'run-b');
  const ports = (lines: readonly {port: string}[]): string[] => lines.map(({port}) => port);
  expect(ports(gone)).toEqual(['lang/py@py311', 'net/gone']);
  expect(ports(fresh)).toEqual(['lang/py', 'net/fresh']);
  expect(ports(same)).toEqual(['net/same']);
  expect(changed).toMatchObject([{port: 'net/other', error_line: 'error eeee', before: 'error cccc'}]);
});

test('a port’s failures over runs', () => {
  failure('run-a', 'net/foo', 'aaaa');
  failure('run-b', 'net/foo', 'bbbb');
  failure('run-b', 'net/bar', 'bbbb');
  projector.case(caseAt(['triage']));
  expect(listPorts(cache, {}, 1).rows).toMatchObject([
    {origin: 'net/bar', failures: 1, runs: 1, open: 0},
    {origin: 'net/foo', failures: 2, runs: 2, open: 1},
  ]);
  expect(listPorts(cache, {q: 'foo'}, 1).total).toBe(1);
});

test('outcomes and spend count each case once', () => {
  const usage = {prompt: 100, cached: 40, completion: 10, reasoning: 0, cost: 0.5};
  projector.case(caseAt(['triage', 'closed'], {triage: TRIAGE, outcome: 'fixed', usage, attempts: [attempt()]}));
  projector.case(caseAt(['triage'], {runId: 'case-run-2', workflowId: 'port:@main:net/bar', usage}));
  expect(outcomesSince(cache, '2026-03-01')).toEqual([{name: 'fixed', n: 1}]);
  expect(outcomesSince(cache, '2026-03-02')).toEqual([]);
  expect(figuresByClass(cache, '2026-03-01')).toEqual([
    {classification: 'compile-error', cases: 1, closed: 1, fixed: 1, tokens: 70, cost: 0.5},
    {classification: 'not known', cases: 1, closed: 0, fixed: 0, tokens: 70, cost: 0.5},
  ]);
  const days = lastDays(cache, 3, Date.parse('2026-03-02T12:00:00Z'));
  expect(days.map(({day, fixed, left, other, open, tokens}) => [day, fixed, left, other, open, tokens])).toEqual([
    ['2026-02-28', 0, 0, 0, 0, 0],
    ['2026-03-01', 1, 0, 0, 1, 140],
    ['2026-03-02', 0, 0, 0, 0, 0],
  ]);
});

test('a closed case without a fix is left to a person, or ended otherwise', () => {
  const ends = ['manual', 'needs-help', 'discarded', 'recovered', null] as const;
  for (const [at, outcome] of ends.entries())
    projector.case(caseAt(['closed'], {runId: `case-run-${at}`, workflowId: `port:@main:net/p${at}`, outcome}));
  expect(lastDays(cache, 1, Date.parse('2026-03-01T12:00:00Z'))).toMatchObject([{fixed: 0, left: 2, other: 3, open: 0}]);
});

test('the fix rate of a day is that of seven days, and none where no case closed', () => {
  const day = (fixed: number, left: number) => ({day: '', fixed, left, other: 0, open: 5, tokens: 0, cost: 0});
  const days = [day(0, 0), day(1, 1), ...Array.from({length: 6}, () => day(0, 0)), day(2, 0)];
  expect(fixRates(days)).toEqual([undefined, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1]);
});

test('the time to a fix is that from the first report to the end of its last proof', () => {
  const timeline = [
    {atUtc: '2026-03-01T10:00:00.000Z', phase: 'collect', text: ''},
    {atUtc: '2026-03-01T10:20:00.000Z', phase: 'prove', text: ''},
    {atUtc: '2026-03-01T10:30:00.000Z', phase: 'prove', text: ''},
    {atUtc: '2026-03-02T10:00:00.000Z', phase: 'closed', text: ''},
  ] as const;
  projector.case(caseAt(['closed'], {outcome: 'fixed', timeline}));
  projector.case(caseAt(['closed'], {outcome: 'manual', timeline, runId: 'case-run-2', workflowId: 'port:@main:net/bar'}));
  expect(minutesToFix(cache, '2026-03-01').map((minutes) => Math.round(minutes))).toEqual([30]);
});

test('what became of a run’s failures: open without an outcome, lost if its case ended without a word', () => {
  projector.dsynthRun({
    ...{
      runId: 'run-Live-1',
      root: '/nowhere',
      profile: 'Live',
      target: '@main',
      startedUtc: '2026-03-01T09:00:00Z',
      portsQueued: null,
    },
    results: {bytes: 0, built: 5, failed: 1, ignored: 0, skipped: 0},
  });
  failure('run-Live-1', 'net/bar', 'aaaa');
  expect(outcomesOfRuns(cache, ['run-Live-1'])).toMatchObject([{run_id: 'run-Live-1', outcome: 'open', n: 1}]);
  const bundle = {runId: 'run-Live-1', bundleId: 'net_bar-run-Live-1'};
  projector.case(caseAt(['awaiting-operator'], {bundles: [bundle], bundle}));
  expect(outcomesOfRuns(cache, ['run-Live-1'])).toMatchObject([{outcome: 'open', n: 1}]);
  projector.lost('case-run-1');
  expect(outcomesOfRuns(cache, ['run-Live-1'])).toMatchObject([{outcome: 'lost', n: 1}]);
});
