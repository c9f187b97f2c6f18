import {type RunCaseSummary, type RunSummary, runDetails, runMarkdown, summarise} from '../../../src/case/run/run-summary.ts';
import {runsText, runText} from '../../../src/case/run/run-text.ts';
import {newRun, type RunCase, type RunState} from '../../../src/case/run/run-totals.ts';
import {NO_USAGE} from '../../../src/case/types.ts';

const CASE: RunCaseSummary = {
  caseId: 'port:@t:net/foo',
  bundleId: 'net_foo-1',
  port: 'net/foo',
  signature: 'aa',
  phase: 'patch',
  outcome: null,
  classification: null,
  tokens: 12,
  cost: 0,
};
const RUN: RunSummary = {
  version: 1,
  runId: 'run-1',
  state: 'open',
  profile: '',
  target: '',
  startedUtc: '',
  endedUtc: null,
  queued: null,
  counts: {built: 1, failed: 2, ignored: 3, skipped: 4},
  usage: {prompt: 50, cached: 20, completion: 7, reasoning: 0, cost: 0},
  tokens: 37,
  groups: [],
  cases: [],
  notListed: 0,
};
const FULL: RunSummary = {
  ...RUN,
  state: 'ended',
  profile: 'Live',
  target: '@t',
  startedUtc: '2026-01-18T14:05:01Z',
  endedUtc: '2026-01-18T15:00:00Z',
  queued: 9,
  usage: {...RUN.usage, cost: 0.5},
  groups: [
    {signature: 'aa', errorLine: 'a <b>', ports: ['net/foo', 'net/bar']},
    {signature: '', errorLine: '', ports: ['net/x']},
  ],
  cases: [CASE, {...CASE, port: 'net/bar', outcome: 'fixed', classification: 'a_b', tokens: 7, cost: 0.25}],
  notListed: 3,
};
const named = (count: number): string[] => Array.from({length: count}, (_, at) => `p${at}`);

test('a run without a report shows what is unknown, and nothing that is not there', () => {
  const text = runText(RUN);
  expect(text.split('\n')).toEqual([
    'run-1: open',
    'profile unknown, target unknown, began unknown',
    '1 built, 2 failed, 3 ignored, 4 skipped',
    expect.stringMatching(/^37 billable tokens \(prompt 50, .* 20, .* 7\), cost 0\.0000$/),
  ]);
  const details = runMarkdown(RUN);
  expect(details.split('\n')).toEqual([
    '# run-1: open',
    '',
    '- **Profile** unknown, **target** unknown',
    '- **Began** unknown',
    '- **Ports:** 1 built, 2 failed, 3 ignored, 4 skipped',
    expect.stringMatching(/^- \*\*Billable tokens:\*\* 37 \(prompt 50, .* 20, .* 7\)$/),
    '',
  ]);
});

