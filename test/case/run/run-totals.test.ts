import {runDetails, runMarkdown, summarise} from '../../../src/case/run/run-summary.ts';
import {
  type CaseJoined,
  ERROR_LINE,
  LISTED_CASES,
  NO_RESULTS,
  newRun,
  type RunReport,
  RunTotals,
} from '../../../src/case/run/run-totals.ts';
import type {Usage} from '../../../src/case/types.ts';

const RUN = 'run-Live-20260118-140501Z-7';
const used = (prompt: number): Usage => ({prompt, cached: 10, completion: 5, reasoning: 2, cost: prompt / 100});

function joined(origin: string, signature = 'aaaa', bundleId = `${origin.replace('/', '_')}-1`): CaseJoined {
  return {caseId: `port:@main:${origin}`, runId: RUN, bundleId, origin, signature, errorLine: `error: ${signature}`};
}

function report(built: number, bytes: number, end?: RunReport['end']): RunReport {
  return {
    ...{runId: RUN, root: '/e', profile: 'Live', target: '@main', startedUtc: '2026-01-18T14:05:01Z', portsQueued: 9},
    results: {...NO_RESULTS, built, bytes},
    ...(end ? {end} : {}),
  };
}

const closed = (caseId: string, usage: Usage) =>
  ({caseId, phase: 'closed', outcome: 'fixed', classification: 'compile-error', usage}) as const;

test('totals may be told twice, late and by two reporters', () => {
  const book = new RunTotals(newRun(RUN));
  for (const [built, bytes] of [
    [3, 300],
    [5, 500],
    [5, 500],
    [3, 300],
  ] as const)
    book.report(report(built, bytes));
  expect(summarise(book.state)).toMatchObject({state: 'open', queued: 9, counts: {built: 5}});
});

test('an end stays, is dsynth’s own word, and goes before a guess that the run was abandoned', () => {
  const book = new RunTotals(newRun(RUN));
  const end = {kind: 'ended', atUtc: '2026-01-19T00:00:00Z', built: 8, failed: 1, ignored: 0, skipped: 0} as const;
  book.report(report(5, 500, {kind: 'abandoned'}));
  expect([book.isOver, summarise(book.state).state]).toEqual([true, 'abandoned']);
  book.report(report(5, 500, end));
  book.report(report(5, 500, {kind: 'abandoned'}));
  book.report(report(5, 500));
  expect(summarise(book.state)).toMatchObject({state: 'ended', endedUtc: end.atUtc, counts: {built: 8, failed: 1}});
});

test('the latest use of each case counts, once, and a second case of one port adds to the first', () => {
  const book = new RunTotals(newRun(RUN));
  const one = joined('net/foo');
  book.join(one);
  book.change({caseId: one.caseId, phase: 'triage', outcome: null, classification: null, usage: used(100)});
  book.change(closed(one.caseId, used(200)));
  book.join(one);
  expect(summarise(book.state)).toMatchObject({tokens: 195, cases: [{phase: 'closed', outcome: 'fixed', tokens: 195, cost: 2}]});
  book.join(joined('net/foo', 'bbbb', 'net_foo-2'));
  book.change({caseId: one.caseId, phase: 'patch', outcome: null, classification: 'x', usage: used(50)});
  book.change(closed('port:@main:net/never-joined', used(1000)));
  expect(summarise(book.state)).toMatchObject({
    tokens: 195 + 45,
    usage: {prompt: 250, cached: 20, completion: 10, reasoning: 4, cost: 2.5},
    notListed: 1,
    cases: [{bundleId: 'net_foo-2', phase: 'patch', signature: 'bbbb'}],
  });
  expect(book.openCases).toEqual([one.caseId]);
  book.markClosed([one.caseId]);
  expect(book.openCases).toEqual([]);
});

test('failures are grouped by signature, the largest group first and those without a cause last', () => {
  const book = new RunTotals(newRun(RUN));
  for (const origin of ['net/a', 'net/b', 'net/c']) book.join(joined(origin, ''));
  for (const origin of ['x11/one']) book.join(joined(origin, 'single'));
  for (const origin of ['devel/z', 'devel/y@py311']) book.join(joined(origin, 'pair'));
  const summary = summarise(book.state);
  expect(summary.groups).toEqual([
    {signature: 'pair', errorLine: 'error: pair', ports: ['devel/y@py311', 'devel/z']},
    {signature: 'single', errorLine: 'error: single', ports: ['x11/one']},
    {signature: '', errorLine: '', ports: ['net/a', 'net/b', 'net/c']},
  ]);
  expect(runMarkdown(summary)).toContain('- **2** error: pair: devel/y@py311, devel/z\n');
});

test('words of a log cannot become markup', () => {
  const book = new RunTotals(newRun(RUN));
  book.join({...joined('net/a', 'sig'), errorLine: '![x](http://evil) <b>`'});
  expect(runMarkdown(summarise(book.state))).toContain('\\!\\[x\\](http\\://evil) \\<b\\>\\`');
});

test('where the console is known, the Web UI leads to the run and its cases; the file on disk does not', () => {
  const book = new RunTotals(newRun(RUN));
  book.join(joined('net/a', 'sig'));
  const linked = runDetails(summarise(book.state), 'http://c');
  expect(linked).toContain(`[In the console](http://c/ui/runs/${RUN})`);
  expect(linked).toContain('- [net/a](http://c/ui/cases/port%3A%40main%3Anet%2Fa): **Running: reads the evidence**');
  for (const text of [runDetails(summarise(book.state)), runMarkdown(summarise(book.state))]) expect(text).not.toContain('](');
});

test('with more cases than a payload takes, closed ones are counted and no longer listed', () => {
  const book = new RunTotals(newRun(RUN));
  const name = (n: number): string => `devel/a-port-with-a-rather-long-name-${n}@some-flavor`;
  for (let n = 0; n < LISTED_CASES; n += 1) book.join({...joined(name(n), `${n}`.padStart(16, 'a')), errorLine: 'e'.repeat(500)});
  book.change(closed(`port:@main:${name(7)}`, used(100)));
  book.join(joined(name(1000), 'new'));
  const {cases, past, errorLines} = book.state;
  expect(cases).toHaveLength(LISTED_CASES);
  expect(cases.some((one) => one.caseId.includes('-name-7@'))).toBe(false);
  expect(cases.some((one) => one.caseId.includes('-name-0@'))).toBe(true);
  expect(past).toEqual({cases: 1, usage: used(100)});
  expect(Object.keys(errorLines)).toHaveLength(LISTED_CASES);
  expect(Math.max(...Object.values(errorLines).map((line) => line.length))).toBe(ERROR_LINE);
  expect(JSON.stringify(book.state).length).toBeLessThan(250_000);
});

test('what is on disk fills in what a late start does not know, and takes nothing back', () => {
  const disk = new RunTotals(newRun(RUN));
  for (const origin of ['net/a', 'net/b']) disk.join(joined(origin));
  disk.report(report(4, 400, {kind: 'abandoned'}));
  const book = new RunTotals(newRun(RUN));
  book.join(joined('net/a'));
  book.change({caseId: 'port:@main:net/a', phase: 'patch', outcome: null, classification: null, usage: used(10)});
  book.report(report(6, 600));
  book.merge(disk.state);
  expect(summarise(book.state)).toMatchObject({
    state: 'abandoned',
    counts: {built: 6},
    cases: [
      {port: 'net/a', phase: 'patch'},
      {port: 'net/b', phase: 'collect'},
    ],
  });
});
