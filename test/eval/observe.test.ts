import type {ConversationNode} from '../../src/case/attempt/conversation.ts';
import type {AttemptResult} from '../../src/case/status.ts';
import {NO_USAGE} from '../../src/case/types.ts';
import {ALL_STEPS, type ObservedAttempt, type Step, stepsOf, turnsToBuild} from '../../src/eval/observe.ts';

type Done = readonly [name: string, result: object];

/** A conversation of turns, each with its tool calls and their results. */
function conversation(...turns: readonly (readonly Done[])[]): ConversationNode[] {
  return turns.flatMap((calls) => [
    node({
      role: 'assistant',
      content: null,
      tool_calls: calls.map(([name], at) => ({id: `${at}`, type: 'function' as const, function: {name, arguments: '{}'}})),
    }),
    ...calls.map(([, result], at) => node({role: 'tool', tool_call_id: `${at}`, content: JSON.stringify(result)})),
  ]);
}

function node(message: ConversationNode['message'], more: Partial<ConversationNode> = {}): ConversationNode {
  return {version: 1, before: null, message, ...more};
}

function attempt(more: Partial<AttemptResult>, nodes: readonly ConversationNode[] = []): ObservedAttempt {
  const result = {
    attempt: 1,
    end: 'reported',
    reason: '',
    turns: 1,
    minutes: 0,
    usage: NO_USAGE,
    built: false,
    findings: [],
  } as const;
  return {result: {...result, ...more}, nodes};
}

const PROVED = {proof: {rebuildOk: true, diffSha256: ''}};
const ASKED = [{rule: 'dead-file', severity: 'ask', path: '', reason: ''}] as const;
const EDIT: Done = ['patch_source', {ok: true}];
const READ: Done = ['get_file', {ok: true}];
const PASSED: Done = ['dsynth_build', {ok: true, rebuild_ok: true}];
const FAILED: Done = ['dsynth_build', {ok: false, rebuild_ok: false}];

const CASES: readonly [Step, ObservedAttempt][] = [
  ['proved at the first attempt', attempt(PROVED)],
  ['proved by a recipe', attempt({...PROVED, by: 'the recipe x'})],
  ['proved after a failed attempt', attempt({...PROVED, attempt: 2})],
  ['conversation continued', attempt({attempt: 2}, [node({role: 'user', content: ''}, {attempt: 2})])],
  ['lost to a limit', attempt({end: 'no-edit'})],
  ['gave up', attempt({end: 'gave-up'})],
  ['build failed and was repaired', attempt({}, conversation([EDIT, FAILED], [['make_patch', {ok: true}], PASSED]))],
  ['plist error in a build', attempt({}, conversation([['dsynth_build', {rebuild_ok: false, orphaned: ['a']}]]))],
  [
    'cut reply asked for again',
    attempt({}, [
      node(
        {role: 'assistant', content: ''},
        {call: {model: 'm', usage: NO_USAGE, estimated: false, finishReason: 'stop', sent: 1, doubled: true}},
      ),
    ]),
  ],
  ['advice in a result', attempt({}, conversation([['get_file', {ok: true, advice: 'Edit.'}]]))],
  ['findings answered', attempt({...PROVED, attempt: 3, guardRound: {raised: ASKED, turns: 2}})],
  ['findings insisted on', attempt({guardRound: {raised: ASKED, turns: 2, insists: 'It is needed.'}})],
  ['diff changed after a passing build', attempt({}, conversation([EDIT, PASSED], [EDIT], [PASSED]))],
];

test.each(CASES)('%s', (step, one) => {
  expect(stepsOf([one])).toContain(step);
  expect(stepsOf([attempt({})])).toEqual([]);
});

test('every step has a case above', () => {
  expect(CASES.map(([step]) => step)).toEqual(ALL_STEPS);
});

test('a limit after which the diff is proved loses nothing', () => {
  expect(stepsOf([attempt({...PROVED, end: 'turn-limit'})])).toEqual(['proved at the first attempt']);
});

test('a refused edit after a passing build changes nothing', () => {
  const refused: Done = ['dops_add', {ok: false}];
  expect(stepsOf([attempt({}, conversation([EDIT, PASSED], [refused, PASSED]))])).toEqual([]);
});

test.each([
  ['in one reply', [[READ], [EDIT, PASSED]], 1],
  ['with a turn between', [[EDIT], [READ], [FAILED], [PASSED]], 3],
  ['a refused edit does not count', [[['dops_add', {ok: false}]], [EDIT], [PASSED]], 2],
  ['a build before the edit does not count', [[PASSED], [EDIT]], null],
  ['without an edit', [[PASSED]], null],
] as const)('turns from the first edit to the build: %s', (_, turns, expected) => {
  expect(turnsToBuild({nodes: conversation(...turns)})).toBe(expected);
});