test('a run shows its causes with their ports, and its cases with outcome or phase', () => {
  expect(runText(FULL).split('\n')).toEqual([
    'run-1: ended',
    'profile Live, target @t, began 2026-01-18T14:05:01Z, ended 2026-01-18T15:00:00Z',
    '1 built, 2 failed, 3 ignored, 4 skipped, of 9 queued',
    expect.stringMatching(/, cost 0\.5000$/),
    '',
    '2 x a <b>',
    '    net/foo net/bar',
    '',
    '1 x no line names a cause',
    '    net/x',
    '',
    'Port     State                       Class  Tokens  Cost',
    'net/foo  Running: starts an attempt  -      12      0.0000',
    'net/bar  Fixed                       a_b    7       0.2500',
    'and 3 more cases',
  ]);
  expect(runMarkdown(FULL).split('\n\n').slice(1)).toEqual([
    expect.stringMatching(
      /Live, .*@t\n.*14:05:01Z, \*\*ended\*\* 2026-01-18T15:00:00Z\n.* skipped of 9 queued\n.*; \*\*cost\*\* 0\.5000$/,
    ),
    expect.stringMatching(/^## /),
    '- **2** a \\<b\\>: net/foo, net/bar\n- **1** no line names a cause: net/x',
    '## Cases',
    '- net/foo: **Running: starts an attempt**, 12 tokens\n- net/bar: **Fixed**, a\\_b, 7 tokens, cost 0.2500',
    'and 3 more\n',
  ]);
});

test('the list of runs has each count, and all cases, listed or not', () => {
  expect(runsText([FULL, {...RUN, notListed: 2}]).split('\n')).toEqual([
    'Run    State  Began             Built  Failed  Ignored  Skipped  Causes  Cases  Tokens  Cost',
    'run-1  ended  2026-01-18T14:05  1      2       3        4        2       5      37      0.5000',
    'run-1  open                     1      2       3        4        0       2      37      0.0000',
  ]);
});

test('the Web UI is shown 40 causes, 12 ports of each, and 100 cases; the file has all', () => {
  const groups = named(41).map((signature) => ({signature, errorLine: signature, ports: named(13)}));
  const cases = named(101).map((port) => ({...CASE, port}));
  const big = {...RUN, groups, cases, notListed: 5};
  const details = runDetails(big);
  expect(details).toContain('p39: p0');
  expect(details).not.toContain('p40: p0');
  expect(details).toContain(', p11 and 1 more\n');
  expect(details).toContain('\nand 1 more causes\n');
  expect(details).toContain('- p99: ');
  expect(details).not.toContain('- p100: ');
  expect(details).toMatch(/\nand 6 more$/);
  const all = runMarkdown(big);
  expect(all).toContain('p40: p0');
  expect(all).toContain(', p12\n');
  expect(all).not.toContain('more causes');
  expect(all).toContain('- p100: ');
  expect(all).toMatch(/\nand 5 more\n$/);
  const exact = runDetails({
    ...RUN,
    groups: groups.slice(0, 40).map((one) => ({...one, ports: named(12)})),
    cases: cases.slice(1),
  });
  expect(exact).not.toContain(' more');
});

test('links lead to the console where its address is known', () => {
  const details = runDetails(FULL, 'http://c');
  expect(details).toContain('](http://c/ui/runs/run-1)');
  expect(details).toContain('- [net/foo](http://c/ui/cases/port%3A%40t%3Anet%2Ffoo): ');
  expect(runDetails(FULL)).not.toContain('](');
});

function state(cases: readonly Partial<RunCase>[], more: Partial<RunState> = {}): RunState {
  const all = cases.map(
    (one, at): RunCase => ({
      caseId: `port:@t:net/p${at}`,
      bundleId: `b${at}`,
      signature: '',
      phase: 'collect',
      outcome: null,
      classification: null,
      usage: NO_USAGE,
      ...one,
    }),
  );
  return {...newRun('run-1'), cases: all, ...more};
}

test('causes are sorted by size, then by port, and what has no cause comes last', () => {
  const signatures = ['', '', '', 'b', 'a', 'c', 'c'];
  const {groups, cases} = summarise(
    state(
      signatures.map((signature, at) => ({signature, caseId: `port:@t:net/p${9 - at}`})),
      {errorLines: {a: 'error a'}},
    ),
  );
  expect(groups).toEqual([
    {signature: 'c', errorLine: '', ports: ['net/p3', 'net/p4']},
    {signature: 'a', errorLine: 'error a', ports: ['net/p5']},
    {signature: 'b', errorLine: '', ports: ['net/p6']},
    {signature: '', errorLine: '', ports: ['net/p7', 'net/p8', 'net/p9']},
  ]);
  expect(cases.map(({port}) => port)).toEqual(['net/p3', 'net/p4', 'net/p5', 'net/p6', 'net/p7', 'net/p8', 'net/p9']);
});

test('a summary without a report is empty, and a case of an unknown id goes by that', () => {
  const usage = {prompt: 10, cached: 4, completion: 2, reasoning: 0, cost: 1};
  const past = {cases: 2, usage};
  const found = summarise(state([{caseId: 'odd', usage}, {caseId: 'xport:@t:net/foo'}], {past}));
  expect(found).toMatchObject({
    version: 1,
    state: 'open',
    profile: '',
    target: '',
    startedUtc: '',
    endedUtc: null,
    queued: null,
    counts: {built: 0, failed: 0, ignored: 0, skipped: 0},
    tokens: 16,
    usage: {prompt: 20, cached: 8, completion: 4, cost: 2},
    notListed: 2,
  });
  expect(found.cases.map(({port, tokens, cost}) => [port, tokens, cost])).toEqual([
    ['odd', 8, 1],
    ['xport:@t:net/foo', 0, 0],
  ]);
});
