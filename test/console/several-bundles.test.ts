import {KeptCase} from '../cli/kept-case.ts';
import {TRIAGE} from './case-at.ts';
import {type PageApp, pageApp} from './page-app.tsx';

const FIRST = {runId: 'run-Live-1', bundleId: 'devel_foo-20260101-101500Z'};
const SECOND = {runId: 'run-Live-1', bundleId: 'devel_foo-20260102-101500Z'};
const DIFF =
  'diff --git a/ports/devel/foo/Makefile b/ports/devel/foo/Makefile\n--- a/ports/devel/foo/Makefile\n+++ b/ports/devel/foo/Makefile\n@@ -1 +1 @@\n-A=1\n+A=2\n';
const SENTENCE = `The case has 2 bundles; this is from ${FIRST.bundleId}, not from ${SECOND.bundleId}.`;

let stored: KeptCase;
let pages: PageApp;

/** A proved fix under review whose port failed again: the newest bundle has no artifacts of the attempt. */
beforeEach(async () => {
  stored = new KeptCase();
  stored.file('analysis/triage.md', 'the triage of the first failure');
  stored.file('analysis/changes.diff', DIFF);
  stored.file('analysis/proof.log', 'the build of the proof');
  const finding = {rule: 'no-broken', severity: 'note', path: 'ports/devel/foo/Makefile', reason: 'mind this line'} as const;
  const attempt = await stored.proved(1, DIFF, {bundle: FIRST, findings: [finding]});
  stored.evidence.bundle('20260102-101500Z');
  stored.evidence.write(`runs/${SECOND.runId}/ports/${SECOND.bundleId}/analysis/changes.diff`, DIFF);
  stored.archive({
    phase: 'awaiting-operator',
    pendingOutcome: 'fixed',
    triage: TRIAGE,
    master: {origin: 'devel/bar', overlay: 'none', slaves: ['devel/baz'], isInScope: true},
    bundles: [FIRST, SECOND],
    bundle: SECOND,
    attempts: [attempt],
  });
  pages = await pageApp(stored.evidence.root);
});

afterEach(async () => {
  await pages.close();
  stored.remove();
});

async function get(path: string): Promise<string> {
  const answer = await pages.app.inject(path);
  expect([path, answer.statusCode]).toEqual([path, 200]);
  return answer.body;
}

const CASE = `/ui/cases/${encodeURIComponent('port:@main:devel/foo')}`;

test('the page of a case has triage, proof and its log from the bundle of the attempt, and names it', async () => {
  const text = await get(CASE);
  expect(text).toContain(SENTENCE);
  expect(text).toContain('the triage of the first failure');
  expect(text).toContain('&quot;build_command&quot;');
  expect(text).toContain(`/ui/bundles/${FIRST.bundleId}/log?file=analysis%2Fproof.log`);
});

test.each([`${CASE}/session`, `${CASE}/diff/1`])('%s names the bundle of the attempt', async (path) => {
  expect(await get(path)).toContain(SENTENCE);
});

test('the page of a slave port’s case names the master with its overlay', async () => {
  expect(await get(CASE)).toContain('a slave port of devel/bar (it has no overlay; 1 other slave port)');
});

test('findings show with the diff of the bundle that has the attempt, and with no other', async () => {
  expect(await get(`/ui/bundles/${FIRST.bundleId}?tab=patch`)).toContain('mind this line');
  expect(await get(`/ui/bundles/${SECOND.bundleId}?tab=patch`)).not.toContain('mind this line');
});
