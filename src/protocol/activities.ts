import type {ReviewReading} from '../case/attempt/diff-review.ts';
import type {ToolEffects} from '../case/attempt/progress.ts';
import type {Standing} from '../case/attempt/standing.ts';
import type {ToolName} from '../case/attempt/tool-names.ts';
import type {RemainingBudget} from '../case/budget/budget.ts';
import type {Prices} from '../case/budget/money.ts';
import type {GuardDecisions} from '../case/guard/index.ts';
import type {ProbeResult} from '../case/lease/env-health.ts';
import type {Holder, LeaseRequest} from '../case/lease/lease-table.ts';
import type {BuildLimits, DeliverySettings, EffectivePolicy, OverlayForm, Policy, ReviewPolicy} from '../case/policy/policy.ts';
import type {ClosingReview} from '../case/prompt/closing.ts';
import type {CaseAnswer, CaseQuestion} from '../case/question.ts';
import type {RunState} from '../case/run/run-totals.ts';
import type {FoundMaster, MasterPort} from '../case/slave-port.ts';
import type {AttemptResult, CaseStatus, DeliveryResult, EarlierCase, ProofResult, Triage} from '../case/status.ts';
import type {BundleRef, FailureReport, Finding, PortId, RecordId, Usage} from '../case/types.ts';
import type {CaseNews} from './build-run.ts';

/** Policy and texts that a case was started with, so that later edits do not change a running case. */
export interface PolicyInEffect {
  readonly policy: EffectivePolicy;
  /** Record with the prompts and playbooks. */
  readonly texts: RecordId;
}

/** Facts that the evidence provides without a model. */
export interface CaseFacts {
  readonly signature: string;
  readonly errorLine: string;
  /** Outcome in analysis/case.json if the bundle's case is closed, else null. */
  readonly closedAs: string | null;
  /** Latest closed cases of the same port, newest first. */
  readonly earlier: readonly EarlierCase[];
  /** Base address of the console; missing in older histories. */
  readonly console?: string | undefined;
}

/** How a case gets its triage: `first` and `again` by rule, else shared with the cases of its run that failed in the same way; `alone` by the model. */
export type TriageRole =
  /** The first case of a signature asks the model. */
  | 'first'
  /** A repeated triage: the run decides who asks. */
  | 'again'
  | 'alone';

/** What a triage begins with. */
export interface TriageRequest {
  readonly caseId: string;
  readonly caseRunId: string;
  readonly role: TriageRole;
  /** Marks untrusted data in the prompt; it is derived from the case's run id, which no log can contain. */
  readonly nonce: string;
  readonly context: CaseStatus['context'];
}

/** Beginning of a triage. `overruled` is what a rule decided where the policy wants a model's opinion too. */
export type TriageStart =
  | {readonly kind: 'ruled'; readonly triage: RuledTriage; readonly text: RecordId}
  /** The model is to be asked; `leads`: other cases wait for its answer. */
  | {readonly kind: 'opened'; readonly conversation: RecordId; readonly leads: boolean; readonly overruled?: RuledTriage}
  /** Another case with the same signature came first: the run sends `triageOffered`. */
  | {readonly kind: 'sibling'; readonly overruled?: RuledTriage}
  | {readonly kind: 'no-model'; readonly reason: string};

/** A triage decided by a rule. */
export type RuledTriage = Triage & {readonly rule: string};

/** Input of `openCase`. */
export interface OpenCaseInput {
  readonly report: FailureReport;
  /** State of the case, which is archived with what the evidence shows. */
  readonly status: CaseStatus;
  /** Start of the case in milliseconds, for the policy's `repeats`. */
  readonly startedAt: number;
  /** Missing where the case needs no triage. */
  readonly triage?: TriageRequest;
}

/** What a case begins with. */
export interface OpenedCase {
  readonly facts: CaseFacts;
  /** Missing where the bundle belongs to a closed case, or the policy cannot be used. */
  readonly policy?: PolicyInEffect;
  /** Why the policy cannot be used. */
  readonly problem?: string;
  /** Missing where none was requested, and where the policy's `repeats` leave the failure to an operator. */
  readonly triage?: TriageStart;
  /** Why analysis/case.json was not written. */
  readonly unwritten?: string;
}

/** Input of `writeTriage`. */
export interface TriageFiles {
  readonly bundle: BundleRef;
  readonly text: RecordId;
  readonly triage: Triage | null;
  readonly usage: Usage;
  readonly rounds: number;
  readonly via: string;
}

