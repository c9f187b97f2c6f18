import type {ToolEffects} from '../case/attempt/progress.ts';
import type {ToolName} from '../case/attempt/tool-names.ts';
import type {RemainingBudget} from '../case/budget/budget.ts';
import type {GuardDecisions} from '../case/guard/index.ts';
import type {Holder, LeaseRequest} from '../case/lease/lease-table.ts';
import type {BuildLimits, EffectivePolicy, Policy} from '../case/policy/policy.ts';
import type {RunState} from '../case/run/run-totals.ts';
import type {AttemptResult, CaseStatus, EarlierCase, ProofResult, Triage} from '../case/status.ts';
import type {BundleRef, FailureReport, Finding, PortId, RecordId, Usage} from '../case/types.ts';

/** What a case keeps of the files it was started with, so that editing one never changes a running case. */
export interface PolicyInEffect {
  readonly policy: EffectivePolicy;
  /** Record with the prompts and playbooks. */
  readonly texts: RecordId;
}

/** What the evidence says without a model. */
export interface CaseFacts {
  readonly signature: string;
  readonly errorLine: string;
  /** From analysis/case.json: the bundle's case is over. */
  readonly closedAs: string | null;
  /** Latest cases of the same port that are over, newest first. */
  readonly earlier: readonly EarlierCase[];
  /** Base of the console's addresses, for people; older histories have none. */
  readonly console?: string | undefined;
}

/** A bundle, the policy's texts and the conversation so far: what most model steps start from. */
export interface ModelStep {
  readonly bundle: BundleRef;
  readonly conversation: RecordId;
}

export interface AskModelInput extends ModelStep {
  readonly purpose: 'triage' | 'patch';
  /** Tools are offered; with `none` they are shown but may not be called. */
  readonly tools: 'offered' | 'none' | 'absent';
  /** Records of what the tools answered, in the order of the calls of the last reply. */
  readonly toolResults?: readonly RecordId[];
  /** A user message to add before asking. */
  readonly say?: string;
  readonly left: RemainingBudget;
  readonly replyTokens: number;
  /** What counts for money and caps. */
  readonly policy: Pick<Policy, 'prices' | 'limits'>;
}

/** A tool call that the model asked for, by its place in the reply (ids may come twice), and a few words for people. */
export interface ToolCallRequest {
  readonly index: number;
  readonly name: string;
  readonly argumentsExcerpt: string;
  /** Digest over name and arguments. */
  readonly digest: string;
}

export type ModelTurn =
  | {
      readonly kind: 'reply';
      readonly conversation: RecordId;
      readonly usage: Usage;
      readonly finishReason: string;
      readonly toolCalls: readonly ToolCallRequest[];
      /** What the text says in short, at most 300 characters. */
      readonly preview: string;
      readonly text: RecordId;
      /** Under its heading for the status, the model says that it gives up. */
      readonly gaveUp: boolean;
    }
  | {readonly kind: 'over-budget'; readonly reason: string};

/** What a triage reply says, after the strict parser. */
export type TriageReading =
  | {readonly kind: 'triage'; readonly triage: Triage}
  | {readonly kind: 'snippets'; readonly count: number}
  | {readonly kind: 'malformed'; readonly problem: string; readonly reask: string};

export interface ToolInput extends ModelStep {
  readonly env: string;
  readonly port: PortId;
  /** Which call of the reply that ends the conversation. */
  readonly call: Pick<ToolCallRequest, 'index' | 'name'>;
  readonly composedTree?: string;
  /** For a build. */
  readonly limits?: BuildLimits;
}

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
  /** Why no model can be asked for this purpose, or null. */
  findModel(purpose: 'triage' | 'patch', policy: Policy): Promise<string | null>;
  /** `nonce` marks what is data in a prompt: from the run id of the case, which no log can know. */
  openTriage(input: {
    report: FailureReport;
    texts: RecordId;
    classes: readonly string[];
    snippetRounds: number;
    nonce: string;
    context: CaseStatus['context'];
    earlierCases: readonly EarlierCase[];
  }): Promise<RecordId>;
  askModel(input: AskModelInput): Promise<ModelTurn>;
  readTriage(input: ModelStep & {text: RecordId; classes: readonly string[]; snippetsAllowed: boolean}): Promise<TriageReading>;
  writeTriage(input: {
    bundle: BundleRef;
    text: RecordId;
    triage: Triage | null;
    usage: Usage;
    rounds: number;
    via: string;
  }): Promise<void>;
  /** A triage that rules are sure of, with the record of its report; null: ask a model. */
  triageByRule(input: {
    report: FailureReport;
    classes: readonly string[];
  }): Promise<{triage: Triage & {rule: string}; text: RecordId} | null>;
  /** Message that answers the snippet requests of a reply. */
  fetchSnippets(
    input: ModelStep & {port: PortId; text: RecordId; round: number; rounds: number; nonce: string; env: string | null},
  ): Promise<RecordId>;
  openAttempt(input: {
    report: FailureReport;
    texts: RecordId;
    triage: Triage;
    /** The reply that triage was read from. */
    triageText: RecordId;
    nonce: string;
    context: CaseStatus['context'];
    attempt: number;
    of: number;
    turns: number;
    tier: string;
    earlier: readonly AttemptResult[];
    earlierCases: readonly EarlierCase[];
  }): Promise<RecordId>;
  checkDiff(input: {
    bundle: BundleRef;
    origin: string;
    diff: RecordId;
    decided?: GuardDecisions;
  }): Promise<{findings: Finding[]; passes: boolean; shown: string}>;
  writeAttempts(input: {bundle: BundleRef; attempts: readonly AttemptResult[]; status: string}): Promise<void>;
  /** Keeps a text as a record of the bundle's evidence root. */
  persistText(input: {bundle: BundleRef; text: string}): Promise<RecordId>;
  /** Says in the worker's log that a case still waits. */
  remindOperator(input: {caseId: string; sinceUtc: string; asked: string}): Promise<void>;
  writeHandoff(input: {bundle: BundleRef; status: CaseStatus}): Promise<void>;
  recordCase(status: CaseStatus): Promise<void>;
  /** Tells the run of a failure that this case has it; the run's workflow is started if there is none. */
  joinRun(input: {
    caseId: string;
    runId: string;
    bundleId: string;
    origin: string;
    signature: string;
    errorLine: string;
  }): Promise<void>;
  /** The dsynth run that is building on the bundle's host now, or null. */
  openBulkRun(input: {bundle: BundleRef}): Promise<{runId: string} | null>;
  /** Says in analysis/case.json that a case was ended in Temporal without a word of its own; does nothing for one that is open. */
  archiveEnded(input: {bundle: BundleRef; caseId: string}): Promise<void>;
  /** Asks the pool of the target for one of these envs; delivering it twice is harmless. */
  requestLease(input: {pool: string; request: LeaseRequest}): Promise<void>;
  /** Which of these runs are still open. */
  openHolders(holders: readonly Holder[]): Promise<Holder[]>;
}

