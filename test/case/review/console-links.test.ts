import {
  bundlePage,
  caseLinks,
  casePage,
  consoleUrl,
  diffPage,
  logPage,
  runPage,
  sessionPage,
} from '../../../src/case/review/console-links.ts';

test.each([
  [undefined, 'http://127.0.0.1:8787'],
  [' ', 'http://127.0.0.1:8787'],
  ['https://build.example/portwright/', 'https://build.example/portwright'],
  ['http://[::1]:90', 'http://[::1]:90'],
  ['http://x.example/a(b)', 'http://x.example/a%28b%29'],
])('PORTWRIGHT_CONSOLE_URL=%s means %s', (given, base) => {
  expect(consoleUrl({PORTWRIGHT_CONSOLE_URL: given})).toBe(base);
});

test.each(['127.0.0.1:8787', 'javascript:alert(1)', 'http://u:p@x/', 'http://x/?a=1', 'http://x/#a', 'http://'])(
  '%s is refused, with the rule',
  (given) => {
    expect(() => consoleUrl({PORTWRIGHT_CONSOLE_URL: given})).toThrow(
      /^PORTWRIGHT_CONSOLE_URL must be an http or https address without user, query and fragment, such as http:\/\/127\.0\.0\.1:8787; got /,
    );
  },
);

test('an evaluation has no console', () => {
  expect(consoleUrl({PORTWRIGHT_EVAL_DIR: '/x', PORTWRIGHT_CONSOLE_URL: 'http://x'})).toBeUndefined();
});

const CASE = {workflowId: 'port:@2026Q2:net/foo@py311', runId: '0a-1'};
const AT = 'http://c/ui/cases/port%3A%402026Q2%3Anet%2Ffoo%40py311';

test('each page has its address, and a case’s names the run that is meant', () => {
  expect([
    casePage('http://c', {workflowId: CASE.workflowId}),
    casePage('http://c', CASE),
    sessionPage('http://c', CASE),
    diffPage('http://c', CASE, 2),
    bundlePage('http://c', {bundleId: 'net_foo-1'}),
    logPage('http://c', {bundleId: 'net_foo@py311-1'}),
    runPage('http://c', 'run-1'),
  ]).toEqual([
    AT,
    `${AT}?run=0a-1`,
    `${AT}/session?run=0a-1`,
    `${AT}/diff/2?run=0a-1`,
    'http://c/ui/bundles/net_foo-1',
    'http://c/ui/bundles/net_foo%40py311-1/log',
    'http://c/ui/runs/run-1',
  ]);
});

test('nothing in an id ends a Markdown link', () => {
  expect(runPage('http://c', 'a)(b*!\'c"<d> e')).toBe('http://c/ui/runs/a%29%28b%2A%21%27c%22%3Cd%3E%20e');
});

test('the pages of a case are one line; an attempt has its diff among them', () => {
  const bundle = {bundleId: 'b', runId: 'r'};
  expect(caseLinks('http://c', CASE, bundle)).toBe(
    `**In the console:** [case](${AT}?run=0a-1) · [log](http://c/ui/bundles/b/log) · [session](${AT}/session?run=0a-1) · [bundle](http://c/ui/bundles/b) · [run](http://c/ui/runs/r)`,
  );
  expect(caseLinks('http://c', CASE, bundle, 3)).toContain(`[diff](${AT}/diff/3?run=0a-1)`);
});
