import type {SignalDefinition, UpdateDefinition} from '@temporalio/common';
import {ApplicationFailure, CancellationScope, isCancellation, setHandler} from '@temporalio/workflow';
import {loginOf} from '../case/login.ts';
import type {Decision, Kind} from '../case/operator/action.ts';
import {ACTION_NAMES, type ActionName, actionOf, type InputFor} from '../case/operator/actions.ts';
import type {Refusal} from '../case/operator/fields.ts';
import {retryTier} from '../case/operator/limits.ts';
import {refusalOf} from '../case/operator/refusal.ts';
import {type EffectivePolicy, MANUAL} from '../case/policy/policy.ts';
import {deliveryId} from '../case/review/delivery.ts';
import {lastProved} from '../case/review/export.ts';
import {nowUtc} from '../case/status.ts';
import {pluralize, withThousands} from '../case/text/plural.ts';
import type {Outcome} from '../case/types.ts';
import {attemptPhase, OPERATOR_MESSAGES, portBuilt} from '../protocol/port-case.ts';
import type {CaseRecord} from './case-record.ts';

/** Where automation continues after a wait. */
export type Work =
  | {readonly kind: 'triage'}
  | {readonly kind: 'repair'; readonly tier: string | undefined}
  | {readonly kind: 'hand-patch'; readonly given: InputFor<'handPatch'>}
  | {readonly kind: 'deliver'};

/** What ends a case whatever automation finds. */
export interface Closing {
  readonly kind: 'close';
  readonly outcome: Outcome;
  readonly reason: string;
}

/** What stops automation and leaves the case to its operator. */
export interface Escalation extends InputFor<'escalate'> {
  readonly kind: 'escalate';
}

/** What a case does next; undefined: it goes on with what it is doing, or waits. */
export type Next = Closing | Work | Escalation | undefined;

/** A function for each operator action; an update's returns the answer. Nothing validates the input of a signal. */
type ActionHandlers = {readonly [Name in ActionName]: (given: InputFor<Name>) => string | undefined};

/** Messages of operators and of dsynth's runs to a case, in any phase. They decide what the case does next. */
export class OperatorHandlers {
  readonly #record: CaseRecord;
  readonly #policy: () => EffectivePolicy | undefined;
  #next: Next;
  /** Around everything that an operator may interrupt. */
  #automation: CancellationScope | undefined;
  /** Whether an operator has taken the case from automation, until an answer lets it go on. */
  isEscalated = false;

  constructor(record: CaseRecord, policy: () => EffectivePolicy | undefined) {
    this.#record = record;
    this.#policy = policy;
  }

  /** Returns what has been decided. A method, since messages change it while the caller waits. */
  next(): Next {
    return this.#next;
  }

