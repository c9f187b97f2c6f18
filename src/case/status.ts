import type {Login} from './login.ts';
import type {CaseQuestion} from './question.ts';
import type {MasterPort} from './slave-port.ts';
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
import type {WaitReason} from './wait-reason.ts';

/** Summary of an earlier case of the same port, read from its archive. */
export interface EarlierCase {
  readonly bundleId: string;
  readonly runId: string;
  /** Time in ISO 8601. */
  readonly closedUtc: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly classification: string | null;
  /** Signature of its last failure. */
  readonly signature: string;
  /** Number of attempts that a model made. */
  readonly attempts: number;
  /** Number of failures that belonged to the case. */
  readonly bundles: number;
  /** Record of the case's fix, if it has one that was proved; in older histories of its last diff, whatever became of it. */
  readonly diff?: RecordId;
  /** Operators' verdict on that fix; missing without one. */
  readonly verdict?: 'accepted' | 'rejected' | 'unreviewed';
  /** Result of the last proof: `passed`, or the step that failed. */
  readonly proof?: string;
}

/** An entry of a case's timeline. `atUtc` is in ISO 8601. */
export interface TimelineEntry {
  readonly atUtc: string;
  readonly phase: Phase;
  readonly text: string;
}

/** Reason code for the end of an attempt. */
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
  /** A step of Portwright failed: a fault in its code, or exhausted retries. */
  | 'automation-failed';

/** Result of an attempt, returned to its case. Record ids refer to the evidence store. */
export interface AttemptResult {
  readonly attempt: number;
  /** Workflow id; missing in older archives. */
  readonly workflowId?: string;
  /** Bundle with the attempt's artifacts; missing in older archives. */
  readonly bundle?: BundleRef;
  readonly end: AttemptEnd;
  /** Explanation for operators and for the prompt of the next attempt. */
  readonly reason: string;
  readonly env?: string;
  /** Operator or recipe (`the recipe …`) that supplied the diff; missing for a model's own attempt. */
  readonly by?: string;
  readonly turns: number;
  /** Minutes of work under the lease, including the proof. */
  readonly minutes: number;
  readonly usage: Usage;
  /** Whether the last build inside the attempt passed; the proof is separate. */
  readonly built: boolean;
  readonly conversation?: RecordId;
  readonly finalText?: RecordId;
  /** Excerpt of the model's final message, at most 300 characters. */
  readonly said?: string;
  /** Start of the diff for display, at most `SHOWN_DIFF` characters; the record `diff` has the full text. */
  readonly diffText?: string;
  /** One line on what the diff does to the composed port; missing where it was not compared. */
  readonly effect?: string;
  readonly diff?: RecordId;
  readonly findings: readonly Finding[];
  /** Missing where no finding was put to the model. */
  readonly guardRound?: GuardRound;
  /** Missing where the policy wants no review, and where nothing was to be proved. */
  readonly diffReview?: DiffReview;
  readonly proof?: ProofResult;
  /** Signature of the error that the last build or the proof ended with. */
  readonly finalError?: string;
  /** Master of a slave port; missing for any other, and where the attempt already had the master's overlay in its scope. */
  readonly master?: MasterPort;
  /** An operator's rejection of a proved fix. */
  readonly rejected?: {readonly by: string; readonly reason: string};
}

/** The round of an attempt in which its model answers the findings on its diff. */
export interface GuardRound {
  /** Findings that the model was sent. */
  readonly raised: readonly Finding[];
  /** Turns of the round; they count among the attempt's. */
  readonly turns: number;
  /** The model's reason for what it left in the diff; missing where it does not insist. Untrusted. */
  readonly insists?: string;
}

/** A finding of a reviewer. Its texts are a model's, and untrusted. It prevents nothing. */
export interface ReviewFinding {
  readonly kind: string;
  /** Path in the overlay. */
  readonly path: string;
  readonly reason: string;
}