/** Input of `recordCase`. */
export interface RecordCaseInput {
  readonly status: CaseStatus;
  /** Triage that is to be written too. */
  readonly triage?: TriageFiles;
  /** Bundle that gets the hand-off note of a case that waits. */
  readonly handoff?: BundleRef;
  /** News for the run; missing before the case has a bundle. */
  readonly run?: RunNews;
}

/** News of a case and the run that it goes to. */
export interface RunNews {
  readonly runId: string;
  readonly news: CaseNews;
}

/** Input that most model activities share: a bundle and the conversation so far. */
export interface ModelStep {
  readonly bundle: BundleRef;
  readonly conversation: RecordId;
}

/** Input of a model call. */
export interface AskModelInput extends ModelStep {
  /** `review`: one reply on a diff, by the policy's `review_model`; `ask`: the answer to a question, with tools that read artifacts. */
  readonly purpose: 'triage' | 'patch' | 'review' | 'ask';
  /** `offered`: the model may call tools; `none`: tools are listed but must not be called; `absent`: no tools. */
  readonly tools: 'offered' | 'none' | 'absent';
  /** Records of the tool results, in the order of the last reply's calls. */
  readonly toolResults?: readonly RecordId[];
  /** User message to append before the call. */
  readonly say?: string;
  /** Review of the diff after a passing build, to append as a user message; `diff` is a record. */
  readonly closing?: Omit<ClosingReview, 'diff'> & {readonly diff: RecordId};
  /** What is left to the attempt, for the tool results; missing in triage and in older histories. */
  readonly standing?: Standing;
  readonly left: RemainingBudget;
  /** Limit of the reply, reasoning included; at most a quarter of the model's window. */
  readonly replyTokens: number;
  /** Whether that limit is doubled, since a reply to the same conversation was cut at it. */
  readonly doubled?: boolean;
  /** Prices, the caps that the call counts against, and the model of a review. */
  readonly policy: Pick<Policy, 'prices' | 'limits' | 'review_model'>;
  /** How the reply is parsed as a triage; missing for other calls. */
  readonly reading?: {readonly classes: readonly string[]; readonly snippetsAllowed: boolean};
}

/**
 * A tool call requested by the model, identified by its index in the reply (ids may repeat), with an excerpt of its arguments
 * for display.
 */
export interface ToolCallRequest {
  readonly index: number;
  readonly name: string;
  readonly argumentsExcerpt: string;
  /** Digest over name and arguments. */
  readonly digest: string;
}

/** What an attempt left in the overlay. */
export interface CapturedDiff {
  readonly diff: RecordId;
  /** Files of the port's overlay before it, as an object of texts by path; null if they could not be read in full. */
  readonly overlay: RecordId | null;
  /** The same of the master's overlay; missing where the master is not in the case's scope. */
  readonly masterOverlay?: RecordId | null;
}

/** Result of a model call. */
export type ModelTurn =
  | {
      readonly kind: 'reply';
      readonly conversation: RecordId;
      readonly usage: Usage;
      readonly finishReason: string;
      /** Set of a reply that was cut at its limit before it had a call with complete arguments. */
      readonly isCut?: boolean;
      readonly toolCalls: readonly ToolCallRequest[];
      /** Excerpt of the reply, at most 300 characters. */
      readonly preview: string;
      readonly text: RecordId;
      /** Whether the reply gives up under its status heading. */
      readonly gaveUp: boolean;
      /** The report's reason for what stays in the diff in spite of findings; missing without one. */
      readonly insists?: string;
      /** Why the call counts as our estimate in spite of the server's report; missing where the report counts. */
      readonly implausible?: string;
      /** The triage in the reply; missing where none was asked for. */
      readonly triage?: TriageReading;
    }
  | {readonly kind: 'over-budget'; readonly reason: string};

/** Result of parsing a triage reply. */
export type TriageReading =
  | {readonly kind: 'triage'; readonly triage: Triage}
  | {readonly kind: 'snippets'; readonly count: number}
  | {readonly kind: 'malformed'; readonly problem: string; readonly reask: string};

/** Ports whose overlay directories a case may edit. */
export interface CaseScope {
  readonly port: PortId;
  /** Origin of the master of a slave port whose case goes on there; missing for any other case. */
  readonly master?: string | undefined;
}

