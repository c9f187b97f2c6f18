import type {Decision} from '../../../src/case/operator/action.ts';
import {ACTION_NAMES} from '../../../src/case/operator/actions.ts';
import {actionsAsked, applies, momentOf, refusalOf} from '../../../src/case/operator/refusal.ts';
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

test('valid input is accepted', () => {
  expect(refusalOf('provideContext', {status: waiting}, {by, text: 'a'.repeat(8000)})).toBeUndefined();
  expect(refusalOf('grantBudget', {status: waiting}, {by, tokens: 1})).toBeUndefined();
  expect(refusalOf('grantBudget', {status: waiting}, {by, attempts: 2})).toBeUndefined();
  expect(refusalOf('retry', {status: waiting, policy}, {by})).toBeUndefined();
  expect(refusalOf('resolve', {status: waiting}, {by, outcome: 'discarded'})).toBeUndefined();
});

test.each([
  ['no arguments', refusalOf('provideContext', {status: waiting}, undefined), /needs "by"/],
  ['a blank name', refusalOf('provideContext', {status: waiting}, {by: ' ', text: 'x'}), /needs "by"/],
  ['a blank text', refusalOf('provideContext', {status: waiting}, {by, text: ' \n'}), /1 to 8000 characters.*got none/],
  ['a text that is too long', refusalOf('provideContext', {status: waiting}, {by, text: 'a'.repeat(8001)}), /got 8001/],
  ['a text that is no text', refusalOf('provideContext', {status: waiting}, {by, text: 5}), /got none/],
  ['nothing granted', refusalOf('grantBudget', {status: waiting}, {by}), /got neither/],
  ['less than nothing', refusalOf('grantBudget', {status: waiting}, {by, tokens: -1}), /got -1/],
  ['too much', refusalOf('grantBudget', {status: waiting}, {by, tokens: 1e9}), /from 0 to 10000000/],
  ['half an attempt', refusalOf('grantBudget', {status: waiting}, {by, attempts: 0.5}), /got 0.5/],
  ['a tier that is not there', refusalOf('retry', {status: waiting, policy}, {by, tier: 'AUTO'}), /one of ASSIST; got "AUTO"/],
  ['MANUAL as a tier', refusalOf('retry', {status: waiting, policy}, {by, tier: 'MANUAL'}), /one of ASSIST/],
  [
    'a retry in the middle of work',
    refusalOf('retry', {status: {...waiting, phase: 'patch'}, policy}, {by}),
    /this one is in patch/,
  ],
  [
    'a retry while automation is being stopped',
    refusalOf('retry', {status: {...waiting, pendingOutcome: null}, policy}, {by}),
    /still being stopped/,
  ],
  [
    'a retry without attempts left',
    refusalOf('retry', {status: {...waiting, attempts: [attempt]}, policy}, {by}),
    /All 1 attempts.*grantBudget/,
  ],
  [
    'a retry without tokens left',
    refusalOf('retry', {status: {...waiting, usage: {...NO_USAGE, prompt: 990}}, policy}, {by}),
    /1000 tokens.*grantBudget/,
  ],
  ['fixed by word', refusalOf('resolve', {status: waiting}, {by, outcome: 'fixed'}), /Only a rebuild proof/],
  ['an outcome that is none', refusalOf('resolve', {status: waiting}, {by, outcome: 'done'}), /got "done"/],
  ['a closed case', refusalOf('provideContext', {status: closed}, {by, text: 'x'}), /closed as fixed/],
])('%s is refused, with the reason', (_name, refusal, text) => {
  expect(refusal).toMatch(text);
});

test('a grant makes room for a retry', () => {
  const granted = {...waiting, attempts: [attempt], granted: {tokens: 500, attempts: 1}};
  expect(refusalOf('retry', {status: granted, policy}, {by})).toBeUndefined();
});

