import {ApplicationFailure, CancellationScope, condition, isCancellation, setHandler} from '@temporalio/workflow';
import type {CaseFacts, PolicyInEffect} from '../activities/api.ts';
import {DEFAULTS, decideTier, MANUAL} from '../case/policy.ts';
import {type CaseResult, resultOf} from '../case/status.ts';
import {type Confidence, OUTCOMES, type Outcome, type PortId} from '../case/types.ts';
import {CaseRecord} from './case-record.ts';
import {wordsOf} from './failed-activity.ts';
import {
  attemptPhase,
  type Escalation,
  escalate,
  failureReported,
  type Resolution,
  resolve,
  status,
  timeline,
} from './messages.ts';
import {control} from './proxies.ts';
import {repairCase, type Verdict, wait} from './repair-case.ts';
import {triageCase} from './triage-case.ts';

const HOUR = 3_600_000;

/**
 * One failing port. Started by the first `failureReported` (signal-with-start), joined by the next ones while it is
 * open. Ends with an outcome; before that, everything that automation cannot decide waits for an operator.
 */
export async function portCase(port: PortId): Promise<CaseResult> {
  const portCaseRun = new PortCase(port);
  portCaseRun.listen();
  try {
    return await portCaseRun.run();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => portCaseRun.close('discarded', 'it was cancelled in Temporal'));
    throw error;
  }
}

class PortCase {
  readonly #record: CaseRecord;
  #inEffect: PolicyInEffect | undefined;
  #escalation: Escalation | undefined;
  #resolution: {outcome: Outcome; reason: string} | undefined;
  /** Around everything that an operator may interrupt. */
  #automation: CancellationScope | undefined;

  constructor(port: PortId) {
    this.#record = new CaseRecord(port);
  }