/** Input of a tool call. */
export interface ToolInput extends ModelStep, CaseScope {
  readonly env: string;
  /** The call, in the reply that ends the conversation. */
  readonly call: Pick<ToolCallRequest, 'index' | 'name'>;
  readonly composedTree?: string;
  /** Limits of a build. */
  readonly limits?: BuildLimits;
  /** Form of what the tools write into an overlay, unless it is the default. */
  readonly overlayForm?: OverlayForm;
  /** Decisions on the guard's rules, for a build's findings. */
  readonly decided?: GuardDecisions | undefined;
}

/** Result of a tool call. */
export interface ToolActivityResult {
  readonly result: RecordId;
  readonly ok: boolean;
  readonly summary: string;
  readonly effects: ToolEffects;
}

/** Activities on the control queue: evidence, models, artifacts. */
export interface ControlActivities {
  readPolicy(bundle: BundleRef): Promise<PolicyInEffect>;
  collectEvidence(report: FailureReport): Promise<CaseFacts>;
  /**
   * Reads the evidence and the policy, tries the rules, reports the case to its run, and opens the conversation for the model: all that a case
   * needs before it asks.
   */
  openCase(input: OpenCaseInput): Promise<OpenedCase>;
  /** Begins a triage of an opened case. */
  startTriage(input: TriageRequest & TriageSubject): Promise<TriageStart>;
  /** Returns why no model can be used for this purpose, or null. */
  findModel(purpose: 'triage' | 'patch', policy: Policy): Promise<string | null>;
  askModel(input: AskModelInput): Promise<ModelTurn>;
  /** Writes analysis/triage.md and triage.json. */
  writeTriage(input: TriageFiles): Promise<void>;
  /** Returns the record of the message that answers a reply's snippet requests. */
  fetchSnippets(
    input: ModelStep & {port: PortId; text: RecordId; round: number; rounds: number; nonce: string; env: string | null},
  ): Promise<RecordId>;
  openAttempt(input: {
    report: FailureReport;
    texts: RecordId;
    triage: Triage;
    /** Record of the reply that triage was parsed from. */
    triageText: RecordId;
    nonce: string;
    context: CaseStatus['context'];
    attempt: number;
    of: number;
    turns: number;
    tier: string;
    /** Master in the case's scope. */
    master?: MasterPort | undefined;
    earlier: readonly AttemptResult[];
    earlierCases: readonly EarlierCase[];
    /** Budget, limit of replies and prices, by which it is decided whether the conversation goes on; missing in older histories: it does not. */
    left?: {left: RemainingBudget; replyTokens: number; prices?: Prices | undefined};
    /** Missing in older histories: only judged fixes are shown. */
    memory?: EffectivePolicy['memory'];
  }): Promise<RecordId>;
  checkDiff(input: {
    bundle: BundleRef;
    origin: string;
    /** Origin of the master in the case's scope. */
    master?: string | undefined;
    captured: CapturedDiff;
    decided?: GuardDecisions;
  }): Promise<{findings: Finding[]; passes: boolean; shown: string}>;
  /** Starts the conversation with the reviewer of a diff that the guard has passed; returns why not where the policy wants no review of it. */
  openReview(input: {
    bundle: BundleRef;
    review: ReviewPolicy;
    diff: RecordId;
    rootCause: string;
    effect?: string | undefined;
    findings: readonly Finding[];
    nonce: string;
  }): Promise<{conversation: RecordId} | {skipped: string}>;
  /** Parses the reply of a reviewer, a record, on a diff. */
  readReview(input: {bundle: BundleRef; text: RecordId; diff: RecordId}): Promise<ReviewReading>;
  /** Starts the conversation about a question. Returns its record, and that of the list of the artifacts that it may read. */
  openQuestion(input: {
    bundle: BundleRef;
    status: CaseStatus;
    question: Pick<CaseQuestion, 'by' | 'text'>;
    nonce: string;
  }): Promise<{conversation: RecordId; catalog: RecordId}>;
  /** Runs the calls of the last reply, which read artifacts. Returns the records of the results. */
  readArtifacts(input: ModelStep & {catalog: RecordId}): Promise<RecordId[]>;
  /** Checks the citations of a reply, a record, and stores the answer. */
  writeAnswer(input: {bundle: BundleRef; catalog: RecordId; text: RecordId}): Promise<{record: RecordId; answer: CaseAnswer}>;
  writeAttempts(input: {bundle: BundleRef; attempts: readonly AttemptResult[]; status: string}): Promise<void>;
  /** Stores a text as a record in the bundle's evidence root. */
  persistText(input: {bundle: BundleRef; text: string}): Promise<RecordId>;
  /** Logs that a case is still waiting for an operator. */
  remindOperator(input: {caseId: string; sinceUtc: string; asked: string}): Promise<void>;
  /** Writes analysis/case.json and what else the step changed, and reports the case to its run. */
  recordCase(input: RecordCaseInput): Promise<void>;
  /** Runs the policy's delivery command on an accepted fix, at least once. Fails with `DeliveryFailed`. */
  deliverFix(input: {status: CaseStatus; settings: DeliverySettings}): Promise<DeliveryResult>;
  /** Reports a case to its run; news of a failure that it took start the run's workflow if there is none. */
  notifyRun(input: RunNews): Promise<void>;
  /** Returns the dsynth run that is building on the bundle's host now, or null. */
  openBulkRun(input: {bundle: BundleRef}): Promise<{runId: string} | null>;
  /** Records in analysis/case.json that a case was ended in Temporal without closing itself; does nothing for an open case. */
  archiveEnded(input: {bundle: BundleRef; caseId: string}): Promise<void>;
  /** Requests one of several dev-envs from the target's pool. Idempotent. */
  requestLease(input: {pool: string; request: LeaseRequest}): Promise<void>;
  /** Returns the ids of the open cases of a port, in all targets and flavors, other than `caseId`. */
  openCasesOf(input: {origin: string; caseId: string}): Promise<string[]>;
  /** Returns those of the workflow runs that are still open. */
  openHolders(holders: readonly Holder[]): Promise<Holder[]>;
}

