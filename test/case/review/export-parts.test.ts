import {type AcceptedFix, isAuthor, messageOf, patchMail, patchName, subjectOf} from '../../../src/case/review/export.ts';
import {type Fix, fixItem, rankFixes} from '../../../src/case/review/fixes.ts';
import {newStatus, withoutTexts} from '../../../src/case/status.ts';
import {NO_USAGE} from '../../../src/case/types.ts';

const ATTEMPT = {
  attempt: 1,
  end: 'reported',
  reason: '',
  turns: 1,
  minutes: 1,
  usage: NO_USAGE,
  built: true,
  findings: [],
} as const;
const FIX: AcceptedFix = {
  status: newStatus('port:@t:net/foo', 'run', {target: '@t', origin: 'net/foo'}),
  attempt: {...ATTEMPT, proof: {rebuildOk: true, diffSha256: 'dd'}},
  accepted: {by: 'ann', atUtc: '2026-01-02T08:00:00.000Z'},
  bundle: {runId: 'run-1', bundleId: 'b-1'},
};
const summary = (text: string): AcceptedFix => ({
  ...FIX,
  attempt: {...FIX.attempt, excerpt: text, said: text} as AcceptedFix['attempt'],
});

test('the name of a patch is plain, numbered and short', () => {
  expect(patchName(summary('Use  "a/b" ... and c-.'), 12)).toBe('0012-net-foo-Use-a-b-and-c.patch');
  expect(patchName(summary(`Fix ${'word '.repeat(30)}`), 1)).toMatch(/^0001-net-foo-Fix-(word-)+(word|wor|wo|w)\.patch$/);
  expect(patchName(summary(`Fix ${'word '.repeat(30)}`), 1).length).toBeLessThanOrEqual(5 + 52 + 6);
});

test('a subject has at most 72 characters, cut between words', () => {
  expect(subjectOf(summary(`Use ${'abcd '.repeat(30)}`))).toMatch(/^net\/foo: Use( abcd)+…$/);
  expect([...subjectOf(summary(`Use ${'abcd '.repeat(30)}`))].length).toBeLessThanOrEqual(72);
  expect(subjectOf(summary('x'.repeat(63)))).toHaveLength(72);
  expect(subjectOf(summary('x'.repeat(64)))).not.toContain('x…x');
  expect(subjectOf(summary('> - Use a.c: bc. Then c.'))).toBe('net/foo: Use a.c: bc');
  expect(subjectOf(summary('=?utf8?'))).toBe('net/foo: = ?utf8?');
  expect(subjectOf(summary('1 2'))).toBe('net/foo: fix the build');
  expect(subjectOf(FIX)).toBe('net/foo: fix the build');
});

test('a message is wrapped at 72 columns and indented, without controls and direction marks', () => {
  const proof = {command: 'make \u202ex\n y', finishedUtc: '', overlayCommit: 'abc'};
  const text = messageOf(summary(`${'abcde '.repeat(40)}\u200e\u2066z`), proof);
  const lines = text.split('\n');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(72);
  expect(lines.filter((line) => line.includes('abcde')).every((line) => line.startsWith('  abcde'))).toBe(true);
  expect(lines).toContain(`  ${'abcde '.repeat(11).trim()}`);
  expect(text).toMatch(/ abcde z\n/);
  expect(text).toContain('\n  command   make x y\n  overlay   abc\n  diff      sha256 dd\n');
  expect(text).not.toContain('finished');
  expect(text).toMatch(
    /\n\n {2}[^\n]* accepted by ann on 2026-01-02\.\n\n {2}Case port:@t:net\/foo, evidence runs\/run-1\/ports\/b-1\.$/,
  );
  expect(messageOf({...FIX, bundle: null}, proof)).toMatch(/Case port:@t:net\/foo\.$/);
  expect(messageOf({...FIX, attempt: {...FIX.attempt, by: 'bo'}}, proof)).toContain('Made by bo, ');
});

test('a mail has the headers that git am reads', () => {
  const {head, body} = patchMail(
    FIX,
    {command: '', finishedUtc: '', overlayCommit: ''},
    {author: 'A <a@b>', number: 2, of: 12, encoding: '8bit'},
  );
  expect(head).toMatch(/^From 0{40} Mon Sep 17 00:00:00 2001\nFrom: A <a@b>\nDate: Fri, 02 Jan 2026 08:00:00 \+0000\n/);
  expect(head).toContain('02/12] net/foo: fix the build\n');
  expect(head).toContain('Content-Transfer-Encoding: 8bit\n');
  expect(head).toMatch(/\n\n$/);
  expect(body).toMatch(/\n---\n\n$/);
});

