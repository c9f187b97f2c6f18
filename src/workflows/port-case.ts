import {CancellationScope, condition, isCancellation, setHandler, TemporalFailure, workflowInfo} from '@temporalio/workflow';
import {retryTier} from '../case/operator/rules.ts';
import {DEFAULTS, decideTier, MANUAL, type Policy, repeatsOf, type TierDecision} from '../case/policy/policy.ts';
import {tooOften} from '../case/policy/repeats.ts';
import {operatorInstruction} from '../case/review/handoff.ts';
import {type CaseResult, nowUtc, resultOf} from '../case/status.ts';
import {toSummary} from '../case/text/summary.ts';
import type {Confidence, Outcome, PortId, RecordId} from '../case/types.ts';
import type {CaseFacts, PolicyInEffect} from '../protocol/activities.ts';
import {failureReported, status, timeline} from '../protocol/port-case.ts';
import {BulkRuns} from './bulk-run.ts';
import {CaseRecord} from './case-record.ts';
import {failureMessage} from './failed-activity.ts';
import {type Closing, OperatorHandlers, type Work} from './operator-handlers.ts';
import {control} from './proxies.ts';
import {proveHandPatch, repairCase, type Verdict, wait} from './repair-case.ts';
import {SharedTriage} from './shared-triage.ts';
import {triageCase} from './triage-case.ts';

const HOUR = 3_600_000;

/** Earlier cases that the state carries, for prompts and people. */
const EARLIER_KEPT = 3;

/**
 * One failing port. Started by the first `failureReported` (signal-with-start), joined by the next ones while it is
 * open. Ends with an outcome; before that, everything that automation cannot decide waits for an operator.
 */
export async function portCase(port: PortId): Promise<CaseResult> {
  const running = new PortCase(port);
  running.listen();
  try {
    return await running.run();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => running.close('discarded', 'it was cancelled in Temporal'));
    throw error;
  }
}

class PortCase {
  readonly #record: CaseRecord;
  readonly #desk: OperatorHandlers;
  readonly #siblings = new SharedTriage();
  readonly #bulkRuns = new BulkRuns();
  #inEffect: PolicyInEffect | undefined;
  #facts: CaseFacts = {signature: '', errorLine: '', closedAs: null, earlier: []};
  #lifted = false;
  #triageText: RecordId | undefined;

  constructor(port: PortId) {
    this.#record = new CaseRecord(port);
    this.#desk = new OperatorHandlers(this.#record, () => this.#policy);
  }

