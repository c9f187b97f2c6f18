import {MIN_REPLY_TOKENS} from '../budget/budget.ts';
import {ADJUSTABLE} from '../guard/rules.ts';
import {type EffectivePolicy, limitsOf, MANUAL, type TierLimits} from '../policy/policy.ts';
import {type CaseStatus, countedAttempts} from '../status.ts';
import {billable, OUTCOMES, type TierName} from '../types.ts';

/** What operators may say to a case. All of it comes from outside and is checked here before it changes anything. */
export interface ContextGiven {
  readonly by: string;
  /** 1 to 8000 characters. */
  readonly text: string;
}

export interface BudgetGranted {
  readonly by: string;
  /** Billable tokens and attempts on top of the tier's; either may be left out. */
  readonly tokens?: number;
  readonly attempts?: number;
}

export interface Retry {
  readonly by: string;
  /** A tier of the policy that runs; without it the case's own, or ASSIST. */
  readonly tier?: TierName;
}

export interface Resolution {
  readonly by: string;
  readonly outcome: string;
  readonly note?: string;
}

/** After a proved fix: it is right, and may be exported. */
export interface Acceptance {
  readonly by: string;
}

/** After a proved fix: it is wrong, and why; the patch loop goes on with that. */
export interface Rejection {
  readonly by: string;
  /** 1 to 8000 characters; the model is shown it. */
  readonly reason: string;
}

/** An operator's own diff, which goes through guard and proof as a model's does. */
export interface HandPatch {
  readonly by: string;
  /** A unified diff with git's headers, relative to the overlay's root, at most 100,000 characters. */
  readonly diff: string;
  /** Rules of the diff guard that the operator has judged in this diff: what they would ask is answered. */
  readonly judged?: readonly string[];
}

/** Of a name, a context and a reason, in UTF-16 code units. */
export const NAME_CHARS = 200;
export const CONTEXT_CHARS = 8000;
const DIFF_CHARS = 100_000;
const STOPPING = 'Automation is still being stopped; the case waits in a moment. Try again then.';
export const MOST_TOKENS = 10_000_000;
export const MOST_ATTEMPTS = 20;

/** Why an update is refused, in words for the operator; undefined: it is taken. */
export type Refusal = string | undefined;

export function refuseContext(status: CaseStatus, given: Partial<ContextGiven> | undefined): Refusal {
  const refusal = refuseAnyone('provideContext', status, given?.by);
  if (refusal !== undefined) return refusal;
  return refuseText('provideContext needs "text"', given?.text, CONTEXT_CHARS);
}

export function refuseGrant(status: CaseStatus, given: Partial<BudgetGranted> | undefined): Refusal {
  const refusal = refuseAnyone('grantBudget', status, given?.by);
  if (refusal !== undefined) return refusal;
  const {tokens = 0, attempts = 0} = given ?? {};
  const fits = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;
  if (!fits(tokens, MOST_TOKENS))
    return `grantBudget takes "tokens" from 0 to ${MOST_TOKENS}; got ${JSON.stringify(given?.tokens)}.`;
  if (!fits(attempts, MOST_ATTEMPTS))
    return `grantBudget takes "attempts" from 0 to ${MOST_ATTEMPTS}; got ${JSON.stringify(given?.attempts)}.`;
  return tokens + attempts === 0 ? 'grantBudget needs "tokens" or "attempts" above 0; got neither.' : undefined;
}

export function refuseRetry(status: CaseStatus, policy: EffectivePolicy | undefined, given: Partial<Retry> | undefined): Refusal {
  const refusal = refuseAnyone('retry', status, given?.by);
  if (refusal !== undefined) return refusal;
  if (status.phase !== 'awaiting-operator')
    return `retry is for a case that waits for an operator; this one is in ${status.phase}.`;
  if (status.pendingOutcome === null) return STOPPING;
  if (status.pendingOutcome === 'fixed')
    return 'retry is not for a proved fix. Use reject, with the reason, for another attempt.';
  const tier = retryTier(status, given?.tier);
  const runs = policy === undefined ? [] : Object.keys(policy.tiers).filter((name) => name !== MANUAL);
  if (given?.tier !== undefined && !runs.includes(tier))
    return `retry takes "tier": one of ${runs.join(', ')}; got ${JSON.stringify(given.tier)}.`;
  if (policy === undefined || status.triage === null) return undefined;
  const {tokens, attempts} = limitsWith(status, policy, tier);
  if (countedAttempts(status.attempts).length >= attempts)
    return `All ${attempts} attempts of tier ${tier} are used. Use grantBudget with "attempts" first.`;
  if (tokens - billable(status.usage) < MIN_REPLY_TOKENS)
    return `The ${tokens} tokens of tier ${tier} are used. Use grantBudget with "tokens" first.`;
  return undefined;
}

