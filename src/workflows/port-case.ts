import {CancellationScope, condition, isCancellation, setHandler, workflowInfo} from '@temporalio/workflow';
import {retryTier} from '../case/operator/limits.ts';
import {isUndelivered} from '../case/operator/state-rules.ts';
import {DEFAULTS, decideTier, MANUAL, manualReason, type TierDecision} from '../case/policy/policy.ts';
import {repeatedFailure} from '../case/policy/repeats.ts';
import {stateLabel, stateOf} from '../case/review/case-state.ts';
import {operatorInstruction} from '../case/review/handoff.ts';
import {type CaseResult, type CaseStatus, caseResult, nowUtc} from '../case/status.ts';
import {toSummary} from '../case/text/summary.ts';
import type {Confidence, FailureReport, Outcome, PortId, RecordId} from '../case/types.ts';
import type {CaseFacts, OpenedCase, PolicyInEffect, TriageStart} from '../protocol/activities.ts';
import {failureReported, status, timeline} from '../protocol/port-case.ts';
import {BulkRuns} from './bulk-run.ts';
import {type CaseContext, fixed, type Verdict, wait} from './case-context.ts';
import {CaseRecord} from './case-record.ts';
import {deliver, endDelivery} from './delivery.ts';
import {EvidenceReader} from './evidence-reader.ts';
import {failureMessage, orWarn, rethrowUnlessFailed} from './failures.ts';
import {MasterHold} from './master-hold.ts';
import {type Closing, OperatorHandlers, type Work} from './operator-handlers.ts';
import {control} from './proxies.ts';
import {Questions} from './questions.ts';
import {proveHandPatch, repairCase} from './repair-case.ts';
import {SharedTriage} from './shared-triage.ts';
import {triageCase, triageRequest} from './triage-case.ts';

const HOUR = 3_600_000;

/** Earlier cases that the state carries, for prompts and operators. */
const EARLIER_LIMIT = 3;

/**
 * One failing port. Started by the first `failureReported` (signal-with-start), joined by the next ones while it is
 * open. Ends with an outcome; before that, everything that automation cannot decide waits for an operator.
 */
export async function portCase(port: PortId): Promise<CaseResult> {
  const running = new PortCase(port);
  running.register();
  try {
    return await running.run();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => running.close('discarded', 'it was cancelled in Temporal'));
    throw error;
  }
}

/** What a stretch of automation came to: a verdict, or the outcome of the closed case that the bundle belongs to. */
type AutomationEnd = Verdict | {readonly closedBefore: Outcome};

class PortCase {
  readonly #record: CaseRecord;
  readonly #handlers: OperatorHandlers;
  readonly #evidence: EvidenceReader;
  readonly #questions: Questions;
  readonly #masterHold = new MasterHold(workflowInfo().workflowId);
  readonly #siblings = new SharedTriage();
  readonly #bulkRuns = new BulkRuns();
  #policy: PolicyInEffect | undefined;
  #facts: CaseFacts | undefined;
  /** Why the policy could not be used when the case was opened. */
  #problem: string | undefined;
  /** What the case's first triage begins with. */
  #prepared: {readonly start: TriageStart | undefined; readonly contexts: number} | undefined;
  #lifted = false;
  #triageText: RecordId | undefined;

