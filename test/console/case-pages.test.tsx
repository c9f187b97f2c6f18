import {effectOf, parseEffect} from '../../src/case/review/effect-view.ts';
import type {CaseStatus} from '../../src/case/status.ts';
import {diffSize} from '../../src/console/attempt/diff-size.ts';
import {runningTurn} from '../../src/console/attempt/running-turn.ts';
import {KeptCase} from '../cli/kept-case.ts';
import {textOf} from './attempt-html.ts';
import {TRIAGE} from './case-at.ts';
import {type PageApp, pageApp} from './page-app.tsx';

const CASE = `/ui/cases/${encodeURIComponent('port:@main:devel/foo')}`;
const DIFF =
  'diff --git a/ports/devel/foo/Makefile b/ports/devel/foo/Makefile\n--- a/ports/devel/foo/Makefile\n+++ b/ports/devel/foo/Makefile\n@@ -1 +1,2 @@\n-A=1\n+A=2\n+B=3\n';
const WAITS = {phase: 'awaiting-operator', waitingSinceUtc: '2026-01-01T10:30:00Z'} as const;

let stored: KeptCase;
let pages: PageApp | undefined;
beforeEach(() => {
  stored = new KeptCase();
});
afterEach(async () => {
  await pages?.close();
  stored.remove();
});

/** Text and HTML of a page of the case in this state. */
async function page(change: Partial<CaseStatus>, path = CASE): Promise<{html: string; text: string}> {
  stored.archive({triage: TRIAGE, ...change});
  pages = await pageApp(stored.evidence.root);
  const answer = await pages.app.inject(path);
  expect([path, answer.statusCode]).toEqual([path, 200]);
  return {html: answer.body, text: textOf(answer.body).replace(/\s+/g, ' ')};
}

test('a proved fix: green, what was proved, one primary action, the patch to download', async () => {
  const attempt = await stored.proved(1, DIFF, {effect: 'Only files change.'});
  const {html, text} = await page({...WAITS, pendingOutcome: 'fixed', attempts: [attempt]});
  expect(html).toContain('<span class="pill ok big">');
  for (const words of ['Fix ready for review', 'Proved by a clean rebuild', '1 file +2 −1', 'Guard: no findings', 'Clean build'])
    expect(text).toContain(words);
  expect(html.match(/class="primary"[^>]*aria-keyshortcuts="a"/g)).toHaveLength(1);
  expect(html).not.toContain('id="answers"');
  const patch = /href="([^"]*\/patch\/1[^"]*)"/.exec(html)?.[1] ?? '';
  const file = await pages?.app.inject(patch.replaceAll('&amp;', '&'));
  expect([file?.statusCode, file?.body, file?.headers['content-disposition']]).toEqual([
    200,
    DIFF,
    'attachment; filename="devel-foo-attempt-1.diff"',
  ]);
});

test('the page of the last diff has the same actions, that of an earlier one none', async () => {
  const attempts = [await stored.attempt(1, DIFF), await stored.proved(2, DIFF)];
  const {html} = await page({...WAITS, pendingOutcome: 'fixed', attempts}, `${CASE}/diff/2`);
  expect(html).toContain('id="ask-reject"');
  expect((await pages?.app.inject(`${CASE}/diff/1`))?.body).not.toContain('id="ask-reject"');
});

test('an accepted fix leads into a checkout: its commands, the diff to copy', async () => {
  const attempt = await stored.proved(1, DIFF, {said: 'Set A to two.'});
  const accepted = {by: 'ann', atUtc: '2026-01-01T11:00:00Z'};
  const {html, text} = await page({phase: 'closed', outcome: 'fixed', accepted, attempts: [attempt]});
  expect(text).toContain('Fixed');
  expect(html).toContain('data-copy="portwright export port:@main:devel/foo --out ."');
  expect(html).toContain('data-copy="git am 0001-devel-foo-Set-A-to-two.patch"');
  expect(html).toContain('data-copy-id="accepted-patch"');
});