  /** Registers the handlers: one for each operator action, and those of runs and attempts. */
  register(): void {
    const handlers: ActionHandlers = {
      accept: (given) => this.#accept(given),
      reject: (given) => this.#reject(given),
      retryDelivery: (given) => this.#retryDelivery(given),
      skipDelivery: (given) => this.#skipDelivery(given),
      provideContext: (given) => this.#addContext(given),
      retry: (given) => this.#retry(given),
      grantBudget: (given) => this.#grant(given),
      handPatch: (given) => this.#handPatch(given),
      escalate: (given) => this.#escalate(given),
      resolve: (given) => this.#resolve(given),
    };
    // A message that arrived earlier is delivered when its handler is registered, and a signal precedes the updates of its workflow task.
    this.#registerActions('signal', handlers);
    setHandler(portBuilt, (built) => this.#recover(built));
    setHandler(attemptPhase, ({phase, words}) => {
      if (this.#automation !== undefined && this.#next === undefined) this.#record.publish(phase, words);
    });
    this.#registerActions('update', handlers);
  }

  #registerActions(kind: Kind, handlers: ActionHandlers): void {
    for (const name of ACTION_NAMES.filter((one) => actionOf(one).kind === kind))
      this.#registerAction(name, handlers[name] as (given: unknown) => string | undefined);
  }

  /** Registers an action's signal or update. The validator sees what an update before it in the same workflow task has decided. */
  #registerAction(name: ActionName, handle: (given: unknown) => string | undefined): void {
    const message: SignalDefinition<[unknown]> | UpdateDefinition<string | undefined, [unknown]> = OPERATOR_MESSAGES[name];
    if (message.type === 'signal') {
      setHandler(message, (given) => void handle(given));
      return;
    }
    setHandler(message, handle, {
      validator: (given) => {
        const situation = {status: this.#record.status, policy: this.#policy(), decision: this.#decision()};
        orRefuse(refusalOf(name, situation, given));
      },
    });
  }

  /** Runs `work` so that an operator can interrupt it; undefined if an operator or a run did, or had before. */
  async interruptible<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#interrupts) return undefined;
    this.#automation = new CancellationScope();
    try {
      return await this.#automation.run(work);
    } catch (error) {
      if (isCancellation(error) && this.#interrupts) return undefined;
      throw error;
    } finally {
      this.#automation = undefined;
    }
  }

  /** Takes an escalation, which has stopped automation by now; a decision that ends the case stays. */
  takeEscalation(): Escalation | undefined {
    if (this.#next?.kind !== 'escalate') return undefined;
    const escalation = this.#next;
    this.#next = undefined;
    return escalation;
  }

  /** Starts the work that has been decided: the next decision is a new one. */
  begin(): void {
    this.#next = undefined;
    this.isEscalated = false;
  }

  /** Decides by itself that the case closes; operators are refused from now on. Returns what it closes as: an earlier decision holds. */
  close(outcome: Outcome, reason: string): Closing {
    if (this.#next?.kind !== 'close') this.#next = {kind: 'close', outcome, reason};
    return this.#next;
  }

  get #interrupts(): boolean {
    return this.#next?.kind === 'close' || this.#next?.kind === 'escalate';
  }

  /** Returns what has been decided and contradicts other decisions; an escalation does not: a case that is being stopped may be closed. */
  #decision(): Decision | undefined {
    if (this.#next === undefined || this.#next.kind === 'escalate') return undefined;
    if (this.#next.kind === 'close') return this.#next;
    const last = this.#record.status.operatorLog.at(-1);
    return {kind: 'work', reason: last === undefined ? 'It has been decided' : `${last.by} ${last.did}`};
  }

  #escalate(given: InputFor<'escalate'> | undefined): undefined {
    const record = this.#record;
    if (record.status.phase === 'closed') return;
    const {by, reason} = {by: textOr(given?.by, 'somebody'), reason: textOr(given?.reason, 'no reason given')};
    this.isEscalated = true;
    record.set({tier: MANUAL});
    record.noteOperator({by, login: given?.login}, `escalated it: ${reason}`);
    // A case that closes does so, and a case that waits does so already.
    const waits = record.status.pendingOutcome !== null && this.#next === undefined;
    if (this.#next?.kind === 'close' || waits) return;
    this.#next = {kind: 'escalate', by, reason};
    if (this.#automation === undefined) return;
    const stops =
      record.status.delivery?.state === 'running'
        ? 'the delivery command is ended'
        : 'automation stops; what runs in the dev-env is ended and its overlay restored';
    record.publish('awaiting-operator', stops);
    this.#automation.cancel();
  }

  /** The port built in a run after its failure: the cause is gone, or the fix was taken. */
  #recover({runId, atUtc}: {runId: string; atUtc: string}): void {
    const record = this.#record;
    const {phase, pendingOutcome} = record.status;
    const since = record.newest?.createdUtc;
    if (phase === 'closed' || since === undefined || Date.parse(atUtc) <= Date.parse(since)) return;
    const reason = `the port built in ${runId}`;
    record.note(reason);
    // A fix that is being delivered is: its build is no reason to end the command.
    if (record.status.delivery?.state === 'running') return;
    this.#decideClose(pendingOutcome === 'fixed' ? 'fixed' : 'recovered', reason);
  }

  #resolve(given: InputFor<'resolve'>): string {
    const {by, outcome, note} = given;
    this.#record.noteOperator(given, `resolved it as ${outcome}${note ? `: ${note}` : ''}`);
    this.#decideClose(outcome as Outcome, `${by} resolved it${note ? `: ${note}` : ''}`);
    return `${this.#record.status.workflowId} closes as ${outcome}.`;
  }

  #accept(given: InputFor<'accept'>): string {
    const {by} = given;
    const login = loginOf(given.login);
    this.#record.set({accepted: {by, ...(login !== undefined && {login}), atUtc: nowUtc()}});
    this.#record.noteOperator(given, 'accepted the fix');
    if (this.#policy()?.deliver !== undefined) return this.#startDelivery();
    this.#decideClose('fixed', `${by} accepted the fix`);
    return `${this.#record.status.workflowId} closes as fixed. \`portwright export\` makes the patch.`;
  }

  #retryDelivery(given: InputFor<'retryDelivery'>): string {
    this.#record.noteOperator(given, 'asked for another delivery');
    return this.#startDelivery();
  }

  #startDelivery(): string {
    const record = this.#record;
    const id = deliveryId(record.status, lastProved(record.status.attempts) ?? {});
    record.set({delivery: {state: 'running', id, atUtc: nowUtc()}});
    this.#next = {kind: 'deliver'};
    return `The delivery command runs; ${record.status.workflowId} closes as fixed when it has succeeded.`;
  }

