import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  type SignalDefinition,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import {runDetails, summarise} from '../case/run/run-summary.ts';
import {newRun, RunTotals} from '../case/run/run-totals.ts';
import {type Offer, TriageQueues, type TriageRequester} from '../case/triage/triage-queues.ts';
import type {BuildRunResult, CarriedRun, CaseNews, TriageNews} from '../protocol/build-run.ts';
import {casesReported, notifyRunEnd, runReported, runStatus} from '../protocol/build-run.ts';
import {runEnded, triageOffered} from '../protocol/port-case.ts';
import {orWarn} from './failures.ts';
import {control, runs} from './proxies.ts';
import {WakeTimer} from './wake-timer.ts';

const HOUR = 3_600_000;

/** A run that was not signalled for so long is over, whatever else. */
const FORGET_AFTER = 30 * 24 * HOUR;

/** While cases wait for another's triage: how often to check whether that one is open, milliseconds. */
const CHECK_LEADERS_EVERY = 10_000;

/** After the run's end: how often to check for cases that ended without a signal. */
const COUNT_EVERY = 12 * HOUR;

/** Signals and checks after which it continues as new; each is a few events. */
const STEPS = 500;

/**
 * One dsynth run: its counts, its cases and what they use, and which of them asks the model about a failure that
 * several have in common. It is there for people and to save tokens: no case depends on it. Completes when the run has ended
 * and its cases are closed, or 30 days after the last signal. A later signal starts it again; it then reads from disk
 * what it was, so that nothing is counted twice or forgotten.
 */
export async function buildRun(runId: string, carried?: CarriedRun): Promise<BuildRunResult> {
  const run = new BuildRun(runId, carried);
  run.register();
  if (carried === undefined) await run.recall();
  for (;;) {
    await run.round();
    if (run.isDone) return run.result;
    if (run.steps > STEPS && !run.hasNews) await continueAsNew<typeof buildRun>(runId, run.carried);
  }
}

class BuildRun {
  readonly #runId: string;
  readonly #totals: RunTotals;
  readonly #lines: TriageQueues;
  /** Cases that are signalled at the end. */
  #askers: TriageRequester[];
  /** Offers of triage that are still to be made. */
  #offers: Offer[] = [];
  /** Signals and checks so far. */
  steps = 0;
  #signalledAt: number;
  #summarised: boolean;
  #console: string | undefined;
  #hasSignal = true;
  readonly #leaders = new WakeTimer('checks its cases', () => this.#wake(), true);
  readonly #count = new WakeTimer('checks its cases', () => this.#wake(), true);
  readonly #silence = new WakeTimer('ends, unless it is signalled', () => this.#wake());
  #signalledSince = false;
  #isForgotten = false;

  constructor(runId: string, carried: CarriedRun | undefined) {
    this.#runId = runId;
    this.#totals = new RunTotals(carried?.state ?? newRun(runId));
    this.#lines = new TriageQueues(carried?.lines);
    this.#askers = [...(carried?.askers ?? [])];
    this.#signalledAt = carried?.heardAt ?? Date.now();
    this.#summarised = carried?.summarised ?? false;
    this.#console = carried?.console;
  }

  get hasNews(): boolean {
    return this.#hasSignal;
  }

  get carried(): CarriedRun {
    return {
      state: this.#totals.state,
      lines: this.#lines.state,
      askers: this.#askers,
      heardAt: this.#signalledAt,
      summarised: this.#summarised,
      console: this.#console,
    };
  }

  /** Everything is signalled and written, and no signal has come since. */
  get isDone(): boolean {
    return this.#isFinished && this.#summarised && !this.#hasSignal;
  }

  get result(): BuildRunResult {
    const {runId, state, counts, cases, notListed, tokens, usage} = summarise(this.#totals.state);
    return {runId, state, counts, cases: cases.length + notListed, tokens, cost: usage.cost};
  }

  get #isFinished(): boolean {
    return this.#isForgotten || (this.#totals.isOver && this.#totals.openCases.length === 0);
  }

  register(): void {
    setHandler(runStatus, () => summarise(this.#totals.state));
    this.#on(runReported, (news) => this.#totals.report(news));
    this.#on(casesReported, (reported) => {
      for (const news of reported) this.#take(news);
    });
    this.#on(notifyRunEnd, ({caseId, caseRunId}) => this.#askers.push({caseId, caseRunId}));
  }

