import type {ConversationNode} from '../../../src/case/attempt/conversation.ts';
import {AttemptProgress} from '../../../src/case/attempt/progress.ts';
import {replyExcerpt} from '../../../src/case/attempt/reply-excerpt.ts';
import {sessionLines} from '../../../src/case/attempt/session.ts';
import {givesUp, idleStop, repeatedCall, SAME_CALL_LIMIT, sameFinalError} from '../../../src/case/attempt/stop-rules.ts';

const USAGE = {prompt: 10, cached: 4, completion: 3, reasoning: 0, cost: 0};

function node(message: Partial<ConversationNode['message']>, more: Partial<ConversationNode> = {}): ConversationNode {
  return {version: 1, before: null, message: {role: 'user', content: '', ...message}, ...more};
}

const toolCall = (id: string, name: string, args: string) => ({id, type: 'function', function: {name, arguments: args}}) as const;

describe('the session', () => {
  const session = (...nodes: ConversationNode[]) => sessionLines(2, nodes).map((line) => JSON.parse(line));

  test('a model call shows the last two messages before it, its reply and its usage', () => {
    const [line, ...others] = session(
      node({role: 'system', content: 'first'}),
      node({content: 'u'.repeat(801)}),
      node({role: 'user', content: null}),
      node(
        {
          role: 'assistant',
          content: 't'.repeat(1201),
          reasoning_content: 'r'.repeat(601),
          tool_calls: [toolCall('c1', 'grep', '{}')],
        },
        {call: {model: 'm', usage: USAGE, estimated: false, finishReason: 'stop', sent: 0}},
      ),
    );
    expect(others).toEqual([]);
    expect(line).toEqual({
      version: 1,
      kind: 'llm_call',
      model: 'm',
      n_messages: 3,
      messages_preview: [
        {role: 'user', content: 'u'.repeat(800)},
        {role: 'user', content: ''},
      ],
      response: {
        text: 't'.repeat(1200),
        tool_calls: [{id: 'c1', name: 'grep', arguments: '{}'}],
        usage: {...USAGE, total: 13},
        reasoning_content: 'r'.repeat(600),
      },
      attempt: 2,
      turn: 1,
    });
  });

  test('a usage that is our estimate is labelled, with the reason', () => {
    const implausible = 'The server reports 0 prompt tokens.';
    const call = {model: 'm', usage: {...USAGE, implausible: 1}, estimated: true, implausible, finishReason: 'stop', sent: 0};
    const [line] = session(node({role: 'assistant', content: 'x'}, {call}));
    expect(line).toMatchObject({response: {usage: {...USAGE, estimated: true, implausible}}});
  });

  test('what a server did not send is null or empty', () => {
    expect(session(node({role: 'assistant', content: null}))[0]).toMatchObject({
      model: null,
      n_messages: 0,
      messages_preview: [],
      response: {text: '', tool_calls: [], usage: null, reasoning_content: null},
    });
  });

  test('a tool call has its arguments, the keys of its result and the ends of its output', () => {
    const [, first, second, , third] = session(
      node({role: 'assistant', tool_calls: [toolCall('a', 'grep', '{"x":1}'), toolCall('b', 'odd', 'not json')]}),
      node(
        {
          role: 'tool',
          tool_call_id: 'a',
          content: JSON.stringify({ok: true, stdout_tail: `x${'o'.repeat(600)}`, stderr_tail: `x${'e'.repeat(600)}`}),
        },
        {tool: {name: 'grep_used', ok: true}},
      ),
      node({role: 'tool', tool_call_id: 'b', content: '[1]'}),
      node({role: 'assistant'}),
      node({role: 'tool', tool_call_id: 'unknown', content: 'text'}),
    );
    expect(first).toEqual({
      version: 1,
      kind: 'tool_dispatch',
      tool: 'grep_used',
      arguments: {x: 1},
      result_keys: ['ok', 'stdout_tail', 'stderr_tail'],
      ok: true,
      stdout_tail: 'o'.repeat(600),
      stderr_tail: 'e'.repeat(600),
      attempt: 2,
      turn: 1,
    });
    expect(second).toMatchObject({
      tool: 'odd',
      arguments: 'not json',
      result_keys: [],
      ok: null,
      stdout_tail: '',
      stderr_tail: '',
    });
    expect(third).toMatchObject({tool: null, arguments: null, result_keys: [], turn: 2});
    const nulls = session(
      node({role: 'tool', content: 'null'}),
      node({role: 'tool', content: '3'}),
      node({role: 'tool', content: null}),
    );
    expect(nulls.map((one) => one.result_keys)).toEqual([[], [], []]);
  });
});