/** Activities of a dsynth run's workflow. */
export interface RunActivities {
  /** What is on disk of a run, and the base of the console's addresses; null if no evidence root has it. */
  readRun(runId: string): Promise<(RunState & {readonly console?: string | undefined}) | null>;
  /** Writes summary.json and summary.md of a run, if an evidence root has it. */
  writeRunSummary(runId: string): Promise<void>;
  /** Which of these cases are open, whichever run of them it is. */
  openCases(caseIds: readonly string[]): Promise<string[]>;
}

/** The activity of the spool's watch. */
export interface SpoolActivities {
  /** Delivers the spools' reports for so many seconds. Returns how many it delivered. */
  deliverSpool(input: {seconds: number}): Promise<number>;
}

/** A case of an evaluation, and the failure that it is given. */
export interface EvalCaseStart {
  readonly name: string;
  readonly report: FailureReport;
  /** What it used, if it was over before this workflow began: the server has lost its database, the verdict is on disk. */
  readonly over?: {readonly tokens: number; readonly cost: number};
}

/** Activities of an evaluation's workflow. */
export interface EvalActivities {
  /** Cases of the corpus in its order, and how many it has. */
  listEvalCases(input: {from: number; count: number}): Promise<{total: number; cases: EvalCaseStart[]}>;
  /** Judges a case that is over and keeps the verdict; `failure`: why its workflow failed. Returns what it used, in billable tokens and money. */
  scoreEvalCase(input: {name: string; report: FailureReport; failure?: string}): Promise<{tokens: number; cost: number}>;
}

/** Activities that reach into a dev-env. */
export interface DevEnvActivities {
  /** Envs of a target, of those that DP_HARNESS_ENV lists, and those that do not answer; and why others are not used. */
  findDevEnvs(target: string): Promise<{envs: string[]; problem: string}>;
  /** Why an env cannot be leased now, in words for the operator, or null. */
  probeDevEnv(input: {env: string; target: string}): Promise<string | null>;
  /** Fixes by rule that fit the failure, in the order in which they are tried. `env` is where source is read, without a lease. */
  proposeFixes(input: {report: FailureReport; env: string; policy: Pick<EffectivePolicy, 'recipes'>}): Promise<ProposedFix[]>;
  /** The port whose Makefile this one builds from, if it is a slave port. */
  masterPort(input: {env: string; port: PortId}): Promise<string | null>;
  beginAttempt(input: {bundle: BundleRef; env: string; caseId: string; port: PortId; diff?: RecordId}): Promise<void>;
  captureDiff(input: {bundle: BundleRef; env: string; port: PortId}): Promise<RecordId>;
  proveRebuild(input: {
    bundle: BundleRef;
    env: string;
    caseId: string;
    port: PortId;
    diff: RecordId;
    /** Put into the names of the proof's files, beside the first. */
    label?: string;
    limits: BuildLimits;
  }): Promise<ProofResult>;
  restoreOverlay(input: {env: string; caseId: string; port: PortId}): Promise<void>;
}

/** A fix by rule: the diff is a record. */
export interface ProposedFix {
  readonly recipe: string;
  readonly diff: RecordId;
  readonly note: string;
  readonly review?: string;
}

/** A tool call; the activity's type is the tool's own name, or `refuseTool` for a name that is none. */
export type ToolActivities = {readonly [name in ToolName | 'refuseTool']: (input: ToolInput) => Promise<ToolActivityResult>};

/** Activities that run commands in a dev-env, beside the tools. */
export const DEV_ENV_ACTIVITIES = [
  'findDevEnvs',
  'probeDevEnv',
  'proposeFixes',
  'masterPort',
  'beginAttempt',
  'captureDiff',
  'proveRebuild',
  'restoreOverlay',
] as const satisfies readonly (keyof DevEnvActivities)[];
