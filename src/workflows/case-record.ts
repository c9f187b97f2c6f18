import {
  CancellationScope,
  condition,
  isCancellation,
  setCurrentDetails,
  upsertMemo,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {loginOf} from '../case/login.ts';
import {withoutAnswers} from '../case/question.ts';
import {caseDetails} from '../case/review/case-details.ts';
import {stateLabel, stateOf} from '../case/review/case-state.ts';
import {type CaseStatus, newStatus, nowUtc, withoutTexts} from '../case/status.ts';
import {toSummary} from '../case/text/summary.ts';
import {
  addUsage,
  type BundleRef,
  billable,
  type FailureReport,
  type Outcome,
  type Phase,
  type PortId,
  type Usage,
} from '../case/types.ts';
import type {RunNews, TriageFiles} from '../protocol/activities.ts';
import type {TriageNews} from '../protocol/build-run.ts';
import type {CaseMemo} from '../protocol/port-case.ts';
import {
  BuildRun,
  PortClassification,
  PortOrigin,
  PortOutcome,
  PortPhase,
  PortTarget,
  PortTier,
} from '../protocol/search-attributes.ts';
import {failureMessage, orWarn, rethrowUnlessFailed} from './failures.ts';
import {artifacts, control} from './proxies.ts';

/** What search attributes show of a state. */
interface Attributes {
  readonly phase: Phase;
  readonly tier: string | null;
  readonly classification: string | null;
  readonly outcome: Outcome | null;
  readonly run: string | undefined;
}

const KEYS = ['phase', 'tier', 'classification', 'outcome', 'run'] as const satisfies readonly (keyof Attributes)[];

/** Who acts: the input of an operator's message, whose login nobody has checked. */
export interface Actor {
  readonly by: string;
  readonly login?: unknown;
}

/** The state of a case and the places where it shows: query, search attributes, details, analysis/case.json. */
export class CaseRecord {
  status: CaseStatus;
  /** Base of the console's addresses, once it is known. */
  console: string | undefined;
  readonly #reports: FailureReport[] = [];
  readonly #unread: FailureReport[] = [];
  #report: FailureReport | undefined;
  /** What the search attributes show: those of the start, from `reportFailure`. */
  #shown: Attributes = {phase: 'collect', tier: null, classification: null, outcome: null, run: undefined};
  /** What the next `archive` writes too, and sends to the run. */
  #added: {readonly triage?: TriageFiles; readonly news?: TriageNews} = {};

  constructor(port: PortId) {
    const {workflowId, runId} = workflowInfo();
    this.status = newStatus(workflowId, runId, port);
  }

  /** Adds a bundle to the case. A bundle that the case has already changes nothing. */
  addReport(report: FailureReport): void {
    if (this.#reports.some((known) => isSame(known, report))) return;
    this.#reports.push(report);
    this.#unread.push(report);
    this.#setBundles();
    const {phase} = this.status;
    if (phase === 'patch' || phase === 'prove')
      this.note(`it failed again meanwhile (${report.bundleId}); that is judged after this attempt`);
  }

  /** The report that is being worked on; its bundle takes the artifacts. A report that joins does not change it. */
  get report(): FailureReport {
    if (this.#report === undefined) throw new Error('A case has no bundle before its first failureReported.');
    return this.#report;
  }

  /** Whether the case has a bundle at all: one that a report was delivered for again belongs to an earlier case. */
  get hasReports(): boolean {
    return this.#reports.length > 0;
  }

  /** The newest report whose bundle has not been read. */
  get unread(): FailureReport | undefined {
    return this.#unread.at(-1);
  }

  get newest(): FailureReport | undefined {
    return this.#reports.at(-1);
  }

  get reportCount(): number {
    return this.#reports.length;
  }

  /** Works on `report` from now on. What joined before it counts as read. */
  use(report: FailureReport): void {
    this.#report = report;
    this.#unread.splice(0, this.#unread.findIndex((one) => isSame(one, report)) + 1);
    const {bundleId, runId} = report;
    this.set({bundle: {bundleId, runId}});
  }

  /** Counts a report as read that has no bearing on the case; its bundle stays with it. */
  markRead(report: FailureReport): void {
    const at = this.#unread.findIndex((one) => isSame(one, report));
    if (at >= 0) this.#unread.splice(at, 1);
  }

  /** Removes a report from the case: its bundle belongs to a case that is closed. */
  discard(report: FailureReport): void {
    for (const list of [this.#reports, this.#unread]) {
      const at = list.findIndex((one) => isSame(one, report));
      if (at >= 0) list.splice(at, 1);
    }
    this.#setBundles();
  }

  /** The state as activities are given it; they read diffs and answers from their records. */
  get archived(): CaseStatus {
    const {questions} = this.status;
    return {...this.archivedWithAnswers, ...(questions === undefined ? {} : {questions: withoutAnswers(questions)})};
  }

  /** The same with the answers to questions, for the next question. */
  get archivedWithAnswers(): CaseStatus {
    return {...this.status, attempts: withoutTexts(this.status.attempts)};
  }

  set(change: Partial<CaseStatus>): void {
    this.status = {...this.status, ...change, seq: this.status.seq + 1};
  }

  /**
   * Publishes the sequence number of the status as the memo `seq`, so that a listing of workflows shows that a case has changed, and what the
   * search attributes show of it. The condition is checked at the end of a workflow task: all changes of a task make one command each. Runs
   * until the workflow ends.
   */
  async publishChanges(): Promise<void> {
    let published = 0;
    await CancellationScope.nonCancellable(async () => {
      for (;;) {
        await condition(() => this.status.seq > published);
        published = this.status.seq;
        upsertMemo({seq: published} satisfies CaseMemo);
        this.#publishAttributes();
      }
    });
  }

  /** The outcome that shows is, while the case waits, the outcome that it will have if nobody answers; it is cleared when it continues. */
  #publishAttributes(): void {
    const {port, phase, tier, triage, outcome, pendingOutcome} = this.status;
    const shown: Attributes = {
      phase,
      tier,
      classification: triage?.classification ?? null,
      outcome: outcome ?? (phase === 'awaiting-operator' ? pendingOutcome : null),
      run: this.#report?.runId,
    };
    const before = this.#shown;
    if (KEYS.every((key) => shown[key] === before[key])) return;
    this.#shown = shown;
    upsertSearchAttributes([
      {key: PortOrigin, value: port.origin},
      {key: PortTarget, value: port.target},
      {key: PortPhase, value: phase},
      ...(shown.run === undefined ? [] : [{key: BuildRun, value: shown.run}]),
      ...(tier === null ? [] : [{key: PortTier, value: tier}]),
      ...(shown.classification === null ? [] : [{key: PortClassification, value: shown.classification}]),
      ...(shown.outcome === null && before.outcome === null ? [] : [{key: PortOutcome, value: shown.outcome}]),
    ]);
  }

  addUsage(usage: Usage): void {
    const sum = addUsage(this.status.usage, usage);
    this.set({usage: sum, budget: {...this.status.budget, tokensUsed: billable(sum)}});
  }

  /** Adds a line to the timeline. */
  note(text: string): void {
    this.set({timeline: [...this.status.timeline, {atUtc: nowUtc(), phase: this.status.phase, text}]});
    setCurrentDetails(caseDetails(this.status, this.console));
  }

  /** Records what an operator did, with how the client that sent it identified them. */
  noteOperator({by, login: given}: Actor, did: string): void {
    const login = loginOf(given);
    const entry = {atUtc: nowUtc(), by, ...(login !== undefined && {login}), did};
    this.set({operatorLog: [...this.status.operatorLog, entry]});
    this.note(`${by} ${did}`);
  }

  /** Enters a phase and shows it everywhere but on disk. */
  publish(phase: Phase, text: string): void {
    this.set({phase});
    this.note(text);
  }

  /** Enters a phase, and archives the state in the bundle. */
  async transition(phase: Phase, text: string): Promise<void> {
    this.publish(phase, text);
    await this.archive();
  }

  /** Adds the case to the run of a failure that joined. Cases of one run show together. */
  async joinRun(signature: string, errorLine: string): Promise<void> {
    const {port, workflowId: caseId} = this.status;
    const {bundleId, runId} = this.report;
    const joined = {caseId, runId, bundleId, origin: port.origin, signature, errorLine};
    await orWarn(`The run ${runId} does not show ${caseId}`, control.notifyRun(`of ${runId}`, {runId, news: {caseId, joined}}));
  }

  /** Adds a triage whose files the next `archive` writes. */
  addTriage(files: TriageFiles): void {
    this.#added = {...this.#added, triage: files};
  }

  /** Adds news of the triage that the next `archive` sends to the run. */
  reportTriage(news: TriageNews): void {
    this.#added = {...this.#added, news};
  }

  /**
   * Writes analysis/case.json, what was added since the last time, and the hand-off note of `handoff`, and updates the run's totals. The case
   * continues, and closes, also if its archive cannot be written.
   */
  async archive(handoff?: BundleRef): Promise<void> {
    const {phase, outcome, pendingOutcome, reason} = this.status;
    // The summary shows in the list of events, which can be read without a worker.
    const ends = outcome ?? pendingOutcome;
    const summary = toSummary(ends === null ? phase : `${stateLabel(stateOf(this.status))}. ${reason}`);
    const added = this.#added;
    this.#added = {};
    const {triage} = added;
    const run = this.#runNews(added.news);
    try {
      await artifacts.recordCase(summary, {
        status: this.archived,
        ...(triage === undefined ? {} : {triage}),
        ...(handoff === undefined ? {} : {handoff}),
        ...(run === undefined ? {} : {run}),
      });
    } catch (error) {
      // An operator interrupted it, perhaps before it was written.
      if (isCancellation(error)) this.#added = {...added, ...this.#added};
      rethrowUnlessFailed(error);
      this.note(`not all was written. ${failureMessage(error)}`);
    }
  }

  #runNews(triage: TriageNews | undefined): RunNews | undefined {
    const runId = (this.#report ?? this.newest)?.runId;
    if (runId === undefined) return undefined;
    const {workflowId: caseId, phase, outcome, pendingOutcome, waitReason, triage: decided, usage} = this.status;
    const pending = phase === 'awaiting-operator' && pendingOutcome !== null ? {pendingOutcome, waitReason} : {};
    const changed = {caseId, phase, outcome, classification: decided?.classification ?? null, usage, ...pending};
    return {runId, news: {caseId, changed, ...(triage === undefined ? {} : {triage})}};
  }

  /** Runs an activity that writes `file`. If it fails for good, the timeline shows that, and the case continues. */
  async writeArtifact(file: string, write: () => Promise<void>): Promise<void> {
    try {
      await write();
    } catch (error) {
      rethrowUnlessFailed(error);
      this.note(`${file} was not written: ${failureMessage(error)}`);
    }
  }

  #setBundles(): void {
    this.set({bundles: this.#reports.map(({bundleId, runId}) => ({bundleId, runId}))});
  }
}

function isSame(a: FailureReport, b: FailureReport): boolean {
  return a.bundleId === b.bundleId && a.runId === b.runId;
}
