import {ApplicationFailure, CancellationScope, isCancellation, setHandler} from '@temporalio/workflow';
import {
  type Acceptance,
  type BudgetGranted,
  type ContextGiven,
  type HandPatch,
  type Refusal,
  type Rejection,
  type Resolution,
  type Retry,
  refuseAcceptance,
  refuseContext,
  refuseGrant,
  refuseHandPatch,
  refuseRejection,
  refuseResolution,
  refuseRetry,
  retryTier,
} from '../case/operator/rules.ts';
import {MANUAL, type Policy} from '../case/policy/policy.ts';
import {type CaseStatus, nowUtc} from '../case/status.ts';
import type {Outcome} from '../case/types.ts';
import {
  accept,
  attemptPhase,
  type Escalation,
  escalate,
  grantBudget,
  handPatch,
  portBuilt,
  provideContext,
  reject,
  resolve,
  retry,
} from '../protocol/port-case.ts';
import type {CaseRecord} from './case-record.ts';

/** Where automation goes on after a wait. */
export type Work =
  | {readonly kind: 'triage'}
  | {readonly kind: 'repair'; readonly tier: string | undefined}
  | {readonly kind: 'hand-patch'; readonly given: HandPatch};

/** What ends a case whatever automation says. */
export interface Closing {
  readonly outcome: Outcome;
  readonly reason: string;
}

/** What operators and dsynth's runs say to a case, in any phase, and what follows from it. */
export class OperatorHandlers {
  readonly #record: CaseRecord;
  readonly #policy: () => Policy | undefined;
  #closing: Closing | undefined;
  #escalation: Escalation | undefined;
  /** What the wait for an operator ends with. */
  #resume: Work | undefined;
  /** Around everything that an operator may interrupt. */
  #automation: CancellationScope | undefined;

  constructor(record: CaseRecord, policy: () => Policy | undefined) {
    this.#record = record;
    this.#policy = policy;
  }

  /** Set by a resolution, an acceptance, or a run that built the port. */
  get closing(): Closing | undefined {
    return this.#closing;
  }

  get escalation(): Escalation | undefined {
    return this.#escalation;
  }

  get resume(): Work | undefined {
    return this.#resume;
  }

  get interrupted(): boolean {
    return this.#closing !== undefined || this.#escalation !== undefined;
  }

