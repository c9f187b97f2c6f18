import {
  limitsWith,
  minutesUsed,
  refuseAcceptance,
  refuseContext,
  refuseGrant,
  refuseHandPatch,
  refuseRejection,
  refuseResolution,
  refuseRetry,
  retryTier,
} from '../../../src/case/operator/rules.ts';
import {withDefaults} from '../../../src/case/policy/policy.ts';
import {type AttemptResult, type CaseStatus, newStatus} from '../../../src/case/status.ts';
import {NO_USAGE} from '../../../src/case/types.ts';

const policy = withDefaults({
  tiers: {ASSIST: {max_iterations: 1, max_tokens: 1000}, MANUAL: {}},
  classification_to_tier: {'compile-error': 'ASSIST'},
  confidence_floor: {},
});
const attempt: AttemptResult = {
  attempt: 1,
  end: 'reported',
  reason: 'r',
  turns: 1,
  minutes: 0,
  usage: NO_USAGE,
  built: false,
  findings: [],
};
const waiting: CaseStatus = {
  ...newStatus('port:@t:net/foo', 'run', {target: '@t', origin: 'net/foo'}),
  phase: 'awaiting-operator',
  pendingOutcome: 'needs-help',
  tier: 'ASSIST',
  triage: {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'x'},
};
const closed: CaseStatus = {...waiting, phase: 'closed', outcome: 'fixed'};
const by = 'ann';

test('what is well said is taken', () => {
  expect(refuseContext(waiting, {by, text: 'a'.repeat(8000)})).toBeUndefined();
  expect(refuseGrant(waiting, {by, tokens: 1})).toBeUndefined();
  expect(refuseGrant(waiting, {by, attempts: 2})).toBeUndefined();
  expect(refuseRetry(waiting, policy, {by})).toBeUndefined();
  expect(refuseResolution(waiting, {by, outcome: 'discarded'})).toBeUndefined();
});

test.each([
  ['no arguments', refuseContext(waiting, undefined), /needs "by"/],
  ['a blank name', refuseContext(waiting, {by: ' ', text: 'x'}), /needs "by"/],
  ['a blank text', refuseContext(waiting, {by, text: ' \n'}), /1 to 8000 characters.*got none/],
  ['a text that is too long', refuseContext(waiting, {by, text: 'a'.repeat(8001)}), /got 8001/],
  ['a text that is no text', refuseContext(waiting, {by, text: 5 as never}), /got none/],
  ['nothing granted', refuseGrant(waiting, {by}), /got neither/],
  ['less than nothing', refuseGrant(waiting, {by, tokens: -1}), /got -1/],
  ['too much', refuseGrant(waiting, {by, tokens: 1e9}), /from 0 to 10000000/],
  ['half an attempt', refuseGrant(waiting, {by, attempts: 0.5}), /got 0.5/],
  ['a tier that is not there', refuseRetry(waiting, policy, {by, tier: 'AUTO'}), /one of ASSIST; got "AUTO"/],
  ['MANUAL as a tier', refuseRetry(waiting, policy, {by, tier: 'MANUAL'}), /one of ASSIST/],
  ['a retry in the middle of work', refuseRetry({...waiting, phase: 'patch'}, policy, {by}), /this one is in patch/],
  [
    'a retry while automation is being stopped',
    refuseRetry({...waiting, pendingOutcome: null}, policy, {by}),
    /still being stopped/,
  ],
  ['a retry without attempts left', refuseRetry({...waiting, attempts: [attempt]}, policy, {by}), /All 1 attempts.*grantBudget/],
  [
    'a retry without tokens left',
    refuseRetry({...waiting, usage: {...NO_USAGE, prompt: 990}}, policy, {by}),
    /1000 tokens.*grantBudget/,
  ],
  ['fixed by word', refuseResolution(waiting, {by, outcome: 'fixed'}), /Only a rebuild proof/],
  ['an outcome that is none', refuseResolution(waiting, {by, outcome: 'done'}), /got "done"/],
  ['a closed case', refuseContext(closed, {by, text: 'x'}), /closed as fixed/],
])('%s is refused, with the reason', (_name, refusal, text) => {
  expect(refusal).toMatch(text);
});

