import type {Finding} from './types.ts';

import {
  type BundleRef,
  billable,
  NO_USAGE,
  type Outcome,
  type Phase,
  type PortId,
  type RecordId,
  type TierName,
  type Usage,
} from './types.ts';

/** An earlier case of the same port, as its archive tells it. */
export interface EarlierCase {
  readonly bundleId: string;
  readonly runId: string;
  /** ISO 8601. */
  readonly closedUtc: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly classification: string | null;
  /** Of its last failure. */
  readonly signature: string;
  /** Attempts that a model made. */
  readonly attempts: number;
  /** Failures that belonged to it. */
  readonly bundles: number;
  /** Record of its last diff. */
  readonly diff?: RecordId;
  /** `passed`, or where it failed. */
  readonly proof?: string;
}

/** One line of a case's story. `atUtc` is ISO 8601. */
export interface TimelineEntry {
  readonly atUtc: string;
  readonly phase: Phase;
  readonly text: string;
}

/** Why an attempt ended. `built`: dsynth_build passed in it; it says nothing about the proof. */
export type AttemptEnd =
  | 'reported'
  | 'turn-limit'
  | 'time-limit'
  | 'over-budget'
  | 'repeated-call'
  | 'no-edit'
  | 'no-build'
  | 'gave-up'
  | 'cancelled'
  | 'model-failed'
  | 'env-failed'
  | 'overlay-dirty'
  | 'diff-refused'
  | 'slave-port'
  | 'handed'
  | 'ended-from-outside'
  /** A step of Portwright's own failed: a fault in its code, or retries that were used up. */
  | 'automation-failed';

/** Result of an attempt. Ids are records of the evidence store. */
export interface AttemptResult {
  readonly attempt: number;
  /** Its workflow id; missing in archives of before. */
  readonly workflowId?: string;
  /** The bundle that has its artifacts; missing in archives that were written before it was recorded. */
  readonly bundle?: BundleRef;
  readonly end: AttemptEnd;
  /** In words, for people and for the next attempt. */
  readonly reason: string;
  readonly env?: string;
  /** The operator whose diff it was; without it the model's own attempt. */
  readonly by?: string;
  readonly turns: number;
  /** Of work under the lease, the proof included. */
  readonly minutes: number;
  readonly usage: Usage;
  readonly built: boolean;
  readonly conversation?: RecordId;
  readonly finalText?: RecordId;
  /** Start of its last words, at most 300 characters. */
  readonly said?: string;
  /** Start of its diff, at most `SHOWN_DIFF` characters, for people; the whole is the record `diff`. */
  readonly diffText?: string;
  readonly diff?: RecordId;
  readonly findings: readonly Finding[];
  readonly proof?: ProofResult;
  /** Signature of the error that its last build or its proof ended with. */
  readonly finalError?: string;
  /** An operator's verdict on a proved fix. */
  readonly rejected?: {readonly by: string; readonly reason: string};
}

/** Ends that are no fault of the model's, and cost none of the tier's attempts. */
const UNCOUNTED_ENDS: ReadonlySet<AttemptEnd> = new Set(['env-failed', 'slave-port']);

/** The attempts that count against the tier's limit: the model's own, in an env that worked. */
export function countedAttempts(attempts: readonly AttemptResult[]): AttemptResult[] {
  return attempts.filter((one) => one.by === undefined && !UNCOUNTED_ENDS.has(one.end));
}

/** How much of a diff the state of a case shows, characters. */
export const SHOWN_DIFF = 3000;

/** The attempts without what the evidence store has of them: what a history carries. */
export function withoutTexts(attempts: readonly AttemptResult[]): AttemptResult[] {
  return attempts.map(({diffText, ...one}) => one);
}

/** Verdict of the rebuild proof; the whole of it is in analysis/rebuild_proof.json. */
export interface ProofResult {
  readonly rebuildOk: boolean;
  readonly diffSha256: string;
  /** Where it failed, and the end of what was printed there. */
  readonly failure?: {
    readonly step: string;
    /** dsynth's phase that stopped a build, as `check-plist`; missing if the log names none. */
    readonly phase?: string;
    readonly tail: RecordId;
    readonly signature: string;
  };
}

