import {render} from 'preact-render-to-string';
import {TurnItem} from '../../src/console/attempt/turn.tsx';
import {type Turn, turnsFrom} from '../../src/console/attempt/turns.ts';
import {answer, calls, conversation, system, user} from './attempt-conversation.ts';

const BUILT = '{"ok":true,"rebuild_ok":true}';
const NOT_BUILT = '{"ok":false,"rebuild_ok":false,"findings":"x.c:1: error"}';
const STALE = '{"ok":false,"kind":"stale_compose"}';

test('a conversation is its replies, each with what was said before it and what its calls gave back', () => {
  const nodes = conversation([
    system,
    user,
    calls(['1', 'get_file', '{"path":"Makefile"}'], ['2', 'grep', 'no json']),
    answer('1', '{"ok":true,"content":"a\\nb"}'),
    answer('2', 'no json either'),
    {role: 'user', content: 'Report now.'},
    {role: 'assistant', content: 'Done.', reasoning_content: 'Because.'},
  ]);
  const [first, second, ...none] = turnsFrom(nodes);
  expect(none).toEqual([]);
  expect(first).toMatchObject({
    number: 1,
    answered: true,
    timeline: [
      {role: 'system', text: 'You repair ports.'},
      {role: 'user', text: 'The port is net/foo.'},
    ],
    content: '',
    finishReason: 'tool_calls',
    model: 'model-1',
    calls: [
      {
        name: 'get_file',
        args: {text: '{"path":"Makefile"}', value: {path: 'Makefile'}},
        result: {value: {ok: true, content: 'a\nb'}},
        ok: true,
      },
      {name: 'grep', args: {text: 'no json', value: undefined}, result: {text: 'no json either', value: undefined}},
    ],
  });
  expect(second).toMatchObject({
    number: 2,
    timeline: [{role: 'user', text: 'Report now.'}],
    content: 'Done.',
    reasoning: 'Because.',
    calls: [],
  });
});

test('tokens are those of the call, the cached share rounded down', () => {
  const [turn] = turnsFrom(conversation([system, {role: 'assistant', content: 'x'}]));
  expect(turn?.tokens).toEqual({
    prompt: 1000,
    cached: 905,
    completion: 50,
    reasoning: 20,
    cachedShare: 90,
    estimated: false,
  });
});

test('an estimate in place of an implausible report is labelled in the turn, with the reason', () => {
  const implausible = 'The server reports 0 prompt tokens.';
  const nodes = conversation([system, {role: 'assistant', content: 'x'}]).map((node) =>
    node.call === undefined ? node : {...node, call: {...node.call, estimated: true, implausible}},
  );
  const [turn] = turnsFrom(nodes);
  expect(turn?.tokens).toMatchObject({estimated: true, implausible});
  expect(render(<TurnItem turn={turn as Turn} id="t" />)).toContain(`estimated here. ${implausible}`);
});

test('results go by their order, since a model may use an id twice', () => {
  const nodes = conversation([
    system,
    calls(['same', 'get_file', '{}'], ['same', 'grep', '{}']),
    answer('same', '{"ok":true,"n":1}'),
    answer('same', '{"ok":false,"n":2}'),
  ]);
  const [turn] = turnsFrom(nodes);
  expect(turn?.calls.map(({name, ok, result}) => [name, ok, result?.value])).toEqual([
    ['get_file', true, {ok: true, n: 1}],
    ['grep', false, {ok: false, n: 2}],
  ]);
});

test.each([
  [BUILT, 'passed'],
  [NOT_BUILT, 'failed'],
  [STALE, 'refused'],
  ['no json', 'refused'],
])('a build that gives back %s is %s', (content, verdict) => {
  const [turn] = turnsFrom(conversation([system, calls(['1', 'dsynth_build', '{}']), answer('1', content)]));
  expect(turn?.calls[0]?.build).toBe(verdict);
  expect(turn?.build).toBe(verdict);
});

test('the last build of a turn counts, and another tool builds nothing', () => {
  const nodes = conversation([
    system,
    calls(['1', 'dsynth_build', '{}'], ['2', 'dsynth_build', '{}'], ['3', 'get_file', '{}']),
    answer('1', NOT_BUILT),
    answer('2', BUILT),
    answer('3', BUILT),
  ]);
  const [turn] = turnsFrom(nodes);
  expect(turn?.build).toBe('passed');
  expect(turn?.calls.map(({build}) => build)).toEqual(['failed', 'passed', undefined]);
});

test('a call without a result has none, and its build no verdict', () => {
  const [turn] = turnsFrom(
    conversation([system, calls(['1', 'get_file', '{}'], ['2', 'dsynth_build', '{}']), answer('1', '{}')]),
  );
  expect(turn?.calls.map(({result}) => result === undefined)).toEqual([false, true]);
  expect(turn?.build).toBeUndefined();
});

test('a call that was not answered before the next message stays without a result', () => {
  const nodes = conversation([
    system,
    calls(['1', 'get_file', '{}'], ['2', 'grep', '{}']),
    answer('1', '{}'),
    {role: 'user', content: 'Go on.'},
    calls(['3', 'grep', '{}']),
    answer('3', '{"n":3}'),
  ]);
  const [first, second] = turnsFrom(nodes);
  expect(first?.calls.map(({result}) => result?.text)).toEqual(['{}', undefined]);
  expect(second).toMatchObject({timeline: [{text: 'Go on.'}], calls: [{result: {value: {n: 3}}}]});
});

test('a question without a reply is a turn too', () => {
  expect(turnsFrom(conversation([system, user]))).toMatchObject([{number: 1, answered: false, timeline: [{}, {}]}]);
  expect(turnsFrom([])).toEqual([]);
});

test('no message is lost, a result that nothing asked for neither', () => {
  const [turn] = turnsFrom(conversation([system, answer('9', 'stray'), {role: 'assistant', content: 'x'}]));
  expect(turn?.timeline.map(({text}) => text)).toEqual(['You repair ports.', 'stray']);
});