describe('the progress', () => {
  test('an edit makes the last build stale, and a build has the last word', () => {
    const progress = new AttemptProgress(1);
    const seen = () => [progress.lastBuild, progress.built, progress.everEdited, progress.everBuilt, progress.finalError];
    expect(seen()).toEqual(['none', false, false, false, undefined]);
    progress.applyEffects({});
    expect(seen()).toEqual(['none', false, false, false, undefined]);
    progress.applyEffects({rebuildOk: false, errorSignature: 'e'});
    expect(seen()).toEqual(['failed', false, false, true, 'e']);
    progress.applyEffects({edited: true, composedTree: 'tree'});
    expect(seen()).toEqual(['none', false, true, true, 'e']);
    progress.applyEffects({edited: false, rebuildOk: true});
    expect(seen()).toEqual(['passed', true, true, true, undefined]);
    progress.applyEffects({edited: false});
    expect(seen()).toEqual(['passed', true, true, true, undefined]);
    expect(progress.composedTree).toBe('tree');
  });

  test('a result has what is known, minutes to one decimal, and the error of the proof if there was one', () => {
    const progress = new AttemptProgress(3);
    expect(progress.result('reported', 'r')).toEqual({
      attempt: 3,
      end: 'reported',
      reason: 'r',
      turns: 0,
      minutes: 0,
      usage: {prompt: 0, cached: 0, completion: 0, reasoning: 0, cost: 0},
      built: false,
      findings: [],
    });
    progress.startedAt = Date.now() - 150_000;
    progress.finalError = 'build';
    progress.env = 'e';
    progress.by = 'ann';
    progress.diff = 'd';
    progress.excerpt = 'I added gmake.';
    expect(progress.result('reported', 'r')).toMatchObject({
      minutes: 2.5,
      finalError: 'build',
      env: 'e',
      by: 'ann',
      diff: 'd',
      said: 'I added gmake.',
    });
    progress.proof = {rebuildOk: false, diffSha256: '', failure: {step: 'build', tail: 't', signature: 'proof'}};
    expect(progress.result('reported', 'r')).toMatchObject({finalError: 'proof', proof: progress.proof});
    progress.proof = {rebuildOk: true, diffSha256: ''};
    expect(progress.result('reported', 'r')).not.toHaveProperty('finalError');
  });

  test('notes have their phase, and usage adds up', () => {
    const progress = new AttemptProgress(1);
    progress.note('patch', 'text');
    expect(progress.timeline).toEqual([{atUtc: expect.stringMatching(/^\d{4}-.*Z$/), phase: 'patch', text: 'text'}]);
    progress.addUsage(USAGE);
    progress.addUsage(USAGE);
    expect(progress.usage).toMatchObject({prompt: 20, cached: 8, completion: 6});
  });
});

test('three equal calls with equal results end an attempt, two do not', () => {
  const call = {name: 'grep', digest: 'a', answer: 'b'};
  expect(SAME_CALL_LIMIT).toBe(3);
  expect(repeatedCall([])).toBeUndefined();
  expect(repeatedCall([call, call])).toBeUndefined();
  expect(repeatedCall([call, {...call, name: 'x'}, call, call])).toBe('grep');
  for (const other of [
    {...call, name: 'x'},
    {...call, digest: 'x'},
    {...call, answer: 'x'},
  ])
    expect(repeatedCall([call, other, call])).toBeUndefined();
});

test('the reasons to stop have the number of turns', () => {
  const limits = {no_edit_turns: 3, no_build_turns: 5};
  expect(idleStop({turns: 4, everEdited: false, everBuilt: true}, limits)?.reason).toContain('4 turns');
  expect(idleStop({turns: 6, everEdited: true, everBuilt: false}, limits)?.reason).toContain('6 turns');
  expect(sameFinalError([undefined, undefined])).toBe(false);
});

test.each([
  ['# Rebuild Status\n\n\n  gave up', true],
  ['###### Rebuild Status: x\ngive-up', true],
  ['## Rebuild Status\n> `giving up`', true],
  ['## Rebuild Statusx\ngave up', false],
  ['x ## Rebuild Status\ngave up', false],
  ['## Rebuild Status\ngave upx', false],
  ['## Rebuild Status\nnever gave up', false],
])('%j: the model gives up: %s', (report, gaveUp) => {
  expect(givesUp(report)).toBe(gaveUp);
});

test.each([
  ['x\n## Patch Summary\n a  b\nc \n## Next\nd', 'a b c'],
  ['##patch summary  \na\n', 'a'],
  ['## Patch Summary\n\n## Next\nd', '## Patch Summary ## Next d'],
  ['x ## Patch Summary\na', 'x ## Patch Summary a'],
  ['  plain \n text ', 'plain text'],
])('the excerpt of %j is %j', (text, excerpt) => {
  expect(replyExcerpt(text)).toBe(excerpt);
});

test('an excerpt has at most 300 characters', () => {
  expect(replyExcerpt('a'.repeat(301))).toBe('a'.repeat(300));
});