  #skipDelivery(given: InputFor<'skipDelivery'>): string {
    const {by} = given;
    const record = this.#record;
    const {delivery} = record.status;
    if (delivery !== undefined) record.set({delivery: {...delivery, state: 'skipped', by, atUtc: nowUtc()}});
    record.noteOperator(given, 'closed it without a delivery');
    this.#decideClose('fixed', `${by} closed it without a delivery`);
    return `${record.status.workflowId} closes as fixed. \`portwright export\` makes the patch.`;
  }

  #reject(given: InputFor<'reject'>): string {
    const {by, reason} = given;
    const record = this.#record;
    const {attempts, context} = record.status;
    const last = attempts.length - 1;
    record.set({
      attempts: attempts.map((one, at) => (at === last ? {...one, rejected: {by, reason: reason.slice(0, 500)}} : one)),
      context: [...context, {by, atUtc: nowUtc(), text: `The fix of attempt ${last + 1} is rejected: ${reason}`.slice(0, 8000)}],
    });
    record.noteOperator(given, `rejected the fix: ${reason.slice(0, 200)}`);
    this.#next = {kind: 'repair', tier: undefined};
    return 'The patch loop goes on with the reason, if budget is left.';
  }

  #handPatch(given: InputFor<'handPatch'>): string {
    const judged = given.judged?.length ? `, and judged ${given.judged.join(', ')}` : '';
    this.#record.noteOperator(given, `handed a diff of ${given.diff.length} characters${judged}`);
    this.#next = {kind: 'hand-patch', given};
    return 'The diff goes through guard and proof.';
  }

  #addContext(given: InputFor<'provideContext'>): string {
    const {by, text} = given;
    const record = this.#record;
    record.set({context: [...record.status.context, {by, atUtc: nowUtc(), text}]});
    record.noteOperator(given, `gave context: ${text.slice(0, 200)}`);
    if (record.status.pendingOutcome === 'fixed') return 'It is stored; the fix still waits for accept or reject.';
    return this.#resume({kind: 'triage'}) ? 'Triage starts again with it.' : 'The next triage or attempt is shown it.';
  }

  #grant(given: InputFor<'grantBudget'>): string {
    const {tokens = 0, attempts = 0} = given;
    const record = this.#record;
    const {granted, pendingOutcome} = record.status;
    record.set({granted: {tokens: granted.tokens + tokens, attempts: granted.attempts + attempts}});
    record.noteOperator(given, `granted ${grantText(tokens, attempts)}`);
    const wanted = pendingOutcome === 'budget-exhausted' || pendingOutcome === 'needs-help';
    const resumes = wanted && this.#resume({kind: 'repair', tier: undefined});
    return resumes ? 'The case goes on with it.' : 'It counts from now on.';
  }

  #retry(given: InputFor<'retry'>): string {
    const {tier} = given;
    const record = this.#record;
    record.noteOperator(given, `asked for another attempt${tier === undefined ? '' : ` in tier ${tier}`}`);
    this.#resume({kind: 'repair', tier});
    return record.status.triage === null
      ? 'Triage starts again.'
      : `Another attempt follows, in tier ${retryTier(record.status, tier)}.`;
  }

  /** Ends the wait for an operator, if the case waits; work that has been decided already goes first. */
  #resume(work: Work): boolean {
    if (this.#record.status.pendingOutcome === null) return false;
    if (this.#next?.kind === 'escalate') this.#next = undefined;
    this.#next ??= work;
    return this.#next === work;
  }

  #decideClose(outcome: Outcome, reason: string): void {
    this.close(outcome, reason);
    this.#automation?.cancel();
  }
}

/** Throws the failure of a validator, unless there is no refusal. */
export function orRefuse(refusal: Refusal): void {
  if (refusal !== undefined) throw ApplicationFailure.create({message: refusal, type: 'Refused', nonRetryable: true});
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 500) : otherwise;
}

/** Returns a grant for the log: `5,000 tokens and 1 attempt`, without what is not granted. */
function grantText(tokens: number, attempts: number): string {
  const parts = [
    ...(tokens === 0 ? [] : [`${withThousands(tokens)} tokens`]),
    ...(attempts === 0 ? [] : [pluralize(attempts, 'attempt')]),
  ];
  return parts.join(' and ');
}