/** What a triage is about, where the case is open already. */
export interface TriageSubject {
  readonly report: FailureReport;
  readonly signature: string;
  readonly earlierCases: readonly EarlierCase[];
  readonly policy: PolicyInEffect;
}

/** Steps of `openCase`, `startTriage` and `recordCase` that are no activities by themselves. */
export interface CaseSteps {
  /**
   * Starts a triage conversation. `nonce` marks untrusted data in the prompt; it is derived from the case's run id, which no
   * log can contain.
   */
  openTriage(input: {
    report: FailureReport;
    texts: RecordId;
    classes: readonly string[];
    snippetRounds: number;
    nonce: string;
    context: CaseStatus['context'];
    earlierCases: readonly EarlierCase[];
    /** Missing in older histories: only judged fixes are shown. */
    memory?: EffectivePolicy['memory'];
  }): Promise<RecordId>;
  /** Returns a triage decided by rules and the record of its report; null if a model is needed. */
  triageByRule(input: {report: FailureReport; classes: readonly string[]}): Promise<{triage: RuledTriage; text: RecordId} | null>;
  /** Makes this case the one of its run and signature that asks the model. Returns false if another one is. Idempotent. */
  claimTriage(input: {report: FailureReport; signature: string; caseRunId: string}): Promise<boolean>;
  writeHandoff(input: {bundle: BundleRef; status: CaseStatus}): Promise<void>;
  /** Writes analysis/case.json. */
  archiveCase(status: CaseStatus): Promise<void>;
}

/** Activities of a dsynth run's workflow. */
export interface RunActivities {
  /** Returns the state of a run on disk and the console's base address; null if no evidence root has the run. */
  readRun(runId: string): Promise<(RunState & {readonly console?: string | undefined}) | null>;
  /** Writes summary.json and summary.md of a run, if an evidence root has the run. */
  writeRunSummary(runId: string): Promise<void>;
  /** Returns those of the cases that are open, in any run of their workflow. */
  openCases(caseIds: readonly string[]): Promise<string[]>;
}

/** Activity of the spool's watch. */
export interface SpoolActivities {
  /** Delivers the spools' reports for `seconds` and returns their number. */
  deliverSpool(input: {seconds: number}): Promise<number>;
}

/** Activity of the collection of a host's evidence. */
export interface CollectActivities {
  /** Collects a host's evidence for `seconds`, or until the hosts file does not have it collected any more; returns the number of jobs. */
  collectEvidenceOf(input: {host: string; seconds: number}): Promise<number>;
}

/** A case of an evaluation with its failure. */
export interface EvalCaseStart {
  readonly name: string;
  readonly report: FailureReport;
  /** Usage of a case that was already scored: the server lost its database, but the verdict is on disk. */
  readonly over?: {readonly tokens: number; readonly cost: number};
}

