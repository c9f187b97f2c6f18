import {setCurrentDetails, upsertSearchAttributes, workflowInfo} from '@temporalio/workflow';
import {caseDetails} from '../case/review/case-details.ts';
import {type CaseStatus, newStatus, nowUtc, withoutTexts} from '../case/status.ts';
import {toSummary} from '../case/text/summary.ts';
import {addUsage, billable, type FailureReport, type Outcome, type Phase, type PortId, type Usage} from '../case/types.ts';
import {caseChanged} from '../protocol/build-run.ts';
import {
  BuildRun,
  PortClassification,
  PortOrigin,
  PortOutcome,
  PortPhase,
  PortTarget,
  PortTier,
} from '../protocol/search-attributes.ts';
import {control} from './proxies.ts';
import {toRun} from './run-link.ts';

/** The state of a case and the places where it shows: query, search attributes, details, analysis/case.json. */
export class CaseRecord {
  status: CaseStatus;
  readonly reports: FailureReport[] = [];
  /** Base of the console's addresses, once it is known. */
  console: string | undefined;
  #report: FailureReport | undefined;
  #taken = 0;
  /** Whether the list shows with which outcome the case ends. */
  #showsOutcome = false;

  constructor(port: PortId) {
    const {workflowId, runId} = workflowInfo();
    this.status = newStatus(workflowId, runId, port);
  }

  /** Joins a bundle to the case. One that is known already changes nothing. */
  addReport(report: FailureReport): void {
    if (this.reports.some((known) => known.bundleId === report.bundleId && known.runId === report.runId)) return;
    this.reports.push(report);
    this.set({bundles: this.reports.map(({bundleId, runId}) => ({bundleId, runId}))});
    const {phase} = this.status;
    if (phase === 'patch' || phase === 'prove')
      this.note(`it failed again meanwhile (${report.bundleId}); that is judged after this attempt`);
  }

  /** The report that is being worked on; its bundle takes the artifacts. One that joins meanwhile does not change it. */
  get report(): FailureReport {
    return this.#report ?? this.takeNewest();
  }

  /** Whether a report has come since the last `takeNewest`. */
  get hasUnreadReport(): boolean {
    return this.reports.length > this.#taken;
  }

  /** Turns to the newest report. */
  takeNewest(): FailureReport {
    this.#taken = this.reports.length;
    this.#report = this.reports.at(-1);
    if (this.#report === undefined) throw new Error('A case has no bundle before its first failureReported.');
    const {bundleId, runId} = this.#report;
    this.set({bundle: {bundleId, runId}});
    return this.#report;
  }

  /** The state as activities are given it; they read the diffs from their records. */
  get archived(): CaseStatus {
    return {...this.status, attempts: withoutTexts(this.status.attempts)};
  }

  set(change: Partial<CaseStatus>): void {
    this.status = {...this.status, ...change};
  }

  used(usage: Usage): void {
    const sum = addUsage(this.status.usage, usage);
    this.set({usage: sum, budget: {...this.status.budget, tokensUsed: billable(sum)}});
  }

  note(text: string): void {
    this.set({timeline: [...this.status.timeline, {atUtc: nowUtc(), phase: this.status.phase, text}]});
    setCurrentDetails(caseDetails(this.status, this.console));
  }

  noteOperator(by: string, did: string): void {
    this.set({operatorLog: [...this.status.operatorLog, {atUtc: nowUtc(), by, did}]});
    this.note(`${by} ${did}`);
  }

  /** Goes to a phase and shows it everywhere but on disk. */
  publish(phase: Phase, text: string): void {
    this.set({phase});
    this.note(text);
    const {port, tier, triage} = this.status;
    upsertSearchAttributes([
      {key: PortOrigin, value: port.origin},
      {key: PortTarget, value: port.target},
      {key: PortPhase, value: phase},
      {key: BuildRun, value: this.report.runId},
      ...(tier === null ? [] : [{key: PortTier, value: tier}]),
      ...(triage === null ? [] : [{key: PortClassification, value: triage.classification}]),
      ...this.#outcomeShown(),
    ]);
  }

  /** The outcome, or while the case waits the one that it will have if nobody comes; taken back when it goes on. */
  #outcomeShown(): {key: typeof PortOutcome; value: Outcome | null}[] {
    const {phase, outcome, pendingOutcome} = this.status;
    const value = outcome ?? (phase === 'awaiting-operator' ? pendingOutcome : null);
    const changes = value !== null || this.#showsOutcome;
    this.#showsOutcome = value !== null;
    return changes ? [{key: PortOutcome, value}] : [];
  }

  /** Goes to a phase, and keeps the state in the bundle. */
  async transition(phase: Phase, text: string): Promise<void> {
    this.publish(phase, text);
    await this.archive();
  }

  /** Tells the run of the failure that is worked on. Cases of one run show together, and may share a triage. */
  async joinRun(signature: string, errorLine: string): Promise<void> {
    const {port, workflowId} = this.status;
    const {bundleId, runId} = this.report;
    await control.joinRun(`of ${runId}`, {caseId: workflowId, runId, bundleId, origin: port.origin, signature, errorLine});
  }

  async archive(): Promise<void> {
    const {workflowId: caseId, phase, outcome, pendingOutcome, reason, triage, usage} = this.status;
    const ends = outcome ?? pendingOutcome;
    // Told there too, since the list of events can be read without a worker.
    const summary = toSummary(`${phase}${ends === null ? '' : `, ${ends}: ${reason}`}`);
    await control.recordCase(summary, this.archived);
    await toRun(this.report.runId, caseChanged, {caseId, phase, outcome, classification: triage?.classification ?? null, usage});
  }
}