/** Review of an attempt's diff by a model, before its proof, where the policy wants one. */
export interface DiffReview {
  /** Findings that the author of the diff was sent. */
  readonly findings: readonly ReviewFinding[];
  /** Conversation with the reviewer; missing without a reply. */
  readonly conversation?: RecordId;
  /** Why there was no review; missing where there was one. */
  readonly skipped?: string;
  /** Why the reviewer's reply counts as no findings; missing where it is in its form. */
  readonly problem?: string;
  /** Turns of the author after the findings; they count among the attempt's. */
  readonly turns: number;
  /** The author's answer to the findings; missing without one. Untrusted. */
  readonly answer?: string;
  /** Set if what the author changed after the findings could not be proved, so that the reviewed diff counts. */
  readonly isTakenBack?: true;
}

/** Ends that the model did not cause; they do not count against the tier's attempts. */
const UNCOUNTED_ENDS: ReadonlySet<AttemptEnd> = new Set(['env-failed', 'slave-port']);

/** Returns the attempts that count against the tier's limit: the model's own, in a working dev-env. */
export function countedAttempts(attempts: readonly AttemptResult[]): AttemptResult[] {
  return attempts.filter((one) => one.by === undefined && !UNCOUNTED_ENDS.has(one.end));
}

/** Maximum length of a diff excerpt in a case's state, in characters. */
export const SHOWN_DIFF = 3000;

/** Returns the attempts without the texts that are also in the evidence store: the form that a workflow history carries. */
export function withoutTexts(attempts: readonly AttemptResult[]): AttemptResult[] {
  return attempts.map(({diffText, ...one}) => one);
}

/** Verdict of the rebuild proof. analysis/rebuild_proof.json has the details. */
export interface ProofResult {
  readonly rebuildOk: boolean;
  readonly diffSha256: string;
  /** Findings on the package that came out; missing in older archives. */
  readonly findings?: readonly Finding[];
  /** Master and other slave ports that were built too; missing where the case's scope is its own port. */
  readonly others?: readonly OtherBuild[];
  /** Failed step of the proof, the end of its output, and the signature of its error. */
  readonly failure?: {
    /** Origin of the port that failed, where it is not the case's own. */
    readonly origin?: string;
    readonly step: string;
    /** dsynth's phase in which a build failed, such as `check-plist`; missing where the log does not show it. */
    readonly phase?: string;
    /** Set if the build with DEVELOPER passed and the one without it, as in a bulk build, failed. */
    readonly isWithoutDeveloper?: boolean;
    readonly tail: RecordId;
    readonly signature: string;
  };
}

/** Build of another port in the proof of a fix to a master's overlay. */
export interface OtherBuild {
  readonly origin: string;
  readonly result: 'built' | 'failed' | 'left-out';
  /** Why the port was left out. */
  readonly reason?: string;
}

/** Returns the result of a proof for display, `passed` or `failed in check-plist`; undefined without a proof. */
export function proofSummary(proof: ProofResult | undefined): string | undefined {
  if (proof === undefined) return undefined;
  if (proof.rebuildOk) return 'passed';
  const {failure} = proof;
  if (failure === undefined) return 'failed';
  const of = failure.origin === undefined ? '' : ` of ${failure.origin}`;
  return `failed ${failure.isWithoutDeveloper ? 'without DEVELOPER, ' : ''}in ${failure.phase ?? failure.step}${of}`;
}

/** Returns the current time in ISO 8601. In a workflow this is the workflow's clock, which is deterministic in a replay. */
export function nowUtc(): string {
  return new Date(Date.now()).toISOString();
}

/** Result of triage. */
export interface Triage {
  readonly classification: string;
  readonly confidence: string;
  readonly platform: string;
  readonly rootCause: string;
  /** Name of the rule that decided; missing for a model's triage. */
  readonly rule?: string;
  /** Workflow id of the case that asked the model, where this case uses the triage of another one of its run. */
  readonly from?: string;
}

/** Returns who decided a triage, for a phrase with "by": `the rule checksum`, `the model`, `the model, for port:@main:net/a`. */
export function triageSource({rule, from}: Pick<Triage, 'rule' | 'from'>): string {
  if (rule !== undefined) return `the rule ${rule}`;
  return from === undefined ? 'the model' : `the model, for ${from}`;
}

/** Master of a case's port. */
export interface CaseMaster extends MasterPort {
  /** Whether the case may edit the master's overlay too: the policy allows it, and no other case has the master. */
  readonly isInScope: boolean;
}

