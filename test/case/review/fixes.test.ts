import {type Fix, fixItem, fixOf, isOffered, rankFixes} from '../../../src/case/review/fixes.ts';
import {newStatus} from '../../../src/case/status.ts';

const PORT = {target: '@main', origin: 'lang/lua54'};
const WANTED = {port: PORT, signature: 'aaaaaaaaaaaaaaaa'};

function fix(changes: Partial<Fix> & {origin?: string} = {}): Fix {
  const {origin = 'net/other', ...more} = changes;
  return {
    ...{
      version: 1,
      caseRunId: 'r',
      port: {target: '@main', origin},
      signature: 'bbbbbbbbbbbbbbbb',
      classification: 'compile-error',
    },
    ...{atUtc: '2026-01-01T00:00:00Z', outcome: 'fixed', verdict: 'unreviewed', note: '', diff: `${origin} ${more.atUtc ?? ''}`},
    bundle: {runId: 'run', bundleId: 'b'},
    ...more,
  } as Fix;
}

test('same failure before same port before siblings; others are left out', () => {
  const [sibling, own, same] = [
    fix({origin: 'lang/lua53'}),
    fix({origin: 'lang/lua54'}),
    fix({origin: 'x/y', signature: WANTED.signature}),
  ];
  expect(rankFixes([sibling, fix(), own, fix({origin: 'lang/luakit'}), same], WANTED)).toEqual([same, own, sibling]);
});

test('accepted ones come first, rejected ones last, newer before older, one diff once', () => {
  const own = (atUtc: string, verdict: Fix['verdict'], diff = atUtc): Fix => fix({origin: PORT.origin, atUtc, verdict, diff});
  const all = [
    own('2026-01', 'unreviewed'),
    own('2026-02', 'rejected'),
    own('2025-01', 'accepted'),
    own('2026-03', 'unreviewed'),
    own('2026-04', 'unreviewed', '2025-01'),
  ];
  expect(rankFixes(all, WANTED).map((one) => one.atUtc)).toEqual(['2025-01', '2026-03', '2026-01', '2026-02']);
});

test.each([
  ['devel/py-six', 'devel/py39-six', true],
  ['net/foo', 'net/foo-devel', true],
  ['databases/postgresql15-client', 'databases/postgresql16-server', false],
  ['devel/py-six', 'devel/py-seven', false],
])('%s and %s are siblings: %s', (origin, other, are) => {
  expect(rankFixes([fix({origin: other})], {port: {target: '@main', origin}, signature: ''})).toHaveLength(are ? 1 : 0);
});

test('two failures without a signature have nothing in common', () => {
  expect(rankFixes([fix({signature: ''})], {...WANTED, signature: ''})).toEqual([]);
});

test('a case with a proved diff is a fix, with what people said of it', () => {
  const attempt = {
    attempt: 1,
    end: 'reported',
    reason: '',
    turns: 1,
    minutes: 1,
    usage: {},
    built: true,
    findings: [],
    diff: 'd1',
  };
  const proved = {...attempt, attempt: 2, diff: 'd2', proof: {rebuildOk: true, diffSha256: 'x'}};
  const bundle = {runId: 'run', bundleId: 'b'};
  const status = (changes: object) =>
    ({...newStatus('port:@main:lang/lua54', 'r1', PORT), bundle, attempts: [proved], ...changes}) as never;
  expect(fixOf(status({attempts: [attempt]}))).toBeUndefined();
  expect(fixOf(status({}))).toMatchObject({caseRunId: 'r1', diff: 'd2', verdict: 'unreviewed', port: PORT});
  expect(fixOf(status({accepted: {by: 'ann', atUtc: 'x'}}))).toMatchObject({verdict: 'accepted'});
  const rejected = {...proved, rejected: {by: 'ann', reason: 'it hides the test'}};
  expect(fixOf(status({attempts: [rejected]}))).toMatchObject({verdict: 'rejected', note: 'it hides the test'});
});

test('a diff that was refused or is still asked about is no fix, whoever handed it in and whatever its build came to', () => {
  const finding = (severity: string) => ({rule: 'hiding', severity, path: 'p', reason: 'r'});
  const attempt = {by: 'ann', diff: 'd', proof: {rebuildOk: true, diffSha256: 'x'}, findings: [] as object[]};
  const fixWith = (...attempts: object[]) =>
    fixOf({...newStatus('port:@main:lang/lua54', 'r1', PORT), bundle: {runId: 'run', bundleId: 'b'}, attempts} as never);
  for (const severity of ['refuse', 'ask']) {
    const found = {...attempt, diff: severity, findings: [finding('note'), finding(severity)]};
    expect(fixWith(found)).toBeUndefined();
    expect(fixWith(attempt, found)?.diff).toBe('d');
  }
  expect(fixWith({...attempt, findings: [finding('note')]})?.diff).toBe('d');
  expect(fixWith({...attempt, diff: undefined})).toBeUndefined();
});

test.each([
  ['accepted', 'fixed', true, true],
  ['rejected', 'needs-help', true, true],
  ['unreviewed', 'fixed', false, true],
  ['unreviewed', null, false, true],
  ['unreviewed', 'recovered', false, true],
  ['unreviewed', 'discarded', false, false],
  ['unreviewed', 'needs-help', false, false],
] as const)(
  'a fix that is %s, of a case that is %s, is offered: %s, with unreviewed ones allowed %s',
  (verdict, outcome, strict, open) => {
    expect([isOffered({verdict, outcome}, {unreviewed: false}), isOffered({verdict, outcome}, {unreviewed: true})]).toEqual([
      strict,
      open,
    ]);
  },
);

test('a prompt is told of whose and how good a fix is', () => {
  expect(fixItem(fix({origin: 'lang/lua53', verdict: 'rejected', note: 'hides it'}), '+x', WANTED)).toEqual({
    title: 'lang/lua53, a sibling port, 2026-01-01: proved, but REJECTED: do not repeat it',
    text: 'hides it\n+x',
  });
  expect(fixItem(fix({signature: WANTED.signature, verdict: 'accepted'}), '', WANTED).title).toContain(
    'the same failure, 2026-01-01: proved and accepted',
  );
});