test('a question: amber, why it is asked, its answers; nothing is shown for what is not known', async () => {
  const {html, text} = await page({
    ...WAITS,
    pendingOutcome: 'manual',
    waitReason: 'changed-distfile',
    reason: 'the policy leaves it',
  });
  expect(html).toContain('<span class="pill warn big">');
  for (const words of ['You decide: is the new distfile genuine?', 'Why you: The fetched file', 'none is chosen for you'])
    expect(text).toContain(words);
  expect(html).toContain('id="answer-form"');
  expect(text).not.toMatch(/0\.0000|\$0\.00|undefined|NaN/);
  expect(html).not.toContain('id="proof"');
});

test('what blocks a case is not shown as a question about the port', async () => {
  const {html, text} = await page({...WAITS, pendingOutcome: 'manual', waitReason: 'no-dev-env', reason: 'no dev-env'});
  expect(html).toContain('<span class="pill bad big">');
  expect(text).toContain('Blocked by infrastructure: no usable dev-env');
  expect(html).toContain('data-copy="portwright doctor"');
});

test('the diff that the guard asks about is in the answer that proves it', async () => {
  const findings = [{rule: 'downloads', severity: 'ask', path: 'ports/devel/foo/Makefile', reason: 'It fetches: B=3'}] as const;
  const attempt = await stored.attempt(1, DIFF, {findings});
  const {html} = await page({...WAITS, pendingOutcome: 'needs-help', waitReason: 'guard-asks', attempts: [attempt]});
  expect(html).toMatch(/<textarea id="answer-patch-diff"[^>]*>diff --git/);
  expect(html).toMatch(/<input id="answer-patch-judged"[^>]*value="downloads"/);
});

test('activity has what operators wrote as a quote, in full', async () => {
  const reason = `${'a'.repeat(300)} the end`;
  const act = {atUtc: '2026-01-01T10:16:00.000Z', by: 'bo', did: `gave context: ${reason.slice(0, 200)}`};
  const {html} = await page({
    phase: 'triage',
    operatorLog: [act],
    context: [{by: 'bo', atUtc: act.atUtc, text: reason}],
    timeline: [{atUtc: act.atUtc, phase: 'triage', text: `${act.by} ${act.did}`}],
  });
  expect(html).toContain(`<strong>bo</strong> gave context<q>${reason}</q>`);
});

test('the turn and the tool at work are read from the timeline of an attempt', () => {
  const entry = (text: string) => ({atUtc: '2026-01-01T10:16:00Z', phase: 'patch' as const, text});
  expect(runningTurn([])).toEqual({turn: undefined, step: 'asks the model'});
  const turn = entry('turn 4, 5120 tokens (900 more from the cache): get_file, dsynth_build');
  expect(runningTurn([turn])).toEqual({turn: 4, step: 'get_file'});
  expect(runningTurn([turn, entry('get_file ok: 40 lines')])).toEqual({turn: 4, step: 'dsynth_build'});
  expect(runningTurn([turn, entry('get_file ok: x'), entry('dsynth_build no: failed')])).toEqual({
    turn: 4,
    step: 'asks the model',
  });
});

test('a diff is counted by its changed lines', () => {
  expect(diffSize(DIFF)).toEqual({files: 1, added: 2, removed: 1});
  expect(diffSize('')).toEqual({files: 0, added: 0, removed: 0});
});

test('values of a variable are before and after, as they are recorded or by their text', () => {
  const json = (change: object): string => JSON.stringify({diff: 'd', summary: 's', changes: [change], missing: []});
  const sides = (change: object) => {
    const [first] = effectOf({diff: 'd'}, parseEffect(json(change)))?.changes ?? [];
    return [first?.before, first?.after];
  };
  expect(sides({kind: 'variable', name: 'A', text: 'A: −x +y', before: 'x', after: 'y'})).toEqual(['x', 'y']);
  expect(sides({kind: 'variable', name: 'A', text: 'A: x → y'})).toEqual(['x', 'y']);
  expect(sides({kind: 'file', name: 'f', text: 'removed'})).toEqual(['present', 'removed']);
  expect(sides({kind: 'target', name: 't', text: 'with a | +b'})).toEqual([undefined, undefined]);
});
