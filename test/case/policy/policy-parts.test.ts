import {
  allowsRecipe,
  buildLimits,
  classesOf,
  decideTier,
  limitsCost,
  limitsOf,
  type Policy,
  triageCost,
  withDefaults,
} from '../../../src/case/policy/policy.ts';
import {repeatedFailure} from '../../../src/case/policy/repeats.ts';
import type {EarlierCase} from '../../../src/case/status.ts';

const POLICY: Policy = {
  tiers: {AUTO: {max_iterations: 2, max_tokens: 10}, ASSIST: {}, OTHER: {}, MANUAL: {}},
  classification_to_tier: {'compile-error': 'AUTO', odd: 'OTHER', never: 'MANUAL'},
  confidence_floor: {AUTO: 'high', ASSIST: 'medium', OTHER: 'high'},
};

test('the defaults of a policy', () => {
  const policy = withDefaults(POLICY);
  expect(policy).toMatchObject({
    waiting: {close_hours: 336, remind_hours: 24, review_hours: 336},
    model: {retry_hours: 6, reply_tokens: 16_000, triage_tokens: 60_000, snippet_rounds: 5},
    build: {idle_minutes: 60, total_hours: 6},
    repeats: {attempts: 3, window_hours: 2, same_signature: 3, bundles: 10},
    stop: {no_edit_turns: 15, no_build_turns: 25},
    prove_twice: true,
    recheck: false,
    review: 'off',
    masters: 'ask',
    max_slaves: 10,
    during_bulk_run: 'triage',
    recipes: true,
    overlay: 'compat-where-compat',
    memory: {unreviewed: false},
  });
  expect(Object.keys(policy.tiers)).toEqual(['AUTO', 'ASSIST', 'OTHER']);
  expect(buildLimits(policy)).toEqual({buildIdleSeconds: 3600, buildTotalSeconds: 21_600});
  expect(limitsOf(policy, 'AUTO')).toEqual({attempts: 2, tokens: 10, turns: 30, minutes: undefined, cost: undefined});
  for (const tier of ['NONE', 'MANUAL', 'constructor'])
    expect(limitsOf(policy, tier)).toMatchObject({attempts: 0, tokens: 0, turns: 30});
  expect(classesOf(POLICY)).toEqual(['compile-error', 'odd', 'never']);
});

test('what a policy sets counts', () => {
  const set: Policy = {
    ...POLICY,
    tiers: {AUTO: {max_turns: 5, max_minutes: 6, max_cost: 7}},
    waiting: {close_hours: 1, remind_hours: 2, review_hours: 0},
    build: {idle_minutes: 1, total_hours: 2},
    stop: {no_edit_turns: 1},
    repeats: {window_hours: 5},
    prove_twice: false,
    during_bulk_run: 'all',
    recipes: false,
    overlay: 'dops',
  };
  const policy = withDefaults(set);
  expect(policy).toMatchObject({
    waiting: set.waiting,
    build: set.build,
    prove_twice: false,
    during_bulk_run: 'all',
    recipes: false,
    overlay: 'dops',
  });
  expect(policy.stop).toEqual({no_edit_turns: 1, no_build_turns: 25});
  expect(policy.repeats).toMatchObject({attempts: 3, window_hours: 5});
  expect(buildLimits(policy)).toEqual({buildIdleSeconds: 60, buildTotalSeconds: 7200});
  expect(limitsOf(policy, 'AUTO')).toEqual({attempts: 0, tokens: 0, turns: 5, minutes: 6, cost: 7});
});

test('a tier is lowered step by step until its floor is met', () => {
  const of = (classification: string, confidence: 'low' | 'medium' | 'high') => decideTier(POLICY, classification, confidence);
  expect(of('compile-error', 'high')).toEqual({tier: 'AUTO', reason: 'compile-error maps to AUTO'});
  expect(of('compile-error', 'medium').tier).toBe('ASSIST');
  const low = of('compile-error', 'low');
  expect(low.tier).toBe('MANUAL');
  expect(low.reason).toMatch(/AUTO; .*low.*high.*ASSIST; .*low.*medium.*MANUAL$/);
  expect(of('odd', 'medium').tier).toBe('MANUAL');
  expect(of('never', 'low').tier).toBe('MANUAL');
  expect(of('none', 'high')).toEqual({tier: 'MANUAL', reason: expect.stringContaining('none')});
});

test('money is limited by any tier or cap, and triage by the largest tier that runs', () => {
  expect(limitsCost(POLICY)).toBe(false);
  expect(limitsCost({...POLICY, tiers: {AUTO: {max_cost: 1}}})).toBe(true);
  expect(limitsCost({...POLICY, limits: {run: {cost: 1}}})).toBe(true);
  expect(limitsCost({...POLICY, limits: {day: {cost: 1}, run: {tokens: 3}}})).toBe(true);
  expect(limitsCost({...POLICY, limits: {day: {tokens: 1}}})).toBe(false);
  expect(triageCost({...POLICY, tiers: {AUTO: {max_cost: 1}, ASSIST: {max_cost: 3}, MANUAL: {}}})).toBe(3);
  expect(triageCost({...POLICY, tiers: {AUTO: {max_cost: 1}, ASSIST: {}}})).toBeUndefined();
});

test('recipes are allowed as a whole or by name', () => {
  expect([true, false, ['a'], ['b']].map((recipes) => allowsRecipe({recipes}, 'a'))).toEqual([true, false, true, false]);
});

describe('repeated failures', () => {
  const NOW = Date.parse('2026-01-18T14:00:00Z');
  const LIMITS = {attempts: 2, window_hours: 2, same_signature: 2, bundles: 5};
  const earlier = (hoursAgo: number, more: Partial<EarlierCase> = {}) =>
    ({
      closedUtc: new Date(NOW - hoursAgo * 3_600_000).toISOString(),
      attempts: 0,
      signature: 'x',
      bundles: 1,
      ...more,
    }) as EarlierCase;
  const reason = (signature: string, ...cases: EarlierCase[]) => repeatedFailure(LIMITS, cases, signature, NOW);

  test('a limit is reached by cases in the window', () => {
    expect(reason('y', earlier(1, {attempts: 1}))).toBeUndefined();
    expect(reason('y', earlier(1, {attempts: 1}), earlier(2, {attempts: 3}))).toMatch(/ 2 cases .* 2 hours$/);
    expect(reason('y', earlier(1, {attempts: 1}), earlier(2.01, {attempts: 3}))).toBeUndefined();
    expect(reason('y', earlier(1, {attempts: 1}), earlier(1))).toBeUndefined();
  });

  test('the same failure twice, unless its signature is not known', () => {
    expect(reason('x', earlier(1))).toBeUndefined();
    expect(reason('x', earlier(1), earlier(1))).toMatch(/^2 cases .* 2 hours$/);
    expect(reason('', earlier(1, {signature: ''}), earlier(1, {signature: ''}))).toBeUndefined();
  });

  test('this failure counts among those of the port', () => {
    expect(reason('y', earlier(1, {bundles: 3}))).toBeUndefined();
    expect(reason('y', earlier(1, {bundles: 3}), earlier(1))).toMatch(/ 5 times .* 2 hours$/);
  });
});