  listen(): void {
    setHandler(failureReported, (report) => this.#record.join(report));
    setHandler(escalate, (escalation) => this.#escalate(escalation));
    setHandler(resolve, (resolution) => this.#resolve(resolution), {validator: (resolution) => this.#check(resolution)});
    setHandler(attemptPhase, ({phase, words}) => {
      if (this.#automation !== undefined && this.#interrupted() === undefined) this.#record.show(phase, words);
    });
    setHandler(status, () => this.#record.status);
    setHandler(timeline, () => this.#record.status.timeline);
  }

  async run(): Promise<CaseResult> {
    await condition(() => this.#record.reports.length > 0);
    const facts = await this.#collect();
    if (facts.closedAs !== null) return resultOf(this.#record.status, facts.closedAs as Outcome);
    await this.#record.enter('collect', `${this.#record.report.bundleId} failed: ${facts.errorLine}`);

    let signature = facts.signature;
    let verdict = await this.#interruptible(() => this.#automatic());
    while (verdict.kind === 'wait') {
      const next = await this.#awaitOperator(verdict, signature);
      if ('outcome' in next) return this.#closeWhole(next.outcome, next.reason);
      signature = next.signature;
      verdict = await this.#interruptible(() => this.#automatic());
    }
    return this.#closeWhole('fixed', verdict.reason);
  }

  /** What the newest bundle says. One that cannot be found leaves the case to the operator, with that reason, further on. */
  async #collect(): Promise<CaseFacts> {
    try {
      const report = this.#record.takeNewest();
      return await control.collectEvidence.executeWithOptions({summary: report.bundleId}, [report]);
    } catch (error) {
      if (isCancellation(error)) throw error;
      return {signature: '', errorLine: wordsOf(error), closedAs: null};
    }
  }

  /** Triage, decision, attempts and proof. */
  async #automatic(): Promise<Verdict> {
    const record = this.#record;
    try {
      this.#inEffect ??= await control.readPolicy.executeWithOptions({summary: 'policy, prompts, playbooks'}, [record.report]);
    } catch (error) {
      if (isCancellation(error)) throw error;
      return wait('manual', wordsOf(error));
    }
    await record.enter('triage', 'the model reads the evidence');
    const triaged = await triageCase(record, this.#inEffect);
    if (!triaged.ok) return wait('triage-failed', triaged.reason);

    const {triage} = triaged;
    const tier = decideTier(this.#inEffect.policy, triage.classification, triage.confidence as Confidence);
    record.set({triage, tier: tier.tier});
    await record.enter('decide', `tier ${tier.tier}: ${tier.reason}`);
    if (tier.tier === MANUAL)
      return wait(
        'manual',
        `the policy leaves ${triage.classification} with confidence ${triage.confidence} to a person (${tier.reason})`,
      );
    return repairCase(record, this.#inEffect, tier, triaged.text);
  }

  async #interruptible(work: () => Promise<Verdict>): Promise<Verdict> {
    const before = this.#interrupted();
    if (before !== undefined) return before;
    this.#automation = new CancellationScope();
    try {
      return await this.#automation.run(work);
    } catch (error) {
      const verdict = isCancellation(error) ? this.#interrupted() : undefined;
      if (verdict === undefined) throw error;
      return verdict;
    } finally {
      this.#automation = undefined;
    }
  }

  #interrupted(): Verdict | undefined {
    if (this.#resolution !== undefined) return wait(this.#resolution.outcome, this.#resolution.reason);
    if (this.#escalation === undefined) return undefined;
    return wait('manual', `${this.#escalation.by} escalated it: ${this.#escalation.reason}`);
  }

  /** Waits for a resolution, another failure, or the end of the policy's patience. */
  async #awaitOperator(
    verdict: Extract<Verdict, {kind: 'wait'}>,
    signature: string,
  ): Promise<{outcome: Outcome; reason: string} | {signature: string}> {
    if (this.#resolution !== undefined) return this.#resolution;
    const record = this.#record;
    record.set({pendingOutcome: verdict.pending, reason: verdict.reason});
    record.show('awaiting-operator', verdict.reason);
    await control.writeHandoff({bundle: record.report, status: record.status});
    await record.keep();
    const until = Date.now() + (this.#inEffect?.policy.waiting?.close_hours ?? DEFAULTS.closeHours) * HOUR;
    for (;;) {
      const woken = await condition(() => this.#resolution !== undefined || record.hasNews, Math.max(1, until - Date.now()));
      if (this.#resolution !== undefined) return this.#resolution;
      if (!woken) return {outcome: verdict.pending, reason: `nobody came; ${verdict.reason}`};
      const facts = await this.#collect();
      if (facts.signature !== signature && this.#escalation === undefined) {
        record.note('it failed again, in another way; triage starts anew with the same budget');
        return {signature: facts.signature};
      }
      record.note('it failed again, in the same way');
    }
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
    this.#record.set({outcome, reason, pendingOutcome: null, currentAttempt: null});
    await this.#record.enter('closed', `${outcome}: ${reason}`);
  }

  #escalate(given: Escalation | undefined): void {
    const record = this.#record;
    if (record.status.phase === 'closed') return;
    this.#escalation = {by: words(given?.by, 'somebody'), reason: words(given?.reason, 'no reason given')};
    record.set({tier: MANUAL});
    record.operator(this.#escalation.by, `escalated it: ${this.#escalation.reason}`);
    // Before anything has been reported there is nothing to show yet; the case then starts as MANUAL.
    if (this.#automation === undefined) return;
    record.show('awaiting-operator', 'automation stops; what runs in the dev-env is ended and its overlay put back');
    this.#automation.cancel();
  }

  #check(resolution: Resolution | undefined): void {
    const refuse = (text: string): never => {
      throw ApplicationFailure.create({message: text, type: 'Refused', nonRetryable: true});
    };
    if (this.#record.status.phase === 'closed') refuse(`The case is closed as ${this.#record.status.outcome}.`);
    if (typeof resolution?.by !== 'string' || resolution.by.trim() === '')
      refuse('resolve needs "by": your name, as a text that is not empty.');
    if (!(OUTCOMES as readonly string[]).includes(String(resolution?.outcome)) || resolution?.outcome === 'fixed') {
      const allowed = OUTCOMES.filter((one) => one !== 'fixed').join(', ');
      refuse(
        `resolve needs "outcome": one of ${allowed}; got ${JSON.stringify(resolution?.outcome)}. Only a rebuild proof makes a case fixed.`,
      );
    }
  }

  #resolve({by, outcome, note}: Resolution): string {
    this.#resolution = {outcome: outcome as Outcome, reason: `${by} resolved it${note ? `: ${note}` : ''}`};
    this.#record.operator(by, `resolved it as ${outcome}${note ? `: ${note}` : ''}`);
    this.#automation?.cancel();
    return `${this.#record.status.workflowId} closes as ${outcome}.`;
  }
}

function words(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 500) : otherwise;
}