  listen(): void {
    const state = (): CaseStatus => this.#record.status;
    setHandler(escalate, (given) => this.#escalate(given));
    setHandler(portBuilt, (built) => this.#recover(built));
    setHandler(resolve, (given) => this.#resolve(given), {validator: (given) => orRefuse(refuseResolution(state(), given))});
    setHandler(accept, (given) => this.#accept(given), {validator: (given) => orRefuse(refuseAcceptance(state(), given))});
    setHandler(reject, (given) => this.#reject(given), {validator: (given) => orRefuse(refuseRejection(state(), given))});
    setHandler(handPatch, (given) => this.#patch(given), {validator: (given) => orRefuse(refuseHandPatch(state(), given))});
    setHandler(provideContext, (given) => this.#take(given), {validator: (given) => orRefuse(refuseContext(state(), given))});
    setHandler(grantBudget, (given) => this.#grant(given), {validator: (given) => orRefuse(refuseGrant(state(), given))});
    setHandler(retry, (given) => this.#retry(given), {
      validator: (given) => orRefuse(refuseRetry(state(), this.#policy(), given)),
    });
    setHandler(attemptPhase, ({phase, words}) => {
      if (this.#automation !== undefined && !this.interrupted) this.#record.publish(phase, words);
    });
  }

  /** Runs `work` so that an operator can interrupt it; undefined if one did, or had before. */
  async interruptible<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.interrupted) return undefined;
    this.#automation = new CancellationScope();
    try {
      return await this.#automation.run(work);
    } catch (error) {
      if (isCancellation(error) && this.interrupted) return undefined;
      throw error;
    } finally {
      this.#automation = undefined;
    }
  }

  /** A wait for an operator begins. */
  open(): void {
    this.#resume = undefined;
  }

  /** The wait is over, and automation goes on. */
  leave(): void {
    this.#escalation = undefined;
    this.#resume = undefined;
  }

  #escalate(given: Escalation | undefined): void {
    const record = this.#record;
    if (record.status.phase === 'closed') return;
    this.#escalation = {by: words(given?.by, 'somebody'), reason: words(given?.reason, 'no reason given')};
    record.set({tier: MANUAL});
    record.noteOperator(this.#escalation.by, `escalated it: ${this.#escalation.reason}`);
    // Before anything has been reported there is nothing to show yet; the case then starts as MANUAL.
    if (this.#automation === undefined) return;
    record.publish('awaiting-operator', 'automation stops; what runs in the dev-env is ended and its overlay put back');
    this.#automation.cancel();
  }

  /** The port built in a run after its failure: what failed has mended itself, or the fix was taken. */
  #recover({runId, atUtc}: {runId: string; atUtc: string}): void {
    const record = this.#record;
    const {phase, pendingOutcome} = record.status;
    const since = record.reports.at(-1)?.createdUtc;
    if (phase === 'closed' || since === undefined || Date.parse(atUtc) <= Date.parse(since)) return;
    const reason = `the port built in ${runId}`;
    record.note(reason);
    this.#close(pendingOutcome === 'fixed' ? 'fixed' : 'recovered', reason);
  }

  #resolve({by, outcome, note}: Resolution): string {
    this.#record.noteOperator(by, `resolved it as ${outcome}${note ? `: ${note}` : ''}`);
    this.#close(outcome as Outcome, `${by} resolved it${note ? `: ${note}` : ''}`);
    return `${this.#record.status.workflowId} closes as ${outcome}.`;
  }

  #accept({by}: Acceptance): string {
    this.#record.set({accepted: {by, atUtc: nowUtc()}});
    this.#record.noteOperator(by, 'accepted the fix');
    this.#close('fixed', `${by} accepted the fix`);
    return `${this.#record.status.workflowId} closes as fixed. \`portwright export\` makes the patch.`;
  }

  #reject({by, reason}: Rejection): string {
    const record = this.#record;
    const {attempts, context} = record.status;
    const last = attempts.length - 1;
    record.set({
      attempts: attempts.map((one, at) => (at === last ? {...one, rejected: {by, reason: reason.slice(0, 500)}} : one)),
      context: [...context, {by, atUtc: nowUtc(), text: `The fix of attempt ${last + 1} is rejected: ${reason}`.slice(0, 8000)}],
    });
    record.noteOperator(by, `rejected the fix: ${reason.slice(0, 200)}`);
    this.#resume = {kind: 'repair', tier: undefined};
    return 'The patch loop goes on with the reason, if budget is left.';
  }

  #patch(given: HandPatch): string {
    const judged = given.judged?.length ? `, and judged ${given.judged.join(', ')}` : '';
    this.#record.noteOperator(given.by, `handed a diff of ${given.diff.length} characters${judged}`);
    this.#resume = {kind: 'hand-patch', given};
    return 'The diff goes through guard and proof.';
  }

  #take({by, text}: ContextGiven): string {
    const record = this.#record;
    record.set({context: [...record.status.context, {by, atUtc: nowUtc(), text}]});
    record.noteOperator(by, `gave context: ${text.slice(0, 200)}`);
    if (record.status.pendingOutcome === 'fixed') return 'It is kept; the fix still waits for accept or reject.';
    return this.#goOn({kind: 'triage'}) ? 'Triage starts anew with it.' : 'The next triage or attempt is shown it.';
  }

  #grant({by, tokens = 0, attempts = 0}: BudgetGranted): string {
    const record = this.#record;
    const {granted, pendingOutcome} = record.status;
    record.set({granted: {tokens: granted.tokens + tokens, attempts: granted.attempts + attempts}});
    record.noteOperator(by, `granted ${tokens} tokens and ${attempts} attempts`);
    const wanted = pendingOutcome === 'budget-exhausted' || pendingOutcome === 'needs-help';
    const goesOn = wanted && this.#goOn({kind: 'repair', tier: undefined});
    return goesOn ? 'The case goes on with it.' : 'It counts from now on.';
  }

  #retry({by, tier}: Retry): string {
    const record = this.#record;
    record.noteOperator(by, `asked for another attempt${tier === undefined ? '' : ` in tier ${tier}`}`);
    this.#goOn({kind: 'repair', tier});
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

  #close(outcome: Outcome, reason: string): void {
    this.#closing ??= {outcome, reason};
    this.#automation?.cancel();
  }
}

function orRefuse(refusal: Refusal): void {
  if (refusal !== undefined) throw ApplicationFailure.create({message: refusal, type: 'Refused', nonRetryable: true});
}

function words(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 500) : otherwise;
}
