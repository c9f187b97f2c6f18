import {limitsWith, minutesUsed, retryTier} from '../../../src/case/operator/limits.ts';
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
};

test('a retry runs in the tier asked for, else in the case’s own, else in ASSIST', () => {
  expect(retryTier(waiting, 'AUTO')).toBe('AUTO');
  expect(retryTier({...waiting, tier: 'AUTO'}, undefined)).toBe('AUTO');
  expect(retryTier({...waiting, tier: 'MANUAL'}, undefined)).toBe('ASSIST');
});

test('what was granted comes on top of the tier', () => {
  const granted = {...waiting, granted: {tokens: 500, attempts: 1}};
  expect(limitsWith(granted, policy, 'ASSIST')).toMatchObject({tokens: 1500, attempts: 2});
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

test('minutes are those of all attempts', () => {
  const attempts = [
    {...attempt, minutes: 1.5},
    {...attempt, minutes: 2},
  ];
  expect(minutesUsed({...waiting, attempts})).toBe(3.5);
});
