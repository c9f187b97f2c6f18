import {jest} from '@jest/globals';
import {append} from '../../src/activities/conversation.ts';
import {loadTexts} from '../../src/activities/policy.ts';
import {promptActivities} from '../../src/activities/prompts.ts';
import {nodesOfAttempt} from '../../src/case/attempt/conversation.ts';
import type {AttemptResult} from '../../src/case/status.ts';
import {readConversation} from '../../src/evidence/conversation.ts';
import {RecordStore} from '../../src/evidence/store.ts';
import {KeptCase} from '../cli/kept-case.ts';

const MODEL = {DP_HARNESS_TRIAGE_MODEL: 'm', DP_HARNESS_TRIAGE_API_BASE: 'http://127.0.0.1:1/v1'};
const DIFF = 'diff --git a/ports/devel/foo/overlay.dops b/ports/devel/foo/overlay.dops\n+mk set CFLAGS "-DX"\n';

let kept: KeptCase;
beforeEach(() => {
  kept = new KeptCase();
});
afterEach(() => kept.remove());

const call = (name: string, args: object) => ({
  id: name,
  type: 'function' as const,
  function: {name, arguments: JSON.stringify(args)},
});

/** Opens attempt 1, lets it read, build and report, and opens attempt 2 with this budget; returns both, and how often the second read the conversation. */
async function twoAttempts(left: object, change: Partial<AttemptResult> = {}, context: object[] = []) {
  kept.evidence.bundle('20260201-101500Z');
  const bundleId = 'devel_foo-20260201-101500Z';
  const report = {...kept.port, runId: 'run-Live-1', bundleId, profile: 'Live', createdUtc: '2026-02-01T10:15:00Z'};
  const worker = promptActivities({env: MODEL, roots: [kept.evidence.root], client: undefined as never, taskQueue: ''});
  const texts = await kept.store.putJson(await loadTexts());
  const triage = {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'x'};
  const about = {report, texts, nonce: 'abcd1234', earlierCases: [], triage, triageText: await kept.store.put('a triage')};
  const limits = {of: 2, turns: 9, tier: 'ASSIST', left: {left, prices: {m: {prompt: 1, completion: 10}}, replyTokens: 1000}};
  const first = await worker.openAttempt({...about, ...limits, attempt: 1, earlier: [], context: []} as never);
  const build = {ok: false, rebuild_ok: false, findings: 'a.c:3: error: new fault'};
  const conversation = await append(kept.store, first, [
    {message: {role: 'assistant', content: null, tool_calls: [call('get_file', {path: '/work/a'}), call('dsynth_build', {})]}},
    {message: {role: 'tool', tool_call_id: 'get_file', content: '{"ok":true,"first_line":1,"last_line":2,"total_lines":2}'}},
    {
      message: {role: 'tool', tool_call_id: 'dsynth_build', content: JSON.stringify(build)},
      tool: {name: 'dsynth_build', ok: false},
    },
    {message: {role: 'assistant', content: null, tool_calls: [call('grep', {})]}},
  ]);
  const finalText = await kept.store.put(`## Patch Log\n${'all that was tried. '.repeat(40)}the end`);
  const ended = {...(await kept.attempt(1, DIFF)), conversation, finalText, finalError: 'bb', ...change};
  const reads = jest.spyOn(RecordStore.prototype, 'json');
  const second = await worker.openAttempt({...about, ...limits, attempt: 2, earlier: [ended], context} as never);
  const readTimes = reads.mock.calls.filter(([id]) => id === conversation).length;
  reads.mockRestore();
  return {first: await readConversation(kept.store, first), nodes: await readConversation(kept.store, second), readTimes};
}

test('the next attempt goes on in the conversation, with every call answered and what fails now', async () => {
  const {first, nodes, readTimes} = await twoAttempts({tokens: 1_000_000, cost: 10});
  expect(nodes).toHaveLength(first.length + 6);
  expect(nodes.at(-2)?.message).toMatchObject({
    role: 'tool',
    tool_call_id: 'grep',
    content: expect.stringContaining('no result'),
  });
  expect(readTimes).toBe(1);
  const own = nodesOfAttempt(nodes, 2);
  expect(own).toHaveLength(1);
  const text = own[0]?.message.content ?? '';
  expect(text).toMatch(/^## Attempt 2 of 2\n\nThe last attempt ended without a proven repair/);
  for (const part of ['This conversation goes on', '`materialize_dports` before you build', 'a.c:3: error: new fault'])
    expect(text).toContain(part);
  expect(text).not.toContain('all that was tried');
});

test.each([
  ['the budget of tokens does not pay for it', {tokens: 20_000}, {}, []],
  ['the budget of money does not pay for it', {tokens: 1_000_000, cost: 0.01}, {}, []],
  ['an operator made the attempt before', {tokens: 1_000_000}, {by: 'ann'}, []],
  ['an operator gave new context', {tokens: 1_000_000}, {}, [{by: 'ann', atUtc: '2026-02-01T10:15:00Z', text: 'use gmake'}]],
])(
  'where %s, a new conversation has the complete report, what was read and what was refused',
  async (_, left, change, context) => {
    const {nodes, readTimes} = await twoAttempts(left, change, context);
    expect(nodes.map(({message}) => message.role)).toEqual(['system', 'user', 'user']);
    expect(readTimes).toBe(1);
    const text = nodes.at(-1)?.message.content ?? '';
    for (const part of ['### Its last report', 'the end', '/work/a, lines 1-2 of 2', '-DX', 'a.c:3: error: new fault'])
      expect(text).toContain(part);
  },
);
