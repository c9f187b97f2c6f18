/** Types that rules, workflows and activities share. This folder has no I/O and does not depend on Temporal. */

/** Phase of a case: a value of the search attribute `PortPhase`. */
export type Phase =
  | 'collect'
  | 'triage'
  | 'decide'
  | 'waiting-env'
  | 'patch'
  | 'prove'
  | 'awaiting-operator'
  /** The policy's delivery command runs on an accepted fix. */
  | 'deliver'
  | 'closed';

/** Final outcomes of a case: the values of the search attribute `PortOutcome`. */
export const OUTCOMES = ['fixed', 'manual', 'needs-help', 'budget-exhausted', 'triage-failed', 'recovered', 'discarded'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Confidence of a triage, in ascending order: the policy's floors compare by it. */
export const CONFIDENCES = ['low', 'medium', 'high'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Name of a tier in the policy. AUTO, ASSIST and MANUAL are built in; a policy may define more. */
export type TierName = string;

/** A port: the subject of a case. `target` is a branch name such as `@2026Q2`; `flavor` is without `@`. */
export interface PortId {
  readonly target: string;
  readonly origin: string;
  readonly flavor?: string;
}

/** A recorded failure. Its directory is `<evidence>/runs/<runId>/ports/<bundleId>`, under one of the worker's evidence roots. */
export interface BundleRef {
  readonly bundleId: string;
  readonly runId: string;
}

/** Payload of the signal `failureReported`: a bundle and its port. */
export interface FailureReport extends PortId, BundleRef {
  readonly profile: string;
  readonly createdUtc: string;
}

/**
 * Token counts of one or more model calls. `cached` is the part of `prompt` that the server read from its cache, `reasoning`
 * the part of `completion` that is reasoning.
 */
export interface TokenUsage {
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
  readonly reasoning: number;
}

/**
 * Token counts and their cost by the policy's prices, in the policy's currency; 0 where the policy has no price for the model.
 */
export interface Usage extends TokenUsage {
  readonly cost: number;
  /** Number of calls that count as our estimate because the server's report was implausible; missing if none. */
  readonly implausible?: number;
  /** Part of `cached` that is our estimate, since the server does not report its cache; missing if none. */
  readonly estimatedCached?: number;
}

/** Id of a record in the evidence store: 64 lower-case hex digits, the SHA-256 of its content. */
export type RecordId = string;

/** Usage of no calls. */
export const NO_USAGE: Usage = {prompt: 0, cached: 0, completion: 0, reasoning: 0, cost: 0};

/** Returns the tokens that count against a budget: uncached prompt tokens plus the reply. */
export function billable(usage: TokenUsage): number {
  return Math.max(0, usage.prompt - usage.cached) + usage.completion;
}

/** Returns the sum of two usages. */
export function addUsage(a: Usage, b: Usage): Usage {
  const implausible = (a.implausible ?? 0) + (b.implausible ?? 0);
  const estimatedCached = (a.estimatedCached ?? 0) + (b.estimatedCached ?? 0);
  return {
    prompt: a.prompt + b.prompt,
    cached: a.cached + b.cached,
    completion: a.completion + b.completion,
    reasoning: a.reasoning + b.reasoning,
    cost: a.cost + b.cost,
    ...(implausible === 0 ? {} : {implausible}),
    ...(estimatedCached === 0 ? {} : {estimatedCached}),
  };
}

/** Returns the label of a sum that has estimates in it, for behind a token count; empty without. */
export function usageLabel({implausible = 0, estimatedCached = 0}: Pick<Usage, 'implausible' | 'estimatedCached'>): string {
  const calls = `${implausible} ${implausible === 1 ? 'call' : 'calls'} estimated: the server's report was implausible`;
  const cached = `${estimatedCached} of the cached tokens estimated: the server does not report its cache`;
  const parts = [...(implausible === 0 ? [] : [calls]), ...(estimatedCached === 0 ? [] : [cached])];
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

/** Returns a port's name, `net/foo@py311`; the origin alone for a port without a flavor. */
export function portName({origin, flavor}: {readonly origin: string; readonly flavor?: string | null | undefined}): string {
  return flavor ? `${origin}@${flavor}` : origin;
}

/** `category/name`, as pkg and dsynth write it: one slash, no leading dots, no character that is special in a shell or a path. */
const ORIGIN = /^[A-Za-z0-9][A-Za-z0-9_+-]{0,63}\/[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/;

/** Returns whether `text` is a well-formed port origin. */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text);
}

/** Severities of a guard finding: `refuse` and `ask` prevent the outcome *fixed*, `note` only informs the reviewer. */
export const SEVERITIES = ['refuse', 'ask', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A finding of the diff guard. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Path in the overlay; empty for a finding about the diff as a whole. */
  readonly path: string;
  /** Explanation for the operator and the model. */
  readonly reason: string;
}