test.each([
  ['A B <a@b>', true],
  ['é <a@b.c>', true],
  [' <a@b>', false],
  ['A <a@b> x', false],
  ['xA <a>', false],
  ['A <a@>', false],
  ['A <@b>', false],
  ['A<a@b>', false],
  ['A <a@b@c>', false],
  ['A\n <a@b>', false],
])('%j is an author: %s', (text, expected) => {
  expect(isAuthor(text)).toBe(expected);
});

function fix(change: Partial<Fix> & {origin?: string}): Fix {
  const {origin = 'net/foo', ...more} = change;
  return {
    version: 1,
    caseRunId: 'r',
    port: {target: '@t', origin},
    signature: 's',
    classification: null,
    atUtc: '2026-01-01T00:00:00Z',
    outcome: null,
    verdict: 'unreviewed',
    note: '',
    diff: `${origin}${JSON.stringify(more)}`,
    bundle: {runId: 'r', bundleId: 'b'},
    ...more,
  } as Fix;
}

const WANTED = {port: {target: '@t', origin: 'net/foo'}, signature: ''};

test('fixes come by verdict, then newest first; of equal diffs one', () => {
  const all = [
    fix({verdict: 'rejected', atUtc: '2026-09-01'}),
    fix({atUtc: '2026-01-02'}),
    fix({atUtc: '2026-01-04'}),
    fix({atUtc: '2026-01-03'}),
    fix({verdict: 'accepted', atUtc: '2025-01-01'}),
  ];
  expect(rankFixes(all, WANTED).map(({atUtc}) => atUtc)).toEqual([
    '2025-01-01',
    '2026-01-04',
    '2026-01-03',
    '2026-01-02',
    '2026-09-01',
  ]);
  const same = [fix({diff: 'd', atUtc: '2026-01-02'}), fix({diff: 'd', atUtc: '2026-01-03'})];
  expect(rankFixes(same, WANTED).map(({atUtc}) => atUtc)).toEqual(['2026-01-03']);
  expect(rankFixes([fix({origin: 'x/y', signature: ''})], WANTED)).toEqual([]);
});

test.each([
  ['net/foo-devel', 'net/foo', true],
  ['net/foo-lts', 'net/foo-esr', true],
  ['lang/lua53', 'x/lua54', true],
  ['lang/lua-5.3', 'lang/lua_54', true],
  ['devel/py39-x', 'devel/py-x', true],
  ['devel/rubygem-x', 'devel/py-x', false],
  ['devel/x-py39-y', 'devel/x-py-y', false],
  ['net/foo-developer', 'net/foo', false],
  ['net/12', 'net/13', false],
  ['net/foo', 'net/bar', false],
])('%s and %s are siblings: %s', (a, b, expected) => {
  expect(rankFixes([fix({origin: a})], {...WANTED, port: {target: '@t', origin: b}}).length === 1).toBe(expected);
});

test('a fix in a prompt has its relation, day and verdict, and its note before its diff', () => {
  const item = (change: Partial<Fix> & {origin?: string}, wanted = WANTED) => fixItem(fix(change), '+x', wanted);
  expect(item({note: 'why'})).toEqual({title: expect.stringMatching(/^net\/foo, this port, 2026-01-01: /), text: 'why\n+x'});
  expect(item({origin: 'net/foo-devel'})).toEqual({
    title: expect.stringMatching(/^net\/foo-devel, a sibling port, /),
    text: '+x',
  });
  expect(item({}, {...WANTED, signature: 's'}).title).toContain(', the same failure, ');
  expect(item({signature: ''}).title).toContain(', this port, ');
  const verdicts = (['accepted', 'unreviewed', 'rejected'] as const).map((verdict) => item({verdict}).title);
  expect(new Set(verdicts).size).toBe(3);
});

test('attempts are carried without the excerpts of their diffs', () => {
  expect(withoutTexts([{...ATTEMPT, diffText: 'x', diff: 'd'}])).toEqual([{...ATTEMPT, diff: 'd'}]);
});

test('the message of a fix to a master names the other ports that were built with it, and those that cannot be', () => {
  const others = [
    {origin: 'net/bar', result: 'built'},
    {origin: 'net/bar-x', result: 'left-out', reason: 'IGNORE: needs more'},
  ] as const;
  const proof = {rebuildOk: true, diffSha256: 'dd', others};
  const text = messageOf({...FIX, attempt: {...ATTEMPT, proof}}, {command: '', finishedUtc: '', overlayCommit: ''});
  expect(text.replace(/\n {2}/g, ' ')).toContain(
    'Also built: net/bar. Not built, with or without it: net/bar-x (IGNORE: needs more).',
  );
});