export function refuseResolution(status: CaseStatus, given: Partial<Resolution> | undefined): Refusal {
  const refusal = refuseAnyone('resolve', status, given?.by);
  if (refusal !== undefined) return refusal;
  const allowed: readonly string[] = OUTCOMES.filter((one) => one !== 'fixed');
  if (allowed.includes(String(given?.outcome))) return undefined;
  return `resolve needs "outcome": one of ${allowed.join(', ')}; got ${JSON.stringify(given?.outcome)}. Only a rebuild proof makes a case fixed.`;
}

export function refuseAcceptance(status: CaseStatus, given: Partial<Acceptance> | undefined): Refusal {
  return refuseAnyone('accept', status, given?.by) ?? refuseUnproved('accept', status);
}

export function refuseRejection(status: CaseStatus, given: Partial<Rejection> | undefined): Refusal {
  const refusal = refuseAnyone('reject', status, given?.by) ?? refuseUnproved('reject', status);
  return refusal ?? refuseText('reject needs "reason"', given?.reason, CONTEXT_CHARS);
}

export function refuseHandPatch(status: CaseStatus, given: Partial<HandPatch> | undefined): Refusal {
  const refusal = refuseAnyone('handPatch', status, given?.by) ?? refuseText('handPatch needs "diff"', given?.diff, DIFF_CHARS);
  if (refusal !== undefined) return refusal;
  if (!/^diff --git /m.test(given?.diff ?? ''))
    return 'handPatch needs "diff" as `git diff` prints it in the overlay, with its "diff --git" lines; got none of them.';
  const odd = oddRule(given?.judged);
  if (odd !== undefined)
    return `handPatch takes "judged" as a list of the guard's rules; got ${odd}. Name some of ${ADJUSTABLE.map(({name}) => name).join(', ')}.`;
  if (status.phase !== 'awaiting-operator')
    return `handPatch is for a case that waits for an operator; this one is in ${status.phase}. Use escalate first.`;
  return status.pendingOutcome === null ? STOPPING : undefined;
}

function oddRule(judged: unknown): string | undefined {
  if (judged === undefined) return undefined;
  if (!Array.isArray(judged)) return JSON.stringify(judged)?.slice(0, 100) ?? typeof judged;
  const odd = judged.find((one) => !ADJUSTABLE.some(({name}) => name === one));
  return odd === undefined ? undefined : JSON.stringify(odd)?.slice(0, 100);
}

function refuseUnproved(name: string, status: CaseStatus): Refusal {
  if (status.pendingOutcome === 'fixed') return undefined;
  return `${name} is for a proved fix that waits for its review; this case is in ${status.phase} without one.`;
}

function refuseText(needs: string, text: unknown, most: number): Refusal {
  const length = typeof text === 'string' && text.trim() !== '' ? text.length : 0;
  if (length >= 1 && length <= most) return undefined;
  return `${needs} of 1 to ${most} characters, not only blanks; got ${length === 0 ? 'none' : length}.`;
}

function refuseAnyone(name: string, status: CaseStatus, by: unknown): Refusal {
  if (status.phase === 'closed') return `The case is closed as ${status.outcome}.`;
  return typeof by === 'string' && by.trim() !== '' && by.length <= NAME_CHARS
    ? undefined
    : `${name} needs "by": your name, 1 to ${NAME_CHARS} characters.`;
}

/** Tier that a retry runs in. */
export function retryTier(status: CaseStatus, asked: TierName | undefined): TierName {
  if (asked !== undefined) return asked;
  return status.tier === null || status.tier === MANUAL ? 'ASSIST' : status.tier;
}

/** Minutes that a case's attempts have worked. */
export function minutesUsed({attempts}: CaseStatus): number {
  return attempts.reduce((sum, one) => sum + one.minutes, 0);
}

/**
 * A tier's limits with what operators have granted this case on top. Money grows with the tokens granted and minutes with the
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
