import {leftForAnswer, refuseQuestion} from '../../../src/case/ask/refusal.ts';
import {withDefaults} from '../../../src/case/policy/policy.ts';
import type {CaseQuestion} from '../../../src/case/question.ts';
import {type CaseStatus, newStatus} from '../../../src/case/status.ts';
import {NO_USAGE} from '../../../src/case/types.ts';

const policy = withDefaults({
  tiers: {ASSIST: {max_iterations: 1, max_tokens: 100_000, max_cost: 2}, MANUAL: {}},
  classification_to_tier: {'compile-error': 'ASSIST'},
  confidence_floor: {},
});
const waiting: CaseStatus = {
  ...newStatus('port:@t:net/foo', 'run', {target: '@t', origin: 'net/foo'}),
  phase: 'awaiting-operator',
  pendingOutcome: 'fixed',
};
const running: CaseQuestion = {number: 3, by: 'bob', atUtc: '', text: 'why?', state: 'running', usage: NO_USAGE};
const refused = (change: Partial<CaseStatus>, more = {}, given: unknown = {by: 'ann', text: 'why?'}) =>
  refuseQuestion({status: {...waiting, ...change}, policy, isDecided: false, ...more}, given);

test('a case that waits takes a question', () => {
  expect(refused({})).toBeUndefined();
  expect(refused({questions: [{...running, state: 'answered'}]})).toBeUndefined();
});

test.each([
  ['a closed case', refused({phase: 'closed', outcome: 'manual'}), /closed as manual/],
  ['a case at work', refused({phase: 'patch', pendingOutcome: null}), /waits for an operator.*in patch/],
  ['a case that has been decided', refused({}, {isDecided: true}), /waits for an operator/],
  ['one question while another is answered', refused({questions: [running]}), /Question 3, by bob, is being answered/],
  ['too many', refused({questions: Array.from({length: 30}, () => ({...running, state: 'failed' as const}))}), /30 questions/],
  ['no policy', refused({}, {policy: undefined}), /no policy/],
  ['no name', refused({}, {}, {text: 'why?'}), /needs "by"/],
  ['no text', refused({}, {}, {by: 'ann', text: ' '}), /1 to 2000 characters.*got none/],
  ['a long text', refused({}, {}, {by: 'ann', text: 'a'.repeat(2001)}), /got 2001/],
  ['nothing at all', refused({}, {}, null), /needs "by"/],
  ['a used budget', refused({usage: {...NO_USAGE, prompt: 99_900}}), /used up.*portwright grant port:@t:net\/foo --tokens/],
  ['used money', refused({usage: {...NO_USAGE, cost: 2}}), /budget of money is used up/],
])('%s is refused', (_, refusal, expected) => {
  expect(refusal).toMatch(expected);
});

test('an answer may use what is left of the case, and 60,000 tokens at most', () => {
  const status = {...waiting, usage: {...NO_USAGE, prompt: 10_000, cost: 0.5}};
  expect(leftForAnswer(status, policy)).toEqual({tokens: 60_000, cost: 1.5});
  expect(leftForAnswer(status, policy, 25_000)).toEqual({tokens: 35_000, cost: 1.5});
  expect(
    leftForAnswer({...waiting, granted: {tokens: 0, attempts: 0}, usage: {...NO_USAGE, prompt: 70_000}}, policy).tokens,
  ).toBe(30_000);
});