/** Activities of an evaluation's workflow. */
export interface EvalActivities {
  /** Returns a page of the corpus in its order, and the total number of cases. */
  listEvalCases(input: {from: number; count: number}): Promise<{total: number; cases: EvalCaseStart[]}>;
  /**
   * Scores a closed case and stores the verdict; `failure` is the error of a failed workflow. Returns the case's usage, in
   * billable tokens and money.
   */
  scoreEvalCase(input: {name: string; report: FailureReport; failure?: string}): Promise<{tokens: number; cost: number}>;
}

/** Activities that use a dev-env. */
export interface DevEnvActivities {
  /**
   * Returns a target's dev-envs among those of DP_HARNESS_ENV and of the hosts file, including unresponsive ones; `problem` explains why others are
   * not used.
   */
  findDevEnvs(target: string): Promise<{envs: string[]; problem: string}>;
  /** Returns why a dev-env cannot be leased now, or why its build host cannot be reached, for display; null if it can be leased. */
  probeDevEnv(input: {env: string; target: string}): Promise<ProbeResult>;
  /** Returns recipe fixes for the failure, in the order in which they are tried. Source is read from `env` without a lease. */
  proposeFixes(input: {report: FailureReport; env: string; policy: Pick<EffectivePolicy, 'recipes'>}): Promise<ProposedFix[]>;
  /** Returns the port whose Makefile a slave port builds from, or why its MASTERDIR is not followed; null for any other port. */
  masterPort(input: {env: string; port: PortId}): Promise<FoundMaster | null>;
  beginAttempt(input: CaseScope & {bundle: BundleRef; env: string; caseId: string; diff?: RecordId}): Promise<void>;
  captureDiff(input: CaseScope & {bundle: BundleRef; env: string}): Promise<CapturedDiff>;
  /**
   * Compares the composed port with and without the diff, and writes analysis/effect.json and effect.md. Returns the findings
   * after the decisions on their rules, and a summary of one line. Afterwards the overlay has the diff, composed.
   */
  checkEffect(
    input: CaseScope & {bundle: BundleRef; env: string; caseId: string; diff: RecordId; decided?: GuardDecisions},
  ): Promise<{findings: Finding[]; passes: boolean; summary: string}>;
  /**
   * Builds the port with the diff and writes analysis/rebuild_proof.json. With `other`, builds that port instead and adds it to the same
   * file; a port that was ignored before the diff and is with it is left out.
   */
  proveRebuild(
    input: CaseScope & {
      bundle: BundleRef;
      env: string;
      caseId: string;
      diff: RecordId;
      /** Origin of another port that builds from the master. */
      other?: string;
      /** Other ports that are built after this one; the proof has not passed before. */
      pending?: readonly string[];
      /** Suffix for the file names of a repeated proof. */
      label?: string;
      limits: BuildLimits;
      /** Whether the port is also built without DEVELOPER; missing in older histories. */
      twice?: boolean;
      decided?: GuardDecisions;
    },
  ): Promise<PortProof>;
  /** Builds the port as the proof does, without a diff, in a dev-env whose overlay is the commit; the log is analysis/recheck.log. */
  buildUnchanged(input: {
    bundle: BundleRef;
    env: string;
    caseId: string;
    port: PortId;
    limits: BuildLimits;
    twice: boolean;
  }): Promise<UnchangedBuild>;
  restoreOverlay(input: CaseScope & {env: string; caseId: string}): Promise<void>;
}

/** Result of a build without a diff. */
export interface UnchangedBuild {
  readonly builds: boolean;
  /** dsynth's phase in which it failed, or the step of the proof. */
  readonly phase?: string;
  readonly signature?: string;
}

/** Result of the proof of one port. */
export interface PortProof extends ProofResult {
  /** Why another port was not built: it was ignored before the diff, and is with it. `rebuildOk` is then false. */
  readonly leftOut?: string;
}

/** A fix by a recipe; `diff` is a record. */
export interface ProposedFix {
  readonly recipe: string;
  readonly diff: RecordId;
  readonly note: string;
  readonly review?: string;
}

/** Tool activities. The activity type is the tool's name, or `refuseTool` for an unknown name. */
export type ToolActivities = {readonly [name in ToolName | 'refuseTool']: (input: ToolInput) => Promise<ToolActivityResult>};

/** Activities that run commands in a dev-env, other than the tools. */
export const DEV_ENV_ACTIVITIES = [
  'findDevEnvs',
  'probeDevEnv',
  'proposeFixes',
  'masterPort',
  'beginAttempt',
  'captureDiff',
  'checkEffect',
  'proveRebuild',
  'buildUnchanged',
  'restoreOverlay',
] as const satisfies readonly (keyof DevEnvActivities)[];
