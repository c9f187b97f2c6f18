import {failureText} from '../../src/devenv/compose-failure.ts';
import {readComposeReport} from '../../src/devenv/compose-report.ts';

const HOME = '/work/DeltaPorts/ports/net/foo';
const DOPS = `port net/foo\ntype port\ntarget @any\nmk set A "1"\n  mk unset NOT_THERE\npatch apply diffs/a.diff\n`;

/** A document as `dportsv3 compose --json` prints it. */
function document(errors: readonly string[], failed: readonly object[], more: object = {}): string {
  const stages = [
    {name: 'preflight_validate', success: errors.length === 0, warnings: ['I_COMPOSE_X: {'], errors},
    {name: 'finalize_tree', success: true, warnings: [], errors: []},
  ];
  const ports = [{origin: 'net/foo', type: 'port', mode: 'dops', dops_failed_op_results: failed, ...more}];
  const summary = {port_total: 1, total_ops: 3, applied_ops: 2, errors: 1, fallback_patch_count: 0};
  return JSON.stringify({ok: false, target: '@2026Q2', summary, stages, ports}, null, 2);
}

/** A row of an operation whose diagnostic has no place, as the reference leaves it out. */
const row = (id: string, kind: string, code: string, source: string) => ({
  id,
  kind,
  target: '@any',
  status: 'failed',
  message: code.toLowerCase(),
  diagnostics: [
    {severity: 'warning', code: 'W_APPLY_X', message: 'before it'},
    {severity: 'error', code, message: 'it is not there', source_path: source, line: null, column: null},
  ],
});

test('a failed operation has the place of its statement, which the plan of the overlay has by its id', () => {
  const failed = [
    row('op-0002-mk-var-unset', 'mk.var.unset', 'E_APPLY_MISSING_SUBJECT', `${HOME}/overlay.dops`),
    row('op-0003-patch-apply', 'patch.apply', 'E_APPLY_PATCH_FAILED', `${HOME}/diffs/a.diff`),
  ];
  const errors = ['E_COMPOSE_APPLY_FAILED: net/foo: 2 op(s) failed [op-0002-mk-var-unset(mk.var.unset)=E_APPLY_MISSING_SUBJECT]'];
  const report = readComposeReport(`INFO: entering\n${document(errors, failed)}\n`, DOPS);
  expect(report?.failures).toEqual([
    {
      code: 'E_APPLY_MISSING_SUBJECT',
      message: 'it is not there',
      file: 'overlay.dops',
      line: 5,
      column: 3,
      kind: 'mk.var.unset',
      operation: 'mk unset NOT_THERE',
    },
    expect.objectContaining({code: 'E_APPLY_PATCH_FAILED', line: 6, column: 1, operation: 'patch apply diffs/a.diff'}),
  ]);
  expect(report?.summary).toBe('compose: ports=1 ops=3 applied=2 fallback=0 errors=1');
  expect(report?.failures.map(failureText)[0]).toBe(
    'overlay.dops:5:3: mk.var.unset: E_APPLY_MISSING_SUBJECT: it is not there\n  > mk unset NOT_THERE',
  );
});

test('errors of the plan, of which the composer gives codes only, have their places and messages', () => {
  const text = 'port net/foo\nmk add USES\nmk frobnicate X\n';
  const errors = ['E_COMPOSE_PLAN_INVALID: net/foo: E_PARSE_EXPECTED_TOKEN,E_PARSE_UNEXPECTED_TOKEN'];
  expect(readComposeReport(document(errors, []), text)?.failures).toEqual([
    expect.objectContaining({
      code: 'E_PARSE_EXPECTED_TOKEN',
      file: 'overlay.dops',
      line: 2,
      column: 12,
      operation: 'mk add USES',
    }),
    expect.objectContaining({code: 'E_PARSE_UNEXPECTED_TOKEN', line: 3, column: 4, operation: 'mk frobnicate X'}),
  ]);
  const given = {code: 'E_SEM_NEW', message: 'not so', source_path: `${HOME}/overlay.dops`, line: 3, column: 4};
  expect(readComposeReport(document(errors, [], {plan_errors: [given]}), text)?.failures).toEqual([
    {code: 'E_SEM_NEW', message: 'not so', file: 'overlay.dops', line: 3, column: 4, operation: 'mk frobnicate X'},
  ]);
  // A language that has grown: the composer refuses what this engine takes.
  expect(readComposeReport(document(errors, []), DOPS)?.failures).toEqual([
    {code: 'E_COMPOSE_PLAN_INVALID', message: 'net/foo: E_PARSE_EXPECTED_TOKEN,E_PARSE_UNEXPECTED_TOKEN'},
  ]);
});

test('documents behind one another are all read, and text without one is none', () => {
  const branch = 'E_COMPOSE_TARGET_BRANCH_MISMATCH: expected branch 2026Q2, current main';
  const two = `${document([branch], [])}\n${document(['E_COMPOSE_STALE_OVERLAY: net/bar: gone'], [])}`;
  expect(readComposeReport(two, '')?.failures.map(({code}) => code)).toEqual([
    'E_COMPOSE_TARGET_BRANCH_MISMATCH',
    'E_COMPOSE_STALE_OVERLAY',
  ]);
  expect(readComposeReport('compose: ports=1\n{ broken\n', DOPS)).toBeUndefined();
  expect(readComposeReport(`{ "cut": "\n${document([branch], [])}`, '')?.failures).toHaveLength(1);
});

test('a hostile output is read in bounded time, and has a bounded number of failures', () => {
  const unended = '{ "a": {\n'.repeat(100_000);
  expect(readComposeReport(unended, '')).toBeUndefined();
  const row = {id: 'op-0001-mk-var-token_add', diagnostics: [{code: 'E_X', message: 'x', line: 3, column: 1}]};
  const rows = Array.from({length: 8000}, () => row);
  const overlay = `port net/foo\ntarget @any\n${'mk add A b\n'.repeat(20_000)}`;
  const failures = readComposeReport(JSON.stringify({ports: [{dops_failed_op_results: rows}]}), overlay)?.failures;
  expect(failures).toHaveLength(1000);
  expect(failures?.[0]).toMatchObject({code: 'E_X', line: 3, operation: 'mk add A b'});
});