  get #policy(): Policy | undefined {
    return this.#inEffect?.policy;
  }

  listen(): void {
    setHandler(failureReported, (report) => this.#record.addReport(report));
    setHandler(status, () => this.#record.status);
    setHandler(timeline, () => this.#record.status.timeline);
    this.#desk.listen();
  }

  async run(): Promise<CaseResult> {
    const record = this.#record;
    await condition(() => record.reports.length > 0);
    this.#facts = await this.#collect();
    const {closedAs, errorLine, signature, earlier} = this.#facts;
    if (closedAs !== null) return resultOf(record.status, closedAs as Outcome);
    record.set({signature, earlier: earlier.slice(0, EARLIER_KEPT)});
    await record.joinRun(signature, errorLine);
    await record.transition('collect', `${record.report.bundleId} failed: ${errorLine}`);

    for (let work: Work = {kind: 'triage'}, first = true; ; first = false) {
      const next: Closing | Work = await this.#awaitOperator(await this.#automation(work, first));
      if ('outcome' in next) return this.#closeWhole(next.outcome, next.reason);
      work = next;
    }
  }

  /** What the newest bundle says. One that cannot be found leaves the case to the operator, with that reason, further on. */
  async #collect(): Promise<CaseFacts> {
    try {
      const report = this.#record.takeNewest();
      const facts = await control.collectEvidence(report.bundleId, report);
      this.#record.console = facts.console;
      return facts;
    } catch (error) {
      if (isCancellation(error)) throw error;
      return {signature: '', errorLine: failureMessage(error), closedAs: null, earlier: []};
    }
  }

  /** One stretch of automation. Whatever stops it, the case goes to the operator with the reason, and is not lost. */
  async #automation(work: Work, first: boolean): Promise<Verdict> {
    const done = await this.#desk
      .interruptible(() => this.#work(work, first))
      .catch((error: unknown) => {
        if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
        return wait('needs-help', `automation failed: ${failureMessage(error)}`);
      });
    if (done !== undefined) return done;
    const {closing, escalation} = this.#desk;
    if (closing !== undefined) return wait(closing.outcome, closing.reason);
    return wait('manual', `${escalation?.by} escalated it: ${escalation?.reason}`);
  }

  async #work(work: Work, first: boolean): Promise<Verdict> {
    const record = this.#record;
    try {
      this.#inEffect ??= await control.readPolicy('policy, prompts, playbooks', record.report);
    } catch (error) {
      if (isCancellation(error)) throw error;
      return wait('manual', failureMessage(error));
    }
    const {policy} = this.#inEffect;
    if (work.kind === 'hand-patch') {
      const {by, judged} = work.given;
      const kept = {bundle: record.report, text: work.given.diff};
      const diff = await control.persistText(toSummary(`the diff by ${by}`), kept);
      return proveHandPatch(record, this.#inEffect, {kind: 'hand', by, diff, judged});
    }
    if (work.kind === 'repair' && this.#triageText !== undefined) {
      const tier = retryTier(record.status, work.tier);
      record.set({tier});
      return repairCase(record, this.#inEffect, tier, this.#triageText, 1);
    }
    const {earlier} = this.#facts;
    const often = first
      ? tooOften(repeatsOf(policy), earlier, record.status.signature, workflowInfo().startTime.getTime())
      : undefined;
    if (often !== undefined) {
      record.set({tier: MANUAL});
      return wait('manual', `${often}; the policy's repeats leave it to a person`);
    }
    return this.#triageAndRepair(this.#inEffect);
  }

  /** Triage, decision, attempts and proof. */
  async #triageAndRepair(inEffect: PolicyInEffect): Promise<Verdict> {
    const record = this.#record;
    await record.transition('triage', 'the model reads the evidence');
    const triaged = await triageCase(record, inEffect, this.#siblings);
    if (!triaged.ok) return wait('triage-failed', triaged.reason);

    const {triage} = triaged;
    this.#triageText = triaged.text;
    const tier = this.#lift(decideTier(inEffect.policy, triage.classification, triage.confidence as Confidence));
    record.set({triage, tier: tier.tier});
    await record.transition('decide', `tier ${tier.tier}: ${tier.reason}`);
    if (tier.tier !== MANUAL) {
      await this.#bulkRuns.waitForQuiet(record, inEffect.policy);
      return repairCase(record, inEffect, tier.tier, triaged.text, record.status.context.length > 0 ? 1 : 0);
    }
    return wait(
      'manual',
      `the policy leaves ${triage.classification} with confidence ${triage.confidence} to a person (${tier.reason})`,
    );
  }

  /** Fresh context from an operator lifts MANUAL to ASSIST, once in a case. Source: contract, section 4.7. */
  #lift(decided: TierDecision): TierDecision {
    const by = this.#record.status.context.at(-1)?.by;
    const fits = by !== undefined && !this.#lifted && decided.tier === MANUAL && this.#policy?.tiers.ASSIST !== undefined;
    if (!fits) return decided;
    this.#lifted = true;
    return {tier: 'ASSIST', reason: `${decided.reason}; the context by ${by} lifts it to ASSIST, once`};
  }

  /**
   * Waits for what ends the case or lets it go on: an operator's word, another failure, a run that built the port, or the
   * end of the policy's patience. A proved fix waits here for its review.
   */
  async #awaitOperator(verdict: Verdict): Promise<Closing | Work> {
    const desk = this.#desk;
    const {pending, reason} = verdict;
    const waiting = this.#policy?.waiting;
    const review = pending === 'fixed';
    const hours = review ? (waiting?.review_hours ?? DEFAULTS.reviewHours) : (waiting?.close_hours ?? DEFAULTS.closeHours);
    if (desk.closing !== undefined) return desk.closing;
    if (hours === 0) return {outcome: pending, reason};
    desk.open();
    await this.#showWaiting(verdict);
    const since = Date.now();
    const until = since + hours * HOUR;
    const remindEvery = (waiting?.remind_hours ?? DEFAULTS.remindHours) * HOUR;
    for (let remindAt = since + remindEvery; ; ) {
      const called = (): boolean => desk.closing !== undefined || desk.resume !== undefined || this.#record.hasUnreadReport;
      const reminds = remindAt < until;
      const summary = reminds ? 'reminds, unless somebody comes' : `closes as ${pending}, unless somebody comes`;
      const woken = await condition(called, Math.max(1, Math.min(until, remindAt) - Date.now()), {summary});
      if (desk.closing !== undefined) return desk.closing;
      if (desk.resume !== undefined) return this.#resumed(desk.resume);
      if (woken) {
        if (await this.#failedInAnotherWay(review)) return this.#resumed({kind: 'triage'});
      } else if (reminds) {
        remindAt += remindEvery;
        await this.#remind();
      } else {
        return {outcome: pending, reason: `nobody came; ${reason}`};
      }
    }
  }

  async #showWaiting({pending, reason}: Verdict): Promise<void> {
    const record = this.#record;
    record.set({pendingOutcome: pending, reason, waitingSinceUtc: nowUtc(), currentAttempt: null});
    record.publish('awaiting-operator', pending === 'fixed' ? `${reason}; accept or reject it` : reason);
    await control.writeHandoff('manual_handoff.md', {bundle: record.report, status: record.archived});
    await record.archive();
  }

  async #remind(): Promise<void> {
    const {workflowId, waitingSinceUtc} = this.#record.status;
    const sinceUtc = waitingSinceUtc ?? nowUtc();
    this.#record.note(`still waits, since ${sinceUtc.slice(0, 16)}`);
    const told = {caseId: workflowId, sinceUtc, asked: operatorInstruction(this.#record.status)};
    await control.remindOperator(`waits since ${sinceUtc.slice(0, 16)}`, told);
  }

  #resumed(work: Work): Work {
    this.#desk.leave();
    this.#record.set({pendingOutcome: null, reason: '', waitingSinceUtc: null});
    return work;
  }

  /** Looks at a failure that joined. A proved fix stands, whatever fails in a tree that does not have it yet. */
  async #failedInAnotherWay(review: boolean): Promise<boolean> {
    const record = this.#record;
    const {signature, errorLine} = await this.#collect();
    const {signature: before} = record.status;
    await record.joinRun(signature, errorLine);
    const another = signature !== before;
    if (review) {
      record.note(another ? `it failed again, in another way: ${errorLine}. Reject the fix if that is its doing` : SAME_WAY);
      return false;
    }
    const anew = another && this.#desk.escalation === undefined;
    record.note(anew ? 'it failed again, in another way; triage starts anew with the same budget' : SAME_WAY);
    if (anew) record.set({signature});
    return anew;
  }

  /** Closes; bundles that come meanwhile are closed with it, and none is lost between the last look and the return. */
  async #closeWhole(outcome: Outcome, reason: string): Promise<CaseResult> {
    for (;;) {
      const seen = this.#record.reports.length;
      await this.close(outcome, reason);
      if (this.#record.reports.length === seen) return resultOf(this.#record.status, outcome);
    }
  }

  async close(outcome: Outcome, reason: string): Promise<void> {
    this.#record.set({outcome, reason, pendingOutcome: null, waitingSinceUtc: null, currentAttempt: null});
    await this.#record.transition('closed', `${outcome}: ${reason}`);
  }
}

const SAME_WAY = 'it failed again, in the same way';