  constructor(port: PortId) {
    this.#record = new CaseRecord(port);
    this.#handlers = new OperatorHandlers(this.#record, () => this.#policy?.policy);
    this.#evidence = new EvidenceReader(this.#record);
    this.#questions = new Questions(
      this.#record,
      () => this.#policy,
      () => this.#handlers.next() !== undefined,
    );
  }

  /** Registers every handler of a case: its failures, its queries, operators and attempts, its run, its siblings. */
  register(): void {
    setHandler(failureReported, (report) => this.#record.addReport(report));
    setHandler(status, () => this.#record.status);
    setHandler(timeline, () => this.#record.status.timeline);
    this.#handlers.register();
    this.#questions.register();
    this.#bulkRuns.register();
    this.#siblings.register();
    void this.#record.publishChanges();
  }

  async run(): Promise<CaseResult> {
    await condition(() => this.#record.hasReports);
    for (let work: Work = {kind: 'triage'}, first = true; ; first = false) {
      const ended = await this.#automation(work, first);
      if ('closedBefore' in ended) return caseResult(this.#record.status, ended.closedBefore);
      const next = await this.#awaitOperator(ended);
      if (next.kind === 'close') return this.#closeFully(next);
      work = next;
    }
  }

  /** One stretch of automation. Whatever stops it, the case goes to the operator with the reason, and is not lost. */
  async #automation(work: Work, first: boolean): Promise<AutomationEnd> {
    try {
      const ended = await this.#handlers.interruptible(() => this.#work(work, first));
      return ended ?? this.#interrupted();
    } catch (error) {
      rethrowUnlessFailed(error);
      return wait('needs-help', 'automation-failed', `automation failed: ${failureMessage(error)}`);
    }
  }

  #interrupted(): Verdict {
    const escalation = this.#handlers.takeEscalation();
    if (this.#record.status.delivery?.state === 'running') {
      endDelivery(this.#record, {state: 'failed', reason: `${escalation?.by ?? 'an operator'} stopped it`});
      return undelivered(this.#record.status);
    }
    return wait('manual', 'stopped', escalation === undefined ? '' : `${escalation.by} escalated it: ${escalation.reason}`);
  }

  async #work(work: Work, first: boolean): Promise<AutomationEnd> {
    const record = this.#record;
    if (this.#facts === undefined) {
      const closedBefore = await this.#open(work.kind !== 'hand-patch');
      if (closedBefore !== undefined) return {closedBefore};
    }
    if (this.#problem !== undefined) return wait('manual', 'policy-unusable', this.#takeProblem());
    try {
      this.#policy ??= await control.readPolicy('policy, prompts, playbooks', record.report);
    } catch (error) {
      rethrowUnlessFailed(error);
      return wait('manual', 'policy-unusable', failureMessage(error));
    }
    const context: CaseContext = {record, masterHold: this.#masterHold, ...this.#policy};
    if (work.kind === 'deliver') return this.#deliver(context);
    if (work.kind === 'hand-patch') return this.#proveHandPatch(context, work);
    if (work.kind === 'repair' && this.#triageText !== undefined) {
      const tier = retryTier(record.status, work.tier);
      record.set({tier});
      return repairCase(context, tier, this.#triageText, 1);
    }
    const often = first ? this.#tooOften(context) : undefined;
    if (often === undefined) return this.#triageAndRepair(context);
    record.set({tier: MANUAL});
    return wait('manual', 'repeats', `${often}; the policy's repeats leave it to an operator`);
  }

  /**
   * Reads the newest bundle that belongs to no closed case, and all else that triage begins with. Returns how the last one's case closed if
   * there is no other.
   */
  async #open(wantsTriage: boolean): Promise<Outcome | undefined> {
    const record = this.#record;
    for (;;) {
      const contexts = record.status.context.length;
      const {report, found} = await this.#readNewest(wantsTriage);
      const {facts} = found;
      if (facts.closedAs !== null) {
        record.discard(report);
        // Nothing is awaited between this check and the return: a report that joined before is not lost.
        if (!record.hasReports) return facts.closedAs as Outcome;
        continue;
      }
      record.use(report);
      record.console = facts.console;
      this.#facts = facts;
      this.#policy = found.policy;
      this.#problem = found.problem;
      this.#prepared = {start: found.triage, contexts};
      record.set({signature: facts.signature, earlier: facts.earlier.slice(0, EARLIER_LIMIT)});
      record.publish('collect', `${report.bundleId} failed: ${facts.errorLine}`);
      if (found.unwritten !== undefined) record.note(`analysis/case.json was not written: ${found.unwritten}`);
      return undefined;
    }
  }

  async #readNewest(wantsTriage: boolean): Promise<{report: FailureReport; found: OpenedCase}> {
    const record = this.#record;
    const startedAt = workflowInfo().startTime.getTime();
    try {
      return await this.#evidence.readNewest((proxy, summary, report) => {
        const triage = wantsTriage ? {triage: triageRequest(record, record.status.context.length > 0 ? 'alone' : 'first')} : {};
        return proxy.openCase(summary, {report, status: record.archived, startedAt, ...triage});
      });
    } catch (error) {
      // The run may expect this case to ask the model.
      record.reportTriage({kind: 'left'});
      // Otherwise the wait for an operator would read it in the background, as a failure that joined, and start again.
      if (!isCancellation(error) && record.unread !== undefined) record.use(record.unread);
      throw error;
    }
  }

  /** Returns what the first triage begins with, unless an operator has added context since it was prepared. */
  #takePrepared(): TriageStart | undefined {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    if (prepared?.start === undefined) return undefined;
    if (prepared.contexts === this.#record.status.context.length) return prepared.start;
    this.#record.reportTriage({kind: 'left'});
    return undefined;
  }

  /** Returns why the policy cannot be used, once: it is read again when an operator lets the case go on. */
  #takeProblem(): string {
    const problem = this.#problem ?? '';
    this.#problem = undefined;
    return problem;
  }

  #tooOften({policy, record}: CaseContext): string | undefined {
    return repeatedFailure(
      policy.repeats,
      this.#facts?.earlier ?? [],
      record.status.signature,
      workflowInfo().startTime.getTime(),
    );
  }

  async #proveHandPatch(context: CaseContext, {given}: Extract<Work, {kind: 'hand-patch'}>): Promise<Verdict> {
    const {by, judged} = given;
    const text = {bundle: context.record.report, text: given.diff};
    const diff = await control.persistText(toSummary(`the diff by ${by}`), text);
    return proveHandPatch(context, {kind: 'hand', by, diff, judged});
  }

  /** Delivers the accepted fix. The case then closes; without a delivery it waits. */
  async #deliver({record, policy}: CaseContext): Promise<Verdict> {
    const isDelivered = policy.deliver === undefined || (await deliver(record, policy.deliver));
    if (!isDelivered) return undelivered(record.status);
    const verdict = fixed(`${record.status.accepted?.by} accepted the fix`);
    this.#handlers.close(verdict.pending, verdict.reason);
    return verdict;
  }

  /** Triage, decision, attempts and proof. */
  async #triageAndRepair(context: CaseContext): Promise<Verdict> {
    const {record, policy} = context;
    record.publish('triage', 'the evidence is classified');
    const triaged = await triageCase(context, this.#siblings, this.#takePrepared());
    if (!triaged.ok) return wait('triage-failed', triaged.waitReason, triaged.reason);

    const {triage} = triaged;
    this.#triageText = triaged.text;
    const tier = this.#lift(context, decideTier(policy, triage.classification, triage.confidence as Confidence));
    record.set({triage, tier: tier.tier});
    record.publish('decide', `tier ${tier.tier}: ${tier.reason}`);
    if (tier.tier !== MANUAL) {
      await record.archive();
      await this.#bulkRuns.waitForQuiet(context);
      return repairCase(context, tier.tier, triaged.text, record.status.context.length > 0 ? 1 : 0);
    }
    return wait(
      'manual',
      manualReason(policy, triage.classification),
      `the policy leaves ${triage.classification} with confidence ${triage.confidence} to an operator (${tier.reason})`,
    );
  }

  /** Fresh context from an operator lifts MANUAL to ASSIST, once in a case. Source: contract, section 4.7. */
  #lift({policy, record}: CaseContext, decided: TierDecision): TierDecision {
    const by = record.status.context.at(-1)?.by;
    const fits = by !== undefined && !this.#lifted && decided.tier === MANUAL && policy.tiers.ASSIST !== undefined;
    if (!fits) return decided;
    this.#lifted = true;
    return {tier: 'ASSIST', reason: `${decided.reason}; the context by ${by} lifts it to ASSIST, once`};
  }

  /**
   * Waits for what ends the case or lets it continue: an operator's decision, another failure, a run that built the port, or the
   * end of the policy's patience. A proved fix waits here for its review.
   */
  async #awaitOperator(verdict: Verdict): Promise<Closing | Work> {
    const {pending, reason} = verdict;
    const handlers = this.#handlers;
    const waiting = this.#policy?.policy.waiting ?? DEFAULTS.waiting;
    const review = pending === 'fixed';
    const hours = review ? waiting.review_hours : waiting.close_hours;
    const decided = handlers.next();
    if (decided?.kind === 'close') return decided;
    if (hours === 0 || pending === 'recovered') return handlers.close(pending, reason);
    await this.#showWaiting(verdict);
    const since = Date.now();
    const until = since + hours * HOUR;
    for (let remindAt = since + waiting.remind_hours * HOUR; ; ) {
      this.#evidence.start();
      const reminds = remindAt < until;
      const atEnd = reminds ? 'reminds' : `closes as ${pending}`;
      const summary = toSummary(`${stateLabel(stateOf(this.#record.status))} (${atEnd}, unless somebody answers)`);
      const woken = await condition(
        () => handlers.next() !== undefined || this.#evidence.hasResult || this.#evidence.canStart,
        Math.max(1, Math.min(until, remindAt) - Date.now()),
        {summary},
      );
      const next = handlers.next();
      if (next?.kind === 'close') return next;
      if (next?.kind === 'escalate') return this.#awaitOperator(this.#interrupted());
      if (next !== undefined) return this.#resume(next);
      if (woken) {
        const restarts = await this.#judgeJoined(review);
        // An operator's decision that came meanwhile goes first.
        if (restarts && handlers.next() === undefined) return this.#resume({kind: 'triage'});
      } else if (reminds) {
        remindAt += waiting.remind_hours * HOUR;
        await this.#remind();
      } else {
        return handlers.close(pending, `nobody answered; ${reason}`);
      }
    }
  }

  async #showWaiting({pending, reason, waitReason}: Verdict): Promise<void> {
    const record = this.#record;
    record.set({pendingOutcome: pending, reason, waitReason, waitingSinceUtc: nowUtc(), currentAttempt: null});
    record.publish('awaiting-operator', pending === 'fixed' ? `${reason}; ${fixQuestion(record.status)}` : reason);
    await record.archive(record.status.bundle ?? record.status.bundles.at(-1));
  }

  async #remind(): Promise<void> {
    const {workflowId, waitingSinceUtc} = this.#record.status;
    const sinceUtc = waitingSinceUtc ?? nowUtc();
    this.#record.note(`still waits, since ${sinceUtc.slice(0, 16)}`);
    const waits = {caseId: workflowId, sinceUtc, asked: operatorInstruction(this.#record.status)};
    await orWarn('The reminder failed', control.remindOperator(`waits since ${sinceUtc.slice(0, 16)}`, waits));
  }

  /** Leaves the wait. */
  #resume(work: Work): Work {
    this.#handlers.begin();
    this.#evidence.stop();
    this.#questions.stop('the case goes on; ask again when it waits');
    this.#record.set({pendingOutcome: null, reason: '', waitReason: undefined, waitingSinceUtc: null});
    return work;
  }

  /** Judges a failure that joined. Returns whether triage starts again. A proved fix stands, whatever fails in a tree without it. */
  async #judgeJoined(review: boolean): Promise<boolean> {
    const record = this.#record;
    const read = this.#evidence.take();
    if (read === undefined) return false;
    const {report, facts} = read;
    if (facts === undefined) record.markRead(report);
    else if (facts.closedAs !== null) record.discard(report);
    if (facts === undefined || facts.closedAs !== null) return false;
    record.use(report);
    const another = facts.signature !== record.status.signature;
    await record.joinRun(facts.signature, facts.errorLine);
    if (review) {
      record.note(
        another ? `it failed again, in another way: ${facts.errorLine}. Reject the fix if that is its doing` : SAME_WAY,
      );
      return false;
    }
    const restarts = another && !this.#handlers.isEscalated;
    record.note(restarts ? 'it failed again, in another way; triage starts again with the same budget' : SAME_WAY);
    if (restarts) record.set({signature: facts.signature});
    return restarts;
  }

  /** Closes; bundles that join meanwhile are closed with it, and none is lost between the last check and the return. */
  async #closeFully({outcome, reason}: Closing): Promise<CaseResult> {
    this.#evidence.stop();
    for (;;) {
      const archived = this.#record.reportCount;
      await this.close(outcome, reason);
      if (this.#record.reportCount === archived) return caseResult(this.#record.status, outcome);
    }
  }

  async close(outcome: Outcome, reason: string): Promise<void> {
    if (this.#record.status.delivery?.state === 'running')
      endDelivery(this.#record, {state: 'failed', reason: 'the case was closed meanwhile'});
    this.#questions.stop('the case was closed before');
    this.#record.set({outcome, reason, pendingOutcome: null, waitingSinceUtc: null, currentAttempt: null});
    await this.#record.transition('closed', `${outcome}: ${reason}`);
  }
}

/** Returns the verdict of an accepted fix that could not be delivered. */
function undelivered({delivery}: CaseStatus): Verdict {
  return {...fixed(`the fix is accepted, and its delivery failed: ${delivery?.reason}`), waitReason: 'undelivered'};
}

function fixQuestion(status: CaseStatus): string {
  return isUndelivered(status) ? 'deliver it again, or close the case without' : 'accept or reject it';
}

const SAME_WAY = 'it failed again, in the same way';