test('what was granted comes on top of the tier, and makes room for a retry', () => {
  const granted = {...waiting, attempts: [attempt], granted: {tokens: 500, attempts: 1}};
  expect(limitsWith(granted, policy, 'ASSIST')).toMatchObject({tokens: 1500, attempts: 2});
  expect(refuseRetry(granted, policy, {by})).toBeUndefined();
});

test('a retry runs in the tier asked for, else in the case’s own, else in ASSIST', () => {
  expect(retryTier(waiting, 'AUTO')).toBe('AUTO');
  expect(retryTier({...waiting, tier: 'AUTO'}, undefined)).toBe('AUTO');
  expect(retryTier({...waiting, tier: 'MANUAL'}, undefined)).toBe('ASSIST');
});

describe('review of a fix', () => {
  const proved: CaseStatus = {...waiting, pendingOutcome: 'fixed'};

  test('accept and reject are for a proved fix', () => {
    expect(refuseAcceptance(proved, {by})).toBeUndefined();
    expect(refuseRejection(proved, {by, reason: 'it hides the cause'})).toBeUndefined();
    expect(refuseAcceptance(waiting, {by})).toMatch(/proved fix/);
    expect(refuseRejection(waiting, {by, reason: 'r'})).toMatch(/proved fix/);
    expect(refuseAcceptance(closed, {by})).toMatch(/closed as fixed/);
    expect(refuseAcceptance(proved, {})).toMatch(/"by"/);
    expect(refuseRejection(proved, {by})).toMatch(/reject needs "reason" of 1 to 8000 characters.*got none/);
    expect(refuseRetry(proved, policy, {by})).toMatch(/Use reject/);
  });
});

describe('a diff by hand', () => {
  const diff = 'diff --git a/ports/net/foo/Makefile.DragonFly b/ports/net/foo/Makefile.DragonFly\n';

  test('is for a case that waits, and is a diff', () => {
    expect(refuseHandPatch(waiting, {by, diff})).toBeUndefined();
    expect(refuseHandPatch({...waiting, phase: 'patch', pendingOutcome: null}, {by, diff})).toMatch(/in patch.*escalate/);
    expect(refuseHandPatch({...waiting, pendingOutcome: null}, {by, diff})).toMatch(/being stopped/);
    expect(refuseHandPatch(waiting, {by, diff: '--- a\n+++ b\n'})).toMatch(/diff --git/);
    expect(refuseHandPatch(waiting, {by, diff: diff.padEnd(100_001, 'x')})).toMatch(/1 to 100000 characters.*got 100001/);
    expect(refuseHandPatch(waiting, undefined)).toMatch(/"by"/);
  });
});

test('attempts by hand and in an env that failed cost none of the tier’s', () => {
  const state = {
    ...waiting,
    attempts: [
      {...attempt, by: 'ann'},
      {...attempt, end: 'env-failed' as const},
    ],
  };
  expect(refuseRetry(state, policy, {by})).toBeUndefined();
  expect(refuseRetry({...state, attempts: [...state.attempts, attempt]}, policy, {by})).toMatch(/All 1 attempts/);
  expect(
    minutesUsed({
      ...state,
      attempts: [
        {...attempt, minutes: 1.5},
        {...attempt, minutes: 2},
      ],
    }),
  ).toBe(3.5);
});

test('money grows with granted tokens, minutes with granted attempts', () => {
  const limited = withDefaults({
    ...policy,
    tiers: {ASSIST: {max_iterations: 2, max_tokens: 1000, max_cost: 0.5, max_minutes: 60}, MANUAL: {}},
  });
  const granted = {...waiting, granted: {tokens: 1000, attempts: 1}};
  expect(limitsWith(granted, limited, 'ASSIST')).toMatchObject({tokens: 2000, attempts: 3, cost: 1, minutes: 90});
  expect(limitsWith(granted, policy, 'ASSIST')).toMatchObject({cost: undefined, minutes: undefined});
});
