/** Shapes that rules, workflows and activities share. No I/O and no Temporal here. */

/** Phases of a case, the values of the search attribute `PortPhase`. */
export type Phase = 'collect' | 'triage' | 'decide' | 'waiting-env' | 'patch' | 'prove' | 'awaiting-operator' | 'closed';

/** How a case ends, the values of the search attribute `PortOutcome`. */
export const OUTCOMES = ['fixed', 'manual', 'needs-help', 'budget-exhausted', 'triage-failed', 'recovered', 'discarded'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How sure triage is. The order low < medium < high counts for the policy's floors. */
export const CONFIDENCES = ['low', 'medium', 'high'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Name of a tier in the policy; AUTO, ASSIST and MANUAL are built in, more may exist. */
export type TierName = string;

/** The port a case is about. `target` is a branch name such as `@2026Q2`; `flavor` is without `@`. */
export interface PortId {
  readonly target: string;
  readonly origin: string;
  readonly flavor?: string;
}

/** One kept failure. Its directory is `<evidence>/runs/<runId>/ports/<bundleId>`, under one of the worker's evidence roots. */
export interface BundleRef {
  readonly bundleId: string;
  readonly runId: string;
}

/** Signal `failureReported`: a bundle and the port it is about. */
export interface FailureReport extends PortId, BundleRef {
  readonly profile: string;
  readonly createdUtc: string;
}

/** Tokens of one or more model calls. `cached` is the part of `prompt` that the server had in its cache, `reasoning` a part of `completion`. */
export interface TokenUsage {
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
  readonly reasoning: number;
}

/** Tokens, and what they cost by the policy's prices, in its currency; 0 where it has no price for the model. */
export interface Usage extends TokenUsage {
  readonly cost: number;
}

/** Address of a record in the evidence store: 64 lower-case hex digits of its SHA-256. */
export type RecordId = string;

export const NO_USAGE: Usage = {prompt: 0, cached: 0, completion: 0, reasoning: 0, cost: 0};

/** Tokens that count against a budget: what was not in the server's cache, and the reply. */
export function billable(usage: TokenUsage): number {
  return Math.max(0, usage.prompt - usage.cached) + usage.completion;
}

/** Sum of two usages. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    prompt: a.prompt + b.prompt,
    cached: a.cached + b.cached,
    completion: a.completion + b.completion,
    reasoning: a.reasoning + b.reasoning,
    cost: a.cost + b.cost,
  };
}

/** `net/foo@py311`; without a flavor its origin. */
export function portName({origin, flavor}: {readonly origin: string; readonly flavor?: string | null | undefined}): string {
  return flavor ? `${origin}@${flavor}` : origin;
}

/** `category/name`, as pkg and dsynth write it: no dots in front, no slashes but one, nothing a shell or a path could take amiss. */
const ORIGIN = /^[A-Za-z0-9][A-Za-z0-9_+-]{0,63}\/[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}$/;

/** Whether `text` is a well-formed port origin. */
export function isOrigin(text: string): boolean {
  return ORIGIN.test(text);
}

/** refuse and ask keep a case from *fixed*; a note is for the reader. */
export const SEVERITIES = ['refuse', 'ask', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What the diff guard found in a diff. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Path in the overlay, or empty where the whole diff is meant. */
  readonly path: string;
  /** Why, in words for the operator and the model. */
  readonly reason: string;
}
