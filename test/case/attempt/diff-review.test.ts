import {changedLines, diffReviewSummary, parseReview, reviewOf, whyNotReviewed} from '../../../src/case/attempt/diff-review.ts';

/** A diff of two files: a patch that is added, and a line that is changed in overlay.dops. */
const DIFF = [
  'diff --git a/ports/net/foo/dragonfly/patch-a.c b/ports/net/foo/dragonfly/patch-a.c',
  'new file mode 100644',
  'index 0000000..1111111',
  '--- /dev/null',
  '+++ b/ports/net/foo/dragonfly/patch-a.c',
  '@@ -0,0 +1,5 @@',
  '+--- a.c.orig',
  '++++ a.c',
  '+@@ -1 +1 @@',
  '+-#include <old.h>',
  '++#include <new.h>',
  'diff --git a/ports/net/foo/overlay.dops b/ports/net/foo/overlay.dops',
  'index 2222222..3333333 100644',
  '--- a/ports/net/foo/overlay.dops',
  '+++ b/ports/net/foo/overlay.dops',
  '@@ -1,2 +1,2 @@',
  ' port net/foo',
  '-mk set A "1"',
  '+mk set A "2"',
  '',
].join('\n');

const finding = (change: object = {}) => ({
  kind: 'dead',
  path: 'ports/net/foo/dragonfly/patch-a.c',
  reason: 'It does nothing.',
  ...change,
});
const replyOf = (...findings: unknown[]) => JSON.stringify({findings});

test('the changed lines are those of the overlay, headers and context left out', () => {
  expect(changedLines(DIFF)).toBe(7);
  expect(changedLines('')).toBe(0);
  expect(changedLines('no diff\n@@ nothing')).toBe(0);
});

test.each([
  ['off', 1000, 'the policy wants none'],
  ['on', 0, undefined],
  [{above_lines: 7}, 7, 'the diff changes 7 lines, and the policy wants one above 7'],
  [{above_lines: 0}, 1, undefined],
  [{above_lines: 1}, 1, 'the diff changes 1 line, and the policy wants one above 1'],
] as const)('with %j a diff of %i lines is reviewed, or there is a reason: %s', (review, lines, reason) => {
  expect(whyNotReviewed(review, lines)).toBe(reason);
});

test.each([
  ['nothing', replyOf(), []],
  ['a finding', replyOf(finding()), [finding()]],
  ['a fence around it', `\`\`\`json\n${replyOf(finding())}\n\`\`\`\n`, [finding()]],
  ['a path from the port on', replyOf(finding({path: 'dragonfly/patch-a.c'})), [finding()]],
  ['a reason of two lines', replyOf(finding({reason: ' It does\n  nothing. '})), [finding()]],
  ['other keys', replyOf(finding({severity: 'refuse', rule: 'hiding'})), [finding()]],
  ['a long reason', replyOf(finding({reason: 'x'.repeat(900)})), [finding({reason: 'x'.repeat(400)})]],
  ['more findings than allowed', replyOf(...Array(20).fill(finding())), Array(8).fill(finding())],
])('a reply with %s is read', (_, reply, findings) => {
  expect(parseReview(reply, DIFF)).toEqual({findings});
});

test.each([
  ['prose', 'The diff is fine.', 'it is no JSON object with a list `findings`'],
  ['prose before the object', `Here: ${replyOf()}`, 'it is no JSON object with a list `findings`'],
  ['a cut object', replyOf(finding()).slice(0, -3), 'it is no JSON object with a list `findings`'],
  ['no list', '{"findings": {}}', 'it is no JSON object with a list `findings`'],
  ['null', 'null', 'it is no JSON object with a list `findings`'],
  ['an empty reply', '', 'it is no JSON object with a list `findings`'],
  [
    'a text as a finding',
    replyOf('bad'),
    'finding 1 must have one of the kinds dead, literal, unrelated, lost-feature, form; got nothing',
  ],
  [
    'null as a finding',
    replyOf(finding(), null),
    'finding 2 must have one of the kinds dead, literal, unrelated, lost-feature, form; got nothing',
  ],
  [
    'another kind',
    replyOf(finding({kind: 'constructor'})),
    'finding 1 must have one of the kinds dead, literal, unrelated, lost-feature, form; got "constructor"',
  ],
  ['another file', replyOf(finding({path: 'Makefile'})), 'finding 1 must name a file of the diff; got "Makefile"'],
  ['a part of a name', replyOf(finding({path: 'patch-a'})), 'finding 1 must name a file of the diff; got "patch-a"'],
  ['no path', replyOf(finding({path: ''})), 'finding 1 must name a file of the diff; got ""'],
  ['no reason', replyOf(finding({reason: ' '})), 'finding 1 has no reason'],
])('a reply with %s is a problem', (_, reply, problem) => {
  expect(parseReview(reply, DIFF)).toEqual({problem});
});

test('the file of a finding may be one that the diff deletes', () => {
  const diff = DIFF.slice(0, DIFF.indexOf('diff --git a/ports/net/foo/overlay.dops'))
    .replace('new file', 'deleted file')
    .replace('/dev/null', 'a/ports/net/foo/dragonfly/patch-a.c')
    .replace('+++ b/ports/net/foo/dragonfly/patch-a.c', '+++ /dev/null')
    .replace(/^\+(?!\+\+ \/)/gm, '-')
    .replace('@@ -0,0 +1,5 @@', '@@ -1,5 +0,0 @@');
  expect(parseReview(replyOf(finding()), diff)).toEqual({findings: [finding()]});
});

test('operators read what was found, what the model answers, and why there was no review', () => {
  const of = (review: object) => diffReviewSummary({diffReview: {findings: [], turns: 0, ...review}});
  expect(diffReviewSummary({})).toBeUndefined();
  expect(of({conversation: 'c'})).toBe('The reviewer found nothing.');
  expect(of({skipped: 'the policy wants none'})).toBe('No review of the diff: the policy wants none');
  expect(of({problem: 'it is cut'})).toContain('not in its form: it is cut. It counts as no findings.');
  expect(of({findings: [finding()], answer: 'gone'})).toBe('The model was sent 1 finding of the reviewer and answers: gone');
  expect(of({findings: [finding(), finding()], isTakenBack: true})).toMatch(
    /2 findings .* no answer\. .*the diff that was reviewed counts/,
  );
  expect(reviewOf({})).toEqual([]);
  expect(reviewOf({diffReview: {findings: [finding()], turns: 1}})[0]).toBe(
    'dead: ports/net/foo/dragonfly/patch-a.c It does nothing.',
  );
});