  async recall(): Promise<void> {
    const disk = await orWarn('The run could not be read from disk', runs.readRun('what is on disk', this.#runId));
    this.#console = disk?.console;
    if (disk) this.#totals.merge(disk);
  }

  /** Waits for a signal or a timer, and does what follows. */
  async round(): Promise<void> {
    await condition(() => this.#hasSignal);
    this.#hasSignal = false;
    if (this.#silence.answer()) this.#isForgotten = !this.#signalledSince;
    if (this.#lines.awaited.length > 0 && this.#leaders.answer()) await this.#replaceClosedLeaders();
    if (this.#hasLeftCases && this.#count.answer()) await this.#countCases();
    await this.#signalCases();
    if (this.#totals.isOver || this.#isFinished) await this.#summarise();
    setCurrentDetails(runDetails(summarise(this.#totals.state), this.#console));
    this.#arm();
  }

  #on<T>(message: SignalDefinition<[T]>, take: (input: T) => void): void {
    setHandler(message, (input) => {
      take(input);
      this.#signalledAt = Date.now();
      this.#signalledSince = true;
      this.steps += 1;
      this.#wake();
    });
  }

  #take({caseId, joined, changed, triage}: CaseNews): void {
    if (joined !== undefined) this.#totals.join(joined);
    if (changed !== undefined) this.#totals.change(changed);
    if (triage !== undefined) this.#offer(this.#offersAfter(caseId, triage));
    if (changed?.phase === 'closed') this.#offer(this.#lines.removeCase(caseId));
  }

  #offersAfter(caseId: string, news: TriageNews): Offer[] {
    if (news.kind === 'left') return this.#lines.removeCase(caseId);
    const {signature} = news;
    if (news.kind === 'done') return this.#lines.complete(caseId, signature, news.triage, news.text);
    const asker = {caseId, caseRunId: news.caseRunId};
    return news.kind === 'leads' ? this.#lines.lead(asker, signature) : this.#lines.request(asker, signature);
  }

  #wake(): void {
    this.#hasSignal = true;
  }

  #offer(offers: readonly Offer[]): void {
    this.#offers.push(...offers);
    this.#wake();
  }

  /** Sends offers, and the end of the run. A case that cannot be signalled is gone; the next in line leads then. */
  async #signalCases(): Promise<void> {
    while (this.#offers.length > 0) await Promise.all(this.#offers.splice(0).map((offer) => this.#makeOffer(offer)));
    if (!this.#totals.isOver) return;
    const signalled = this.#askers.splice(0).map((asker) => this.#signal(asker, runEnded, {runId: this.#runId}));
    await Promise.all(signalled);
  }

  async #makeOffer({to, answer}: Offer): Promise<void> {
    if (!(await this.#signal(to, triageOffered, answer))) this.#offer(this.#lines.removeCase(to.caseId));
  }

  async #signal<T>({caseId, caseRunId}: TriageRequester, message: SignalDefinition<[T]>, input: T): Promise<boolean> {
    return getExternalWorkflowHandle(caseId, caseRunId)
      .signal(message, input)
      .then(
        () => true,
        () => false,
      );
  }

  async #replaceClosedLeaders(): Promise<void> {
    this.steps += 1;
    const asked = this.#lines.awaited.map(({caseId, caseRunId}) => ({workflowId: caseId, runId: caseRunId}));
    const open = await orWarn('Who triages could not be checked', control.openHolders('who triages for others: open?', asked));
    if (open === undefined) return;
    for (const {workflowId, runId} of asked) {
      const isThere = open.some((one) => one.workflowId === workflowId && one.runId === runId);
      if (!isThere) this.#offer(this.#lines.removeCase(workflowId));
    }
  }

  async #countCases(): Promise<void> {
    const asked = this.#totals.openCases;
    const open = await orWarn('The cases could not be checked', runs.openCases(`of ${asked.length} cases`, asked));
    if (open === undefined) return;
    this.#totals.markClosed(asked.filter((one) => !open.includes(one)));
  }

  async #summarise(): Promise<void> {
    if (this.#summarised && !this.#isFinished) return;
    await orWarn('The summary was not written', runs.writeRunSummary('summary.md', this.#runId));
    this.#summarised = true;
  }

  /** Whether cases may still end without a signal. */
  get #hasLeftCases(): boolean {
    return this.#totals.isOver && this.#totals.openCases.length > 0;
  }

  /** Sets the timers that are needed. */
  #arm(): void {
    if (this.#lines.awaited.length > 0) this.#leaders.set(CHECK_LEADERS_EVERY);
    if (this.#hasLeftCases) this.#count.set(COUNT_EVERY);
    if (this.#silence.set(this.#signalledAt + FORGET_AFTER - Date.now())) this.#signalledSince = false;
  }
}
