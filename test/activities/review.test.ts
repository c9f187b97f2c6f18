import {reviewActivities} from '../../src/activities/review.ts';
import {readConversation} from '../../src/evidence/conversation.ts';
import {KeptCase} from '../cli/kept-case.ts';

let kept: KeptCase;
beforeEach(() => {
  kept = new KeptCase();
});
afterEach(() => kept.remove());

const SECRET = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const PATH = 'ports/devel/foo/overlay.dops';
const DIFF = [
  `diff --git a/${PATH} b/${PATH}`,
  'index 2222222..3333333 100644',
  `--- a/${PATH}`,
  `+++ b/${PATH}`,
  '@@ -1 +1,2 @@',
  ' port devel/foo',
  `+mk set TOKEN "${SECRET}"`,
  '',
].join('\n');

async function stored() {
  kept.evidence.bundle('20260201-101500Z');
  const bundle = {bundleId: 'devel_foo-20260201-101500Z', runId: 'run-Live-1'};
  const worker = reviewActivities({env: {}, roots: [kept.evidence.root], client: undefined as never, taskQueue: ''});
  return {bundle, worker, diff: await kept.store.putExact(DIFF)};
}

test('the conversation with the reviewer is a record with secrets masked, and opens by the lines that the diff changes', async () => {
  const {bundle, worker, diff} = await stored();
  const about = {bundle, diff, rootCause: 'a header', findings: [], nonce: 'abcd1234'};
  expect(await worker.openReview({...about, review: {above_lines: 1}})).toEqual({
    skipped: 'the diff changes 1 line, and the policy wants one above 1',
  });
  const opened = await worker.openReview({...about, review: {above_lines: 0}});
  if ('skipped' in opened) throw new Error(opened.skipped);
  const [system, user] = (await readConversation(kept.store, opened.conversation)).map(({message}) => message);
  expect([system?.role, user?.role]).toEqual(['system', 'user']);
  expect(user?.content).toContain('mk set TOKEN');
  expect(user?.content).not.toContain(SECRET);
});

test('a reply is parsed with the diff that it is about', async () => {
  const {bundle, worker, diff} = await stored();
  const finding = {kind: 'literal', path: PATH, reason: 'It is written out.'};
  const read = async (reply: string) => worker.readReview({bundle, diff, text: await kept.store.put(reply)});
  expect(await read(JSON.stringify({findings: [finding]}))).toEqual({findings: [finding]});
  expect(await read('Fine.')).toEqual({problem: expect.stringContaining('no JSON object')});
});
