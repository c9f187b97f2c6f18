import type {Cap, Prices} from '../budget/money.ts';
import type {Severity} from '../types.ts';
import {CONFIDENCES, type Confidence, type TierName} from '../types.ts';
import type {WaitReason} from '../wait-reason.ts';

/** Limits of a tier. Tokens are billable ones (uncached prompt + completion). */
export interface Tier {
  /** Maximum patch attempts of a case. */
  readonly max_iterations?: number;
  /** Maximum billable tokens of a case, including triage. */
  readonly max_tokens?: number;
  /** Maximum turns with tools of an attempt; its report and three closing turns after a passing build come on top. */
  readonly max_turns?: number;
  /** Maximum working minutes of a case's attempts, excluding waits for a dev-env or an operator; default unlimited. */
  readonly max_minutes?: number;
  /** Maximum cost of a case by `prices`, including triage; default unlimited. */
  readonly max_cost?: number;
}

/** The policy file: the existing system's three keys and Portwright's additions. Schema: `policy/policy.schema.json`. */
export interface Policy {
  readonly tiers: Readonly<Record<TierName, Tier>>;
  readonly classification_to_tier: Readonly<Record<string, TierName>>;
  readonly confidence_floor: Readonly<Record<TierName, Confidence>>;
  readonly waiting?: {
    /** Hours after which a waiting case closes without an operator. */
    readonly close_hours?: number;
    /** Hours between reminders. */
    readonly remind_hours?: number;
    /** Hours in which a proved fix can be accepted or rejected; 0 closes the case at once. */
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
  /** Whether a proof also builds the port without DEVELOPER, as a bulk build does. */
  readonly prove_twice?: boolean;
  /** Whether a port is built as it is before its first repair, and its case closes as recovered if it builds; default false. */
  readonly recheck?: boolean;
  /** When a reviewer reads a diff before its proof; default `off`. */
  readonly review?: ReviewPolicy;
  /** Model that reviews; default the repair's. */
  readonly review_model?: string;
  /** Slave ports: whether an operator repairs the master, or the case goes on in the master's overlay; default `ask`. */
  readonly masters?: 'ask' | 'repair';
  /** Most other slave ports of a master that a case may repair; all of them are built in the proof. */
  readonly max_slaves?: number;
  /** Work that is allowed while dsynth runs on the build host: `triage` only, or `all`. */
  readonly during_bulk_run?: 'triage' | 'all';
  /** Whether recipes are tried before a model, or the names of the allowed ones; default all. */
  readonly recipes?: boolean | readonly string[];
  /** Form of what tools write into an overlay. */
  readonly overlay?: OverlayForm;
  /** Earlier fixes in prompts. `unreviewed`: whether those that no operator has judged are among them; default false. */
  readonly memory?: {readonly unreviewed?: boolean};
  /** Classes for which a model is asked even if a rule has decided. */
  readonly second_opinion?: readonly string[];
  /** Command that an accepted fix is delivered by; without it, an accepted case closes at once. */
  readonly deliver?: {
    /** Program and its arguments; no shell reads them. */
    readonly command: readonly string[];
    /** Minutes after which the command is ended. */
    readonly timeout_minutes?: number;
    /** Runs of a command that fails, before the case waits for its operator. */
    readonly attempts?: number;
    /** Names of the worker's variables that the command gets. */
    readonly env?: readonly string[];
    /** Author of the commit, `Name <mail>`; default git's configuration. */
    readonly author?: string;
  };
  /** Severities of the diff guard's rules, by rule name. */
  readonly guard?: Readonly<Record<string, Severity>>;
}

/**
 * Form of what tools write into an overlay: `dops` takes overlay.dops only; `compat-where-compat` also Makefile.DragonFly, diffs/ and
 * dragonfly/ without it, in a port that has them already.
 */
export type OverlayForm = 'dops' | 'compat-where-compat';

/** When a reviewer reads a diff before its proof: never, always, or where it changes more lines than this. */
export type ReviewPolicy = 'off' | 'on' | {readonly above_lines: number};

/** The tier that runs nothing: an operator decides. */
export const MANUAL: TierName = 'MANUAL';

/** Values of the keys that a policy file leaves out. */
export const DEFAULTS = {
  tier: {max_iterations: 0, max_tokens: 0, max_turns: 30},
  waiting: {close_hours: 24 * 14, remind_hours: 24, review_hours: 24 * 14},
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
  deliver: {timeout_minutes: 10, attempts: 3, env: []},
} as const;

/** Settings of the delivery with their defaults. */
export interface DeliverySettings {
  readonly command: readonly string[];
  readonly timeout_minutes: number;
  readonly attempts: number;
  readonly env: readonly string[];
  readonly author?: string;
}

/** A policy with every default filled in; what stays optional has no default. All rules read this form. */
export interface EffectivePolicy extends Policy {
  readonly tiers: Readonly<Record<TierName, Tier & Required<Pick<Tier, 'max_iterations' | 'max_tokens' | 'max_turns'>>>>;
  readonly waiting: Required<NonNullable<Policy['waiting']>>;
  readonly model: Required<NonNullable<Policy['model']>>;
  readonly build: Required<NonNullable<Policy['build']>>;
  readonly repeats: Required<NonNullable<Policy['repeats']>>;
  readonly stop: Required<NonNullable<Policy['stop']>>;
  readonly prove_twice: boolean;
  readonly recheck: boolean;
  readonly review: ReviewPolicy;
  readonly masters: 'ask' | 'repair';
  readonly max_slaves: number;
  readonly during_bulk_run: 'triage' | 'all';
  readonly recipes: boolean | readonly string[];
  readonly overlay: OverlayForm;
  readonly memory: {readonly unreviewed: boolean};
  readonly deliver?: DeliverySettings;
}

/** Returns `policy` with the defaults filled in, without MANUAL among the tiers: it runs nothing. Called once, where a policy is read. */
export function withDefaults({deliver, ...policy}: Policy): EffectivePolicy {
  const running = Object.entries(policy.tiers).filter(([name]) => name !== MANUAL);
  return {
    ...policy,
    ...(deliver === undefined ? {} : {deliver: {...DEFAULTS.deliver, ...deliver}}),
    tiers: Object.fromEntries(running.map(([name, tier]) => [name, {...DEFAULTS.tier, ...tier}])),
    waiting: {...DEFAULTS.waiting, ...policy.waiting},
    model: {...DEFAULTS.model, ...policy.model},
    build: {...DEFAULTS.build, ...policy.build},
    repeats: {...DEFAULTS.repeats, ...policy.repeats},
    stop: {...DEFAULTS.stop, ...policy.stop},
    prove_twice: policy.prove_twice ?? DEFAULTS.prove_twice,
    recheck: policy.recheck ?? DEFAULTS.recheck,
    review: policy.review ?? DEFAULTS.review,
    masters: policy.masters ?? DEFAULTS.masters,
    max_slaves: policy.max_slaves ?? DEFAULTS.max_slaves,
    during_bulk_run: policy.during_bulk_run ?? DEFAULTS.during_bulk_run,
    recipes: policy.recipes ?? DEFAULTS.recipes,
    overlay: policy.overlay ?? DEFAULTS.overlay,
    memory: {...DEFAULTS.memory, ...policy.memory},
  };
}

/** Time limits of a build in a dev-env, seconds. */
export interface BuildLimits {
  readonly buildIdleSeconds: number;
  readonly buildTotalSeconds: number;
}

/** Returns the policy's time limits of a build, in seconds. */
export function buildLimits({build}: EffectivePolicy): BuildLimits {
  return {buildIdleSeconds: build.idle_minutes * 60, buildTotalSeconds: build.total_hours * 3600};
}

/** The next lower tier; tiers that are not listed fall to MANUAL. */
const MORE_CAREFUL: Readonly<Record<TierName, TierName>> = {AUTO: 'ASSIST', ASSIST: MANUAL};

/** Tier of a failure. */
export interface TierDecision {
  readonly tier: TierName;
  /** Explanation for operators. */
  readonly reason: string;
}

/**
 * Returns the tier of a triaged failure. The map names it; a confidence below the tier's floor lowers it, repeatedly, down to
 * MANUAL. A class that is not in the map, or a tier without an entry, is MANUAL. Source: contract, section 5.
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

/** Returns why `decideTier` leaves a class to an operator. */
export function manualReason(policy: Policy, classification: string): WaitReason {
  if (classification === 'fetch-checksum') return 'changed-distfile';
  if (classification === 'missing-dep') return 'missing-dependency';
  const mapped = policy.classification_to_tier[classification] ?? MANUAL;
  return mapped === MANUAL ? 'manual-class' : 'low-confidence';
}

function meetsFloor(policy: Policy, tier: TierName, confidence: Confidence): boolean {
  const floor = policy.confidence_floor[tier];
  return floor === undefined || CONFIDENCES.indexOf(confidence) >= CONFIDENCES.indexOf(floor);
}

/** Returns the classes for triage: the keys of the policy's map, in order. */
export function classesOf(policy: Policy): string[] {
  return Object.keys(policy.classification_to_tier);
}

/** Limits of a tier. Tokens are billable ones; minutes and cost are undefined where the policy sets none. */
export interface TierLimits {
  readonly attempts: number;
  readonly tokens: number;
  readonly turns: number;
  readonly minutes: number | undefined;
  readonly cost: number | undefined;
}

/** Returns a tier's limits. A tier that the policy does not have allows no attempt and no token. */
export function limitsOf(policy: EffectivePolicy, tier: TierName): TierLimits {
  const limits =
    (Object.hasOwn(policy.tiers, tier) ? policy.tiers[tier] : undefined) ?? (DEFAULTS.tier as EffectivePolicy['tiers'][TierName]);
  const {max_iterations, max_tokens, max_turns, max_minutes, max_cost} = limits;
  return {attempts: max_iterations, tokens: max_tokens, turns: max_turns, minutes: max_minutes, cost: max_cost};
}

/** Returns the maximum cost of triage, before the tier is known: the largest of any tier; undefined if one has no limit. */
export function triageCost(policy: Policy): number | undefined {
  const limits = Object.entries(policy.tiers).flatMap(([name, tier]) => (name === MANUAL ? [] : [tier.max_cost]));
  return limits.includes(undefined) ? undefined : Math.max(...(limits as number[]));
}

/** Whether the policy lets a recipe be tried. */
export function allowsRecipe({recipes}: Pick<EffectivePolicy, 'recipes'>, name: string): boolean {
  return typeof recipes === 'boolean' ? recipes : recipes.includes(name);
}

/** Whether any limit of this policy is one of money, so that a model without a price cannot be used. */
export function limitsCost(policy: Policy): boolean {
  const caps = [policy.limits?.run?.cost, policy.limits?.day?.cost];
  return [...Object.values(policy.tiers).map((tier) => tier.max_cost), ...caps].some((one) => one !== undefined);
}