describe('review of a fix', () => {
  const proved: CaseStatus = {...waiting, pendingOutcome: 'fixed'};

  test('accept and reject are for a proved fix', () => {
    expect(refusalOf('accept', {status: proved}, {by})).toBeUndefined();
    expect(refusalOf('reject', {status: proved}, {by, reason: 'it hides the cause'})).toBeUndefined();
    expect(refusalOf('accept', {status: waiting}, {by})).toMatch(/proved fix/);
    expect(refusalOf('reject', {status: waiting}, {by, reason: 'r'})).toMatch(/proved fix/);
    expect(refusalOf('accept', {status: closed}, {by})).toMatch(/closed as fixed/);
    expect(refusalOf('accept', {status: proved}, {})).toMatch(/"by"/);
    expect(refusalOf('reject', {status: proved}, {by})).toMatch(/reject needs "reason" of 1 to 8000 characters.*got none/);
    expect(refusalOf('retry', {status: proved, policy}, {by})).toMatch(/Use reject/);
  });
});

describe('a diff by hand', () => {
  const diff = 'diff --git a/ports/net/foo/Makefile.DragonFly b/ports/net/foo/Makefile.DragonFly\n';

  test('is for a case that waits, and is a diff', () => {
    expect(refusalOf('handPatch', {status: waiting}, {by, diff})).toBeUndefined();
    expect(refusalOf('handPatch', {status: {...waiting, phase: 'patch', pendingOutcome: null}}, {by, diff})).toMatch(
      /in patch.*escalate/,
    );
    expect(refusalOf('handPatch', {status: {...waiting, pendingOutcome: null}}, {by, diff})).toMatch(/being stopped/);
    expect(refusalOf('handPatch', {status: waiting}, {by, diff: '--- a\n+++ b\n'})).toMatch(/diff --git/);
    expect(refusalOf('handPatch', {status: waiting}, {by, diff: diff.padEnd(100_001, 'x')})).toMatch(
      /1 to 100000 characters.*got 100001/,
    );
    expect(refusalOf('handPatch', {status: waiting}, undefined)).toMatch(/"by"/);
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
  expect(refusalOf('retry', {status: state, policy}, {by})).toBeUndefined();
  expect(refusalOf('retry', {status: {...state, attempts: [...state.attempts, attempt]}, policy}, {by})).toMatch(
    /All 1 attempts/,
  );
});

describe('a decision on which the case has not acted yet', () => {
  const proved: CaseStatus = {...waiting, pendingOutcome: 'fixed'};
  const close: Decision = {kind: 'close', outcome: 'fixed', reason: 'ann accepted the fix'};
  const work: Decision = {kind: 'work', reason: 'ann asked for another attempt'};

  test('a case that closes accepts nothing more', () => {
    const inputs = {reason: 'r', text: 't', tokens: 1, diff: 'diff --git a/x b/x\n', outcome: 'manual'};
    for (const name of ACTION_NAMES)
      expect(refusalOf(name, {status: proved, decision: close}, {by, ...inputs})).toBe(
        'The case closes as fixed: ann accepted the fix.',
      );
  });

  test('the reason for which a case closes is in the refusal until it has closed', () => {
    expect(refusalOf('resolve', {status: closed, decision: close}, {by, outcome: 'manual'})).toMatch(/^The case closes as fixed/);
  });

  test('what contradicts it is refused, with who decided what', () => {
    const refusal = 'ann asked for another attempt, and the case goes on with that. See `portwright show`, then try again.';
    const diff = 'diff --git a/x b/x\n';
    expect(refusalOf('accept', {status: proved, decision: work}, {by})).toBe(refusal);
    expect(refusalOf('reject', {status: proved, decision: work}, {by, reason: 'r'})).toBe(refusal);
    expect(refusalOf('resolve', {status: waiting, decision: work}, {by, outcome: 'manual'})).toBe(refusal);
    expect(refusalOf('retry', {status: waiting, policy, decision: work}, {by})).toBe(refusal);
    expect(refusalOf('handPatch', {status: waiting, decision: work}, {by, diff})).toBe(refusal);
  });

  test('what adds to it is accepted', () => {
    expect(refusalOf('provideContext', {status: waiting, decision: work}, {by, text: 't'})).toBeUndefined();
    expect(refusalOf('grantBudget', {status: waiting, decision: work}, {by, tokens: 1})).toBeUndefined();
  });
});

test('a note that is no text, or too long, is refused; an empty one is left out', () => {
  expect(refusalOf('resolve', {status: waiting}, {by, outcome: 'manual', note: 5})).toMatch(/^resolve takes "note" of 1 to 8000/);
  expect(refusalOf('resolve', {status: waiting}, {by, outcome: 'manual', note: 'a'.repeat(8001)})).toMatch(/got 8001/);
  expect(refusalOf('resolve', {status: waiting}, {by, outcome: 'manual', note: ''})).toBeUndefined();
});

test('rules that were judged are a list of the guard’s rules', () => {
  const diff = 'diff --git a/x b/x\n';
  expect(refusalOf('handPatch', {status: waiting}, {by, diff, judged: ['large', 'binary']})).toBeUndefined();
  expect(refusalOf('handPatch', {status: waiting}, {by, diff, judged: ['large', 'outside']})).toMatch(
    /^handPatch takes "judged" as a list of the guard's rules; got "outside". Name some of .*large/,
  );
  expect(refusalOf('handPatch', {status: waiting}, {by, diff, judged: 'large'})).toMatch(/got "large"/);
  expect(refusalOf('handPatch', {status: waiting}, {by, diff, judged: null})).toMatch(/got null/);
});

test.each([
  ['waits', waiting, 'repair', ['provideContext', 'retry', 'grantBudget', 'handPatch', 'resolve']],
  ['has a proved fix', {...waiting, pendingOutcome: 'fixed'}, 'review', ['accept', 'reject']],
  ['is worked on', {...waiting, phase: 'patch', pendingOutcome: null}, 'work', ['escalate']],
  ['is being stopped', {...waiting, pendingOutcome: null}, undefined, []],
  ['is closed', {...closed, pendingOutcome: null}, undefined, []],
] as const)('of a case that %s the operator is asked for what fits', (_, status, moment, asked) => {
  expect(momentOf(status)).toBe(moment);
  expect(actionsAsked(status)).toEqual(asked);
});

test('an action applies where only its input can be refused', () => {
  expect(applies('resolve', waiting)).toBe(true);
  expect(applies('escalate', waiting)).toBe(false);
  expect(applies('resolve', closed)).toBe(false);
});

describe('an accepted fix whose delivery has failed', () => {
  const delivery = {state: 'failed', id: 'i', atUtc: 't', reason: 'r'} as const;
  const accepted = {by: 'ann', atUtc: 't'};
  const undelivered: CaseStatus = {...waiting, pendingOutcome: 'fixed', accepted, delivery};

  test('is delivered again, or its case closed without', () => {
    expect(momentOf(undelivered)).toBe('delivery');
    expect(actionsAsked(undelivered)).toEqual(['retryDelivery', 'skipDelivery']);
  });

  test.each(['accept', 'reject', 'retry', 'handPatch'] as const)('%s is refused, with what to use instead', (name) => {
    expect(refusalOf(name, {status: undelivered}, {by, reason: 'r', diff: 'diff --git a/x b/x\n'})).toMatch(
      /ann has accepted.*Use retryDelivery or skipDelivery/,
    );
  });

  test('no other case is delivered', () => {
    for (const status of [
      waiting,
      {...waiting, pendingOutcome: 'fixed'} as CaseStatus,
      {...waiting, phase: 'patch'} as CaseStatus,
    ])
      expect(refusalOf('retryDelivery', {status}, {by})).toMatch(/whose delivery has failed/);
  });
});
