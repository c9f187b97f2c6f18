import {MIN_REPLY_TOKENS} from '../budget/budget.ts';
import {type CaseStatus, countedAttempts} from '../status.ts';
import {billable, type TierName} from '../types.ts';
import type {Situation} from './action.ts';
import type {Refusal} from './fields.ts';
import {limitsWith, retryTier} from './limits.ts';

const STOPPING = 'Automation is still being stopped; the case waits in a moment. Try again then.';

/** For actions that any open case accepts. */
export function always(): Refusal {
  return undefined;
}

/** Refuses a case without a proved fix that waits for its review. */
export function needsProvedFix(action: string): (status: CaseStatus) => Refusal {
  return (status) => {
    const {pendingOutcome, phase} = status;
    if (isUndelivered(status)) return alreadyAccepted(action, status);
    return pendingOutcome === 'fixed'
      ? undefined
      : `${action} is for a proved fix that waits for its review; this case is in ${phase} without one.`;
  };
}

/** Returns whether the delivery of an accepted fix has failed, and its operator decides. */
export function isUndelivered({pendingOutcome, delivery}: Pick<CaseStatus, 'pendingOutcome' | 'delivery'>): boolean {
  return pendingOutcome === 'fixed' && delivery?.state === 'failed';
}

/** Refuses a case whose delivery has not failed. */
export function needsFailedDelivery(action: string): (status: CaseStatus) => Refusal {
  return (status) =>
    isUndelivered(status)
      ? undefined
      : `${action} is for an accepted fix whose delivery has failed; this case is in ${status.phase} without one.`;
}

function alreadyAccepted(action: string, {accepted}: CaseStatus): Refusal {
  return `${action} is not for a fix that ${accepted?.by} has accepted and whose delivery has failed. Use retryDelivery or skipDelivery.`;
}

/** Refuses a case that does not wait for an operator. */
export function needsWaiting(action: string, advice = ''): (status: CaseStatus) => Refusal {
  return ({phase, pendingOutcome}) => {
    if (phase !== 'awaiting-operator')
      return `${action} is for a case that waits for an operator; this one is in ${phase}.${advice}`;
    return pendingOutcome === null ? STOPPING : undefined;
  };
}

/** Refuses a case that does not wait, or has an accepted fix. */
export function allowsHandPatch(status: CaseStatus): Refusal {
  const refusal = needsWaiting('handPatch', ' Use escalate first.')(status);
  return refusal ?? (isUndelivered(status) ? alreadyAccepted('handPatch', status) : undefined);
}

/** Refuses a case that automation does not work on. */
export function needsAutomation(action: string): (status: CaseStatus) => Refusal {
  return ({phase}) =>
    phase === 'closed' || phase === 'awaiting-operator' ? `${action} is for a case that automation works on.` : undefined;
}

/** Refuses a case that does not wait, or has a proved fix. */
export function allowsRetry(status: CaseStatus): Refusal {
  const refusal = needsWaiting('retry')(status);
  if (refusal !== undefined) return refusal;
  if (isUndelivered(status)) return alreadyAccepted('retry', status);
  return status.pendingOutcome === 'fixed'
    ? 'retry is not for a proved fix. Use reject, with the reason, for another attempt.'
    : undefined;
}

/** Refuses a retry for which no attempts or tokens are left. */
export function checkLimits({tier: asked}: {readonly tier?: TierName}, {status, policy}: Situation): Refusal {
  if (policy === undefined || status.triage === null) return undefined;
  const tier = retryTier(status, asked);
  const {tokens, attempts} = limitsWith(status, policy, tier);
  if (countedAttempts(status.attempts).length >= attempts)
    return `All ${attempts} attempts of tier ${tier} are used. Use grantBudget with "attempts" first.`;
  if (tokens - billable(status.usage) < MIN_REPLY_TOKENS)
    return `The ${tokens} tokens of tier ${tier} are used. Use grantBudget with "tokens" first.`;
  return undefined;
}

/** Refuses a grant of nothing. */
export function checkGrant({tokens = 0, attempts = 0}: {readonly tokens?: number; readonly attempts?: number}): Refusal {
  return tokens + attempts === 0 ? 'grantBudget needs "tokens" or "attempts" above 0; got neither.' : undefined;
}
