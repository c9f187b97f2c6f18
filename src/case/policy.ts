import {CONFIDENCES, type Confidence, type TierName} from './types.ts';

/** Limits of one tier. Tokens are billable ones (uncached prompt + completion). */
export interface Tier {
  /** Patch attempts in a case. */
  readonly max_iterations?: number;
  /** Billable tokens of a case, triage included. */
  readonly max_tokens?: number;
  /** Model calls in one attempt; default `DEFAULTS.maxTurns`. */
  readonly max_turns?: number;
  /** Minutes that one attempt may work, waiting for a dev-env not counted; default none. */
  readonly max_minutes?: number;
}

/** The policy file: the existing system's three keys, and what Portwright adds. `policy/policy.schema.json` is its schema. */
export interface Policy {
  readonly tiers: Readonly<Record<TierName, Tier>>;
  readonly classification_to_tier: Readonly<Record<string, TierName>>;
  readonly confidence_floor: Readonly<Record<TierName, Confidence>>;
  readonly waiting?: {readonly close_hours?: number};
  readonly model?: {
    readonly retry_hours?: number;
    readonly reply_tokens?: number;
    readonly triage_tokens?: number;
    readonly snippet_rounds?: number;
  };
  readonly build?: {readonly idle_minutes?: number; readonly total_hours?: number};
}

/** What holds where the policy file is silent. */
export const DEFAULTS = {
  maxTurns: 12,
  closeHours: 24 * 14,
  retryHours: 6,
  replyTokens: 4096,
  triageTokens: 60_000,
  snippetRounds: 5,
  buildIdleMinutes: 60,
  buildTotalHours: 6,
} as const;

export const MANUAL: TierName = 'MANUAL';

/** From a tier to the next more careful one. Tiers that the chain does not know go straight to MANUAL. */
const MORE_CAREFUL: Readonly<Record<TierName, TierName>> = {AUTO: 'ASSIST', ASSIST: MANUAL};

export interface TierDecision {
  readonly tier: TierName;
  /** In words, for people: how the tier was found. */
  readonly reason: string;
}

/**
 * Tier for a triaged failure. The map names it; a confidence below the tier's floor lowers it, and again, down to
 * MANUAL. A class that the map does not name, or a tier without an entry, is MANUAL. Source: contract, section 5.
 */
export function decideTier(policy: Policy, classification: string, confidence: Confidence): TierDecision {
  const mapped = policy.classification_to_tier[classification];
  if (mapped === undefined) return {tier: MANUAL, reason: `the policy has no tier for the class ${classification}`};
  let tier = mapped;
  const steps = [`${classification} maps to ${tier}`];
  while (tier !== MANUAL && !meetsFloor(policy, tier, confidence)) {
    const next = MORE_CAREFUL[tier] ?? MANUAL;
    steps.push(`confidence ${confidence} is below ${tier}'s floor ${policy.confidence_floor[tier]}, so ${next}`);
    tier = next;
  }
  return {tier, reason: steps.join('; ')};
}

function meetsFloor(policy: Policy, tier: TierName, confidence: Confidence): boolean {
  const floor = policy.confidence_floor[tier];
  return floor === undefined || CONFIDENCES.indexOf(confidence) >= CONFIDENCES.indexOf(floor);
}

/** Classes that triage is offered: exactly the policy map's keys, in its order. */
export function classesOf(policy: Policy): string[] {
  return Object.keys(policy.classification_to_tier);
}

/** A tier's limits with the defaults filled in. A tier that does not run has none of either. */
export function limitsOf(
  policy: Policy,
  tier: TierName,
): {attempts: number; tokens: number; turns: number; minutes: number | undefined} {
  const limits = policy.tiers[tier] ?? {};
  return {
    attempts: limits.max_iterations ?? 0,
    tokens: limits.max_tokens ?? 0,
    turns: limits.max_turns ?? DEFAULTS.maxTurns,
    minutes: limits.max_minutes,
  };
}