/** Result of a delivery command that has ended. */
export interface DeliveryResult {
  /** Exit code; 128 + signal number if ended by a signal. Missing where the command was not started. */
  readonly exit?: number;
  /** Last lines of the output, secrets masked. Untrusted. */
  readonly tail?: string;
  /** First https address on standard output. */
  readonly link?: string;
}

/** What an operator did. */
export interface OperatorEntry {
  readonly atUtc: string;
  readonly by: string;
  /** How `by` was identified; missing for clients that do not state it. */
  readonly login?: Login;
  readonly did: string;
}

/** Delivery of an accepted fix by the policy's command. */
export interface Delivery extends DeliveryResult {
  readonly state: 'running' | 'delivered' | 'failed' | 'skipped';
  /** The same for each run of the command on this fix. */
  readonly id: string;
  /** Start of this state, in ISO 8601. */
  readonly atUtc: string;
  /** Why it failed; missing for any other state. */
  readonly reason?: string;
  /** Operator who closed the case without a delivery. */
  readonly by?: string;
}

/** Complete state of a case: the result of the query `status`, and the content of analysis/case.json. */
export interface CaseStatus {
  readonly workflowId: string;
  readonly runId: string;
  /** Counts the changes of this state. An archive with a lower number never replaces one with a higher. */
  readonly seq: number;
  readonly port: PortId;
  readonly phase: Phase;
  readonly tier: TierName | null;
  readonly triage: Triage | null;
  /** Final outcome; null until the case is closed. */
  readonly outcome: Outcome | null;
  /** Outcome with which the case closes if no operator acts. */
  readonly pendingOutcome: Outcome | null;
  /** Explanation of the current phase or outcome. */
  readonly reason: string;
  /** Reason for the wait; missing while the case does not wait, and in older archives. */
  readonly waitReason?: WaitReason | undefined;
  /** Start of the wait for an operator, in ISO 8601; null if the case does not wait. */
  readonly waitingSinceUtc: string | null;
  /** Operator who accepted the proved fix. */
  readonly accepted: {readonly by: string; readonly login?: Login; readonly atUtc: string} | null;
  /** Delivery of the accepted fix; missing where the policy has no delivery command. */
  readonly delivery?: Delivery;
  /** Signature of the failure that the case works on: 16 hex digits. */
  readonly signature: string;
  /** Master of a slave port, once an attempt has found it. */
  readonly master?: CaseMaster;
  /** Earlier cases of this port, closed before this one began; newest first. */
  readonly earlier: readonly EarlierCase[];
  readonly bundles: readonly BundleRef[];
  /** The bundle that the case works on; artifacts are written to its analysis/ directory. */
  readonly bundle: BundleRef | null;
  readonly attempts: readonly AttemptResult[];
  /** Workflow id of the running attempt. */
  readonly currentAttempt: string | null;
  readonly usage: Usage;
  /** Billable tokens used, and the tier's limits. */
  readonly budget: {
    readonly tokensUsed: number;
    readonly tokensLimit: number | null;
    readonly attemptsLimit: number | null;
    readonly minutesLimit: number | null;
    readonly costLimit: number | null;
    /** Turns of one attempt; missing before the tier is known, and in older archives. */
    readonly turnsLimit?: number;
  };
  /** Additions to the tier's limits, granted by operators. */
  readonly granted: {readonly tokens: number; readonly attempts: number};
  /** Information from operators for the model, oldest first. */
  readonly context: readonly {readonly by: string; readonly atUtc: string; readonly text: string}[];
  readonly timeline: readonly TimelineEntry[];
  readonly operatorLog: readonly OperatorEntry[];
  /** Questions of operators with their answers, oldest first; missing without one. */
  readonly questions?: readonly CaseQuestion[];
}

/** Returns the state of a new case. */
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

/** Result of a case's workflow. */
export interface CaseResult {
  readonly workflowId: string;
  readonly outcome: Outcome;
  readonly tier: TierName | null;
  readonly classification: string | null;
  readonly origin: string;
  readonly reason: string;
  readonly attempts: number;
  readonly tokens: number;
  /** Cost by the policy's prices; 0 without prices. */
  readonly cost: number;
}

/** Returns the result of a case that closes with `outcome`. */
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
