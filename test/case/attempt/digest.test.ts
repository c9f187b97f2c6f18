import {continuesConversation} from '../../../src/case/attempt/continue.ts';
import {type ConversationNode, nodesOfAttempt} from '../../../src/case/attempt/conversation.ts';
import {digestOf, doneCalls, firstErrorLine} from '../../../src/case/attempt/digest.ts';

function node(message: ConversationNode['message'], more: Partial<ConversationNode> = {}): ConversationNode {
  return {version: 1, before: null, message, ...more};
}

/** Returns a turn: a reply with these calls, and their results. */
function turn(...calls: [name: string, args: object, result: object][]): ConversationNode[] {
  const tool_calls = calls.map(([name, args]) => ({
    id: 'same',
    type: 'function' as const,
    function: {name, arguments: JSON.stringify(args)},
  }));
  const results = calls.map(([, , result]) => node({role: 'tool', tool_call_id: 'same', content: JSON.stringify(result)}));
  return [node({role: 'assistant', content: null, tool_calls}), ...results];
}

const READ = {ok: true, first_line: 1, last_line: 40, total_lines: 90};

test('a digest has what was read with its lines, and every refused call with its reason, each once', () => {
  const nodes = [
    ...turn(['get_file', {path: '/work/a'}, READ], ['grep', {pattern: 'IFM_', path: '/work'}, {ok: true}]),
    ...turn(['get_file', {path: '/work/a'}, READ], ['get_file', {path: '/work/b'}, {ok: false, error: 'there is no\nsuch file'}]),
    ...turn(
      ['dsynth_build', {origin: 'net/foo'}, {ok: false, rebuild_ok: false}],
      ['dupe', {path: '/x'}, {ok: false, kind: 'k'}],
    ),
  ];
  expect(digestOf(nodes)).toEqual({
    read: ['/work/a, lines 1-40 of 90', 'grep {"pattern":"IFM_","path":"/work"}'],
    refused: ['get_file {"path":"/work/b"}: there is no such file', 'dupe {"path":"/x"}: no reason'],
  });
  expect(doneCalls(nodes).map((one) => one.turn)).toEqual([1, 1, 2, 2, 3, 3]);
  expect(digestOf([node({role: 'tool', content: 'no call'}), ...turn(['grep', {}, {ok: true}]).slice(0, 1)])).toEqual({
    read: [],
    refused: [],
  });
});

test('an attempt that went on in a conversation has the part from its message on', () => {
  const nodes = [
    node({role: 'user', content: 'a'}),
    node({role: 'user', content: 'b'}, {attempt: 2}),
    node({role: 'assistant', content: 'c'}),
  ];
  expect(nodesOfAttempt(nodes, 2).map(({message}) => message.content)).toEqual(['b', 'c']);
  expect(nodesOfAttempt(nodes, 1)).toHaveLength(3);
});

test('the first error line is the first that names an error, else the first', () => {
  expect(firstErrorLine('\n  cc -c a.c\na.c:1: error: x\nerror: y')).toBe('a.c:1: error: x');
  expect(firstErrorLine('one\ntwo')).toBe('one');
  expect(firstErrorLine('')).toBe('');
});

test('a conversation goes on while it leaves room in the window and the budget pays for some turns of it', () => {
  const usage = (prompt: number, cached: number) => ({prompt, cached, completion: 10, reasoning: 0});
  const goes = (tokens: number, left: number, cached = 0) =>
    continuesConversation({tokens, window: 100_000, lastCall: usage(100, cached)}, {tokens: left});
  expect(goes(60_000, 10_000_000)).toBe(true);
  expect(goes(60_001, 10_000_000)).toBe(false);
  expect([goes(10_000, 82_000), goes(10_000, 81_999)]).toEqual([true, false]);
  expect([goes(10_000, 28_000, 90), goes(10_000, 27_000, 90)]).toEqual([true, false]);
  expect(continuesConversation({tokens: 10_000, window: 100_000, lastCall: undefined}, {tokens: 81_000})).toBe(false);
});

test('a conversation goes on only while the budget of money pays for those turns too, at the price of a cached prompt where there is one', () => {
  const lastCall = {prompt: 100, cached: 90, completion: 10, reasoning: 0};
  const price = {prompt: 1, cached: 0.1, completion: 10};
  const goes = (cost: number, known?: typeof price) =>
    continuesConversation({tokens: 10_000, window: 100_000, lastCall}, {tokens: 1_000_000, cost}, known);
  // 25,600 uncached, 54,000 cached, 2,400 of replies.
  expect([goes(0.0551, price), goes(0.0549, price)]).toEqual([true, false]);
  expect(goes(0.0551, {...price, cached: 1})).toBe(false);
  expect(goes(1000)).toBe(false);
});
