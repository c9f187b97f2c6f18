import {ApplicationFailure, CancellationScope, condition, isCancellation, setHandler} from '@temporalio/workflow';
import type {CaseFacts, PolicyInEffect} from '../activities/api.ts';
import {
  type BudgetGranted,
  type ContextGiven,
  type Refusal,
  type Resolution,
  type Retry,
  refuseContext,
  refuseGrant,
  refuseResolution,
  refuseRetry,
  retryTier,
} from '../case/operator-rules.ts';
import {DEFAULTS, decideTier, MANUAL, type Policy, type TierDecision} from '../case/policy.ts';
import {type CaseResult, type CaseStatus, nowUtc, resultOf} from '../case/status.ts';
import type {Confidence, Outcome, PortId, RecordId} from '../case/types.ts';
import {CaseRecord} from './case-record.ts';
import {wordsOf} from './failed-activity.ts';
import {
  attemptPhase,
  type Escalation,
  escalate,
  failureReported,
  grantBudget,
  provideContext,
  resolve,
  retry,
  status,
  timeline,
} from './messages.ts';
import {control} from './proxies.ts';
import {repairCase, type Verdict, wait} from './repair-case.ts';
import {triageCase} from './triage-case.ts';

const HOUR = 3_600_000;

/** Where automation goes on after a wait. */
type Work = 'triage' | 'repair';

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
  /** What the wait for an operator ends with. */
  #resume: Work | undefined;
  #retryTier: string | undefined;
  #lifted = false;
  #signature = '';
  #triageText: RecordId | undefined;
  /** Around everything that an operator may interrupt. */
  #automation: CancellationScope | undefined;

  constructor(port: PortId) {
    this.#record = new CaseRecord(port);
  }

  listen(): void {
    setHandler(failureReported, (report) => this.#record.join(report));
    setHandler(escalate, (escalation) => this.#escalate(escalation));
    const state = (): CaseStatus => this.#record.status;
    const policy = (): Policy | undefined => this.#inEffect?.policy;
    setHandler(resolve, (given) => this.#resolve(given), {validator: (given) => orRefuse(refuseResolution(state(), given))});
    setHandler(provideContext, (given) => this.#take(given), {validator: (given) => orRefuse(refuseContext(state(), given))});
    setHandler(grantBudget, (given) => this.#grant(given), {validator: (given) => orRefuse(refuseGrant(state(), given))});
    setHandler(retry, (given) => this.#retry(given), {validator: (given) => orRefuse(refuseRetry(state(), policy(), given))});
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

    this.#signature = facts.signature;
    for (let work: Work = 'triage'; ; ) {
      const verdict = await this.#interruptible(() => (work === 'repair' ? this.#repairAgain() : this.#automatic()));
      if (verdict.kind === 'fixed') return this.#closeWhole('fixed', verdict.reason);
      const next = await this.#awaitOperator(verdict);
      if (typeof next === 'object') return this.#closeWhole(next.outcome, next.reason);
      work = next;
    }
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
    this.#triageText = triaged.text;
    const decided = decideTier(this.#inEffect.policy, triage.classification, triage.confidence as Confidence);
    const tier = this.#lift(decided);
    record.set({triage, tier: tier.tier});
    await record.enter('decide', `tier ${tier.tier}: ${tier.reason}`);
    if (tier.tier !== MANUAL) return repairCase(record, this.#inEffect, tier, triaged.text);
    return wait(
      'manual',
      `the policy leaves ${triage.classification} with confidence ${triage.confidence} to a person (${tier.reason})`,
    );
  }

  /** Fresh context from an operator lifts MANUAL to ASSIST, once in a case. Source: contract, section 4.7. */
  #lift(decided: TierDecision): TierDecision {
    const by = this.#record.status.context.at(-1)?.by;
    const fits =
      by !== undefined && !this.#lifted && decided.tier === MANUAL && this.#inEffect?.policy.tiers.ASSIST !== undefined;
    if (!fits) return decided;
    this.#lifted = true;
    return {tier: 'ASSIST', reason: `${decided.reason}; the context by ${by} lifts it to ASSIST, once`};
  }

  /** More attempts after what is known, without another triage. */
  async #repairAgain(): Promise<Verdict> {
    const tier = this.#retryTier;
    this.#retryTier = undefined;
    if (this.#inEffect === undefined || this.#triageText === undefined) return this.#automatic();
    const name = retryTier(this.#record.status, tier);
    this.#record.set({tier: name});
    return repairCase(this.#record, this.#inEffect, {tier: name, reason: 'an operator asked for it'}, this.#triageText);
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

  /** Waits for a resolution, for what an operator gives, another failure, or the end of the policy's patience. */
  async #awaitOperator(verdict: Extract<Verdict, {kind: 'wait'}>): Promise<{outcome: Outcome; reason: string} | Work> {
    if (this.#resolution !== undefined) return this.#resolution;
    const record = this.#record;
    this.#resume = undefined;
    record.set({pendingOutcome: verdict.pending, reason: verdict.reason});
    record.show('awaiting-operator', verdict.reason);
    await control.writeHandoff.executeWithOptions({summary: 'manual_handoff.md'}, [
      {bundle: record.report, status: record.status},
    ]);
    await record.keep();
    const until = Date.now() + (this.#inEffect?.policy.waiting?.close_hours ?? DEFAULTS.closeHours) * HOUR;
    for (;;) {
      const called = (): boolean => this.#resolution !== undefined || this.#resume !== undefined || record.hasNews;
      const woken = await condition(called, Math.max(1, until - Date.now()));
      if (this.#resolution !== undefined) return this.#resolution;
      if (this.#resume !== undefined) return this.#resumed(this.#resume);
      if (!woken) return {outcome: verdict.pending, reason: `nobody came; ${verdict.reason}`};
      if (await this.#failedInAnotherWay()) return this.#resumed('triage');
    }
  }

  #resumed(work: Work): Work {
    this.#escalation = undefined;
    this.#record.set({pendingOutcome: null, reason: ''});
    return work;
  }

  async #failedInAnotherWay(): Promise<boolean> {
    const {signature} = await this.#collect();
    const another = signature !== this.#signature && this.#escalation === undefined;
    this.#record.note(
      another ? 'it failed again, in another way; triage starts anew with the same budget' : 'it failed again, in the same way',
    );
    if (another) this.#signature = signature;
    return another;
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

  #resolve({by, outcome, note}: Resolution): string {
    this.#resolution = {outcome: outcome as Outcome, reason: `${by} resolved it${note ? `: ${note}` : ''}`};
    this.#record.operator(by, `resolved it as ${outcome}${note ? `: ${note}` : ''}`);
    this.#automation?.cancel();
    return `${this.#record.status.workflowId} closes as ${outcome}.`;
  }

  #take({by, text}: ContextGiven): string {
    const record = this.#record;
    record.set({context: [...record.status.context, {by, atUtc: nowUtc(), text}]});
    record.operator(by, `gave context: ${text.slice(0, 200)}`);
    return this.#goOn('triage') ? 'Triage starts anew with it.' : 'The next triage or attempt is shown it.';
  }

  #grant({by, tokens = 0, attempts = 0}: BudgetGranted): string {
    const record = this.#record;
    const {granted} = record.status;
    record.set({granted: {tokens: granted.tokens + tokens, attempts: granted.attempts + attempts}});
    record.operator(by, `granted ${tokens} tokens and ${attempts} attempts`);
    const wanted = record.status.pendingOutcome === 'budget-exhausted' || record.status.pendingOutcome === 'needs-help';
    return wanted && this.#goOn('repair') ? 'The case goes on with it.' : 'It counts from now on.';
  }

  #retry({by, tier}: Retry): string {
    const record = this.#record;
    record.operator(by, `asked for another attempt${tier === undefined ? '' : ` in tier ${tier}`}`);
    this.#retryTier = tier;
    this.#goOn('repair');
    return record.status.triage === null
      ? 'Triage starts anew.'
      : `Another attempt follows, in tier ${retryTier(record.status, tier)}.`;
  }

  /** Ends the wait for an operator, if the case waits. */
  #goOn(work: Work): boolean {
    if (this.#record.status.pendingOutcome === null) return false;
    this.#resume = work;
    return true;
  }
}

function orRefuse(refusal: Refusal): void {
  if (refusal !== undefined) throw ApplicationFailure.create({message: refusal, type: 'Refused', nonRetryable: true});
}

function words(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 500) : otherwise;
}
