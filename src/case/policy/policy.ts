import type {Cap, Prices} from '../budget/money.ts';
import type {Severity} from '../types.ts';
import {CONFIDENCES, type Confidence, type TierName} from '../types.ts';
import type {Repeats} from './repeats.ts';

/** When an attempt stops that does not get on: turns after which it must have edited, and built. */
export interface StopLimits {
  readonly noEditTurns: number;
  readonly noBuildTurns: number;
}

/** Returns the policy's build limits in seconds. */
export function buildLimits(policy: Policy): BuildLimits {
  return {
    buildIdleSeconds: (policy.build?.idle_minutes ?? DEFAULTS.buildIdleMinutes) * 60,
    buildTotalSeconds: (policy.build?.total_hours ?? DEFAULTS.buildTotalHours) * 3600,
  };
}

export interface BuildLimits {
  readonly buildIdleSeconds: number;
  readonly buildTotalSeconds: number;
}

/** Limits of one tier. Tokens are billable ones (uncached prompt + completion). */
export interface Tier {
  /** Patch attempts in a case. */
  readonly max_iterations?: number;
  /** Billable tokens of a case, triage included. */
  readonly max_tokens?: number;
  /** Model calls in one attempt; default `DEFAULTS.maxTurns`. */
  readonly max_turns?: number;
  /** Minutes that a case's attempts may work, waiting for a dev-env or an operator not counted; default none. */
  readonly max_minutes?: number;
  /** Money for a case, triage included, by `prices`; default none. */
  readonly max_cost?: number;
}

/** The policy file: the existing system's three keys, and what Portwright adds. `policy/policy.schema.json` is its schema. */
export interface Policy {
  readonly tiers: Readonly<Record<TierName, Tier>>;
  readonly classification_to_tier: Readonly<Record<string, TierName>>;
  readonly confidence_floor: Readonly<Record<TierName, Confidence>>;
  readonly waiting?: {
    /** Hours until a case that nobody helps closes as what it waits as. */
    readonly close_hours?: number;
    /** Hours between reminders. */
    readonly remind_hours?: number;
    /** Hours that a proved fix may be accepted or rejected; 0 closes it at once. */
    readonly review_hours?: number;
  };
  readonly model?: {
    readonly retry_hours?: number;
    readonly reply_tokens?: number;
    readonly triage_tokens?: number;
    readonly snippet_rounds?: number;
  };
  readonly build?: {readonly idle_minutes?: number; readonly total_hours?: number};
  readonly limits?: {readonly run?: Cap; readonly day?: Cap};
  readonly prices?: Prices;
  readonly repeats?: {
    readonly attempts?: number;
    readonly window_hours?: number;
    readonly same_signature?: number;
    readonly bundles?: number;
  };
  readonly stop?: {readonly no_edit_turns?: number; readonly no_build_turns?: number};
  /** What may be done while dsynth runs on the build host: `triage` only, or `all`. */
  readonly during_bulk_run?: 'triage' | 'all';
  /** Whether fixes by rule are tried before a model is asked, or which of them; all unless told. */
  readonly recipes?: boolean | readonly string[];
  /** Classes of which a model is asked even where a rule has found one. */
  readonly second_opinion?: readonly string[];
  /** Severities of the diff guard's rules, by the rule's name. */
  readonly guard?: Readonly<Record<string, Severity>>;
}

/** What holds where the policy file is silent. */
export const DEFAULTS = {
  maxTurns: 12,
  closeHours: 24 * 14,
  remindHours: 24,
  reviewHours: 24 * 14,
  retryHours: 6,
  replyTokens: 4096,
  triageTokens: 60_000,
  snippetRounds: 5,
  buildIdleMinutes: 60,
  buildTotalHours: 6,
  noEditTurns: 8,
  noBuildTurns: 12,
  duringBulkRun: 'triage',
  repeatAttempts: 3,
  repeatWindowHours: 2,
  repeatSameSignature: 3,
  repeatBundles: 10,
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
): {attempts: number; tokens: number; turns: number; minutes: number | undefined; cost: number | undefined} {
  const limits = policy.tiers[tier] ?? {};
  return {
    attempts: limits.max_iterations ?? 0,
    tokens: limits.max_tokens ?? 0,
    turns: limits.max_turns ?? DEFAULTS.maxTurns,
    minutes: limits.max_minutes,
    cost: limits.max_cost,
  };
}

/** Money that triage may use, before the tier is known: the most that any tier gives; undefined if one has no limit. */
export function triageCost(policy: Policy): number | undefined {
  const limits = Object.entries(policy.tiers).flatMap(([name, tier]) => (name === MANUAL ? [] : [tier.max_cost]));
  return limits.includes(undefined) ? undefined : Math.max(...(limits as number[]));
}

/** When an attempt stops that does not get on. */
export function stopLimitsOf(policy: Policy): StopLimits {
  return {
    noEditTurns: policy.stop?.no_edit_turns ?? DEFAULTS.noEditTurns,
    noBuildTurns: policy.stop?.no_build_turns ?? DEFAULTS.noBuildTurns,
  };
}

/** Whether the policy lets a recipe be tried. */
export function allowsRecipe({recipes = true}: Pick<Policy, 'recipes'>, name: string): boolean {
  return typeof recipes === 'boolean' ? recipes : recipes.includes(name);
}

export function repeatsOf({repeats}: Policy): Repeats {
  return {
    attempts: repeats?.attempts ?? DEFAULTS.repeatAttempts,
    windowHours: repeats?.window_hours ?? DEFAULTS.repeatWindowHours,
    sameSignature: repeats?.same_signature ?? DEFAULTS.repeatSameSignature,
    bundles: repeats?.bundles ?? DEFAULTS.repeatBundles,
  };
}

/** Whether any limit of this policy is one of money, so that a model without a price cannot be used. */
export function limitsMoney(policy: Policy): boolean {
  const caps = [policy.limits?.run?.cost, policy.limits?.day?.cost];
  return [...Object.values(policy.tiers).map((tier) => tier.max_cost), ...caps].some((one) => one !== undefined);
}