/** Returns `passed` or where the proof failed, as `failed in check-plist`; undefined if none was run. */
export function proofSummary(proof: ProofResult | undefined): string | undefined {
  if (proof === undefined) return undefined;
  return proof.rebuildOk ? 'passed' : `failed in ${proof.failure?.phase ?? proof.failure?.step}`;
}

/** The time of the clock as ISO 8601; in a workflow that is its own clock, the same in a replay. */
export function nowUtc(): string {
  return new Date(Date.now()).toISOString();
}

/** What triage found. */
export interface Triage {
  readonly classification: string;
  readonly confidence: string;
  readonly platform: string;
  readonly rootCause: string;
  /** The rule that found it; missing for a model's. */
  readonly rule?: string;
}

/** The whole state of a case: the query `status`, and analysis/case.json. */
export interface CaseStatus {
  readonly workflowId: string;
  readonly runId: string;
  /** Counts the changes of this state. An archive with a lower number never replaces one with a higher. */
  readonly seq: number;
  readonly port: PortId;
  readonly phase: Phase;
  readonly tier: TierName | null;
  readonly triage: Triage | null;
  /** Set once the case is closed. */
  readonly outcome: Outcome | null;
  /** With which outcome the case will close if no operator comes. */
  readonly pendingOutcome: Outcome | null;
  /** Why it is where it is, in words. */
  readonly reason: string;
  /** Since when it waits for an operator; ISO 8601. */
  readonly waitingSinceUtc: string | null;
  /** Who took the proved fix. */
  readonly accepted: {readonly by: string; readonly atUtc: string} | null;
  /** Of the failure that is worked on: 16 hex digits. */
  readonly signature: string;
  /** Cases of this port that were over when this one began, newest first. */
  readonly earlier: readonly EarlierCase[];
  readonly bundles: readonly BundleRef[];
  /** The one of them that is worked on: its analysis/ takes the artifacts. */
  readonly bundle: BundleRef | null;
  readonly attempts: readonly AttemptResult[];
  /** Workflow id of the attempt at work. */
  readonly currentAttempt: string | null;
  readonly usage: Usage;
  /** Billable tokens used, and the tier's limit. */
  readonly budget: {
    readonly tokensUsed: number;
    readonly tokensLimit: number | null;
    readonly attemptsLimit: number | null;
    readonly minutesLimit: number | null;
    readonly costLimit: number | null;
  };
  /** What operators added to the tier's limits. */
  readonly granted: {readonly tokens: number; readonly attempts: number};
  /** What operators told the model, oldest first. */
  readonly context: readonly {readonly by: string; readonly atUtc: string; readonly text: string}[];
  readonly timeline: readonly TimelineEntry[];
  readonly operatorLog: readonly {readonly atUtc: string; readonly by: string; readonly did: string}[];
}

/** State of a new case. */
export function newStatus(workflowId: string, runId: string, port: PortId): CaseStatus {
  return {
    workflowId,
    runId,
    seq: 0,
    port,
    phase: 'collect',
    tier: null,
    triage: null,
    outcome: null,
    pendingOutcome: null,
    reason: '',
    waitingSinceUtc: null,
    accepted: null,
    signature: '',
    earlier: [],
    bundles: [],
    bundle: null,
    attempts: [],
    currentAttempt: null,
    usage: NO_USAGE,
    budget: {tokensUsed: 0, tokensLimit: null, attemptsLimit: null, minutesLimit: null, costLimit: null},
    granted: {tokens: 0, attempts: 0},
    context: [],
    timeline: [],
    operatorLog: [],
  };
}

/** What callers get at the end of a case, and as the workflow's result. */
export interface CaseResult {
  readonly workflowId: string;
  readonly outcome: Outcome;
  readonly tier: TierName | null;
  readonly classification: string | null;
  readonly origin: string;
  readonly reason: string;
  readonly attempts: number;
  readonly tokens: number;
  /** By the policy's prices; 0 without. */
  readonly cost: number;
}

export function caseResult(status: CaseStatus, outcome: Outcome): CaseResult {
  return {
    workflowId: status.workflowId,
    outcome,
    tier: status.tier,
    classification: status.triage?.classification ?? null,
    origin: status.port.origin,
    reason: status.reason,
    attempts: status.attempts.length,
    tokens: billable(status.usage),
    cost: status.usage.cost,
  };
}
