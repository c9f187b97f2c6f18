import {type EffectivePolicy, limitsOf, MANUAL, type TierLimits} from '../policy/policy.ts';
import type {CaseStatus} from '../status.ts';
import type {TierName} from '../types.ts';

/** Returns the tier that a retry runs in. */
export function retryTier(status: CaseStatus, asked: TierName | undefined): TierName {
  if (asked !== undefined) return asked;
  return status.tier === null || status.tier === MANUAL ? 'ASSIST' : status.tier;
}

/** Returns the minutes that a case's attempts have worked. */
export function minutesUsed({attempts}: CaseStatus): number {
  return attempts.reduce((sum, one) => sum + one.minutes, 0);
}

/**
 * Returns a tier's limits with what operators have granted this case on top. Money grows with the tokens granted and minutes with the
 * attempts, in proportion: otherwise a grant would change nothing where these ran out first.
 */
export function limitsWith(status: CaseStatus, policy: EffectivePolicy, tier: TierName): TierLimits {
  const limits = limitsOf(policy, tier);
  const tokens = limits.tokens + status.granted.tokens;
  const attempts = limits.attempts + status.granted.attempts;
  const grown = (limit: number | undefined, now: number, before: number): number | undefined =>
    limit === undefined || before === 0 ? limit : (limit * now) / before;
  const {minutes, cost} = limits;
  return {
    ...limits,
    tokens,
    attempts,
    minutes: grown(minutes, attempts, limits.attempts),
    cost: grown(cost, tokens, limits.tokens),
  };
}
