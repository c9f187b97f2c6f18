import {CancellationScope, isCancellation, setHandler} from '@temporalio/workflow';
import {leftForAnswer, MOST_CALLS, type QuestionInput, refuseQuestion} from '../case/ask/refusal.ts';
import type {CaseQuestion} from '../case/question.ts';
import {nowUtc} from '../case/status.ts';
import {pluralize} from '../case/text/plural.ts';
import {toSummary} from '../case/text/summary.ts';
import {addUsage, billable, NO_USAGE, type RecordId} from '../case/types.ts';
import type {ModelTurn, PolicyInEffect} from '../protocol/activities.ts';
import {ask} from '../protocol/port-case.ts';
import type {CaseRecord} from './case-record.ts';
import {failureMessage, rethrowUnlessFailed} from './failures.ts';
import {orRefuse} from './operator-handlers.ts';
import {questions} from './proxies.ts';
import {promptNonce} from './triage-case.ts';

type Reply = Extract<ModelTurn, {kind: 'reply'}>;

/** Questions of operators about a case. One is answered at a time, while the case waits, beside the wait. */
export class Questions {
  readonly #record: CaseRecord;
  readonly #policy: () => PolicyInEffect | undefined;
  readonly #isDecided: () => boolean;
  #scope: CancellationScope | undefined;

  constructor(record: CaseRecord, policy: () => PolicyInEffect | undefined, isDecided: () => boolean) {
    this.#record = record;
    this.#policy = policy;
    this.#isDecided = isDecided;
  }

  register(): void {
    setHandler(ask, (given) => this.#start(given), {
      validator: (given: unknown) => {
        const situation = {status: this.#record.status, policy: this.#policy()?.policy, isDecided: this.#isDecided()};
        orRefuse(refuseQuestion(situation, given));
      },
    });
  }

  /** Stops the question that is being answered: the case leaves its wait. Its record is complete when this returns. */
  stop(reason: string): void {
    const scope = this.#scope;
    if (scope === undefined) return;
    this.#fail(reason);
    scope.cancel();
  }

  #start(given: QuestionInput): {number: number} {
    const {by, text} = given;
    const record = this.#record;
    const {questions: before = []} = record.status;
    const number = before.length + 1;
    const {bundleId, runId} = record.report;
    const question: CaseQuestion = {
      number,
      by,
      atUtc: nowUtc(),
      text: text.trim(),
      state: 'running',
      usage: NO_USAGE,
      bundle: {bundleId, runId},
    };
    record.set({questions: [...before, question]});
    record.noteOperator(given, `asked: ${text.trim().slice(0, 200)}`);
    const scope = new CancellationScope();
    this.#scope = scope;
    void scope.run(() => this.#answer(question, this.#policy() as PolicyInEffect)).catch((error) => this.#failed(scope, error));
    return {number};
  }

  /** A cancellation has been recorded by `stop`, or the workflow itself is cancelled; an error of workflow code fails its task. */
  #failed(scope: CancellationScope, error: unknown): void {
    if (this.#scope !== scope) return;
    if (!isCancellation(error)) rethrowUnlessFailed(error);
    this.#fail(isCancellation(error) ? 'the case was cancelled' : failureMessage(error));
  }

  #fail(problem: string): void {
    const {number} = this.#running;
    this.#change({state: 'failed', problem});
    this.#scope = undefined;
    this.#record.note(`question ${number} has no answer: ${problem}`);
  }

  /** Asks the model, and lets it read, until it answers. */
  async #answer({number, by, text}: CaseQuestion, {policy}: PolicyInEffect): Promise<void> {
    const record = this.#record;
    const bundle = record.report;
    const about = {bundle, status: record.archivedWithAnswers, question: {by, text}, nonce: promptNonce(record)};
    const {conversation, catalog} = await questions.openQuestion(`question ${number} by ${toSummary(by)}`, about);
    const reply = await this.#replyTo({number, conversation, catalog}, policy);
    if (typeof reply === 'string') return this.#fail(reply);
    const {record: id, answer} = await questions.writeAnswer(`answer to question ${number}`, {bundle, catalog, text: reply.text});
    // It was stopped in the same workflow task.
    if (this.#running.state !== 'running') return;
    if (answer.text === '') return this.#fail('the model gave no answer');
    this.#change({state: 'answered', record: id, answer, answeredUtc: nowUtc()});
    const {usage} = this.#running;
    this.#scope = undefined;
    const cited = pluralize(answer.citations.length, 'source');
    record.note(`question ${number} is answered: ${cited}, ${billable(usage)} tokens`);
    await record.archive();
  }

  /** Returns the reply that answers, or why there is none. */
  async #replyTo(
    opened: {readonly number: number; readonly conversation: RecordId; readonly catalog: RecordId},
    policy: PolicyInEffect['policy'],
  ): Promise<Reply | string> {
    const {report: bundle} = this.#record;
    const {catalog, number} = opened;
    const {model, prices, limits} = policy;
    let conversation = opened.conversation;
    let toolResults: RecordId[] = [];
    for (let call = 1; ; call += 1) {
      const isLast = call === MOST_CALLS;
      const turn = await questions.askModel(`question ${number}, call ${call} of ${MOST_CALLS}`, {
        bundle,
        purpose: 'ask',
        conversation,
        tools: isLast ? 'none' : 'offered',
        toolResults,
        left: leftForAnswer(this.#record.status, policy, billable(this.#running.usage)),
        replyTokens: model.reply_tokens,
        policy: {prices, limits},
      });
      if (turn.kind === 'over-budget') return `the budget does not allow it: ${turn.reason}`;
      this.#record.addUsage(turn.usage);
      this.#change({usage: addUsage(this.#running.usage, turn.usage), conversation: turn.conversation});
      if (turn.toolCalls.length === 0 || isLast) return turn;
      conversation = turn.conversation;
      const names = turn.toolCalls.map(({argumentsExcerpt, name}) => argumentsExcerpt || name).join(', ');
      toolResults = await questions.readArtifacts(toSummary(`reads ${names}`), {bundle, catalog, conversation});
    }
  }

  /** The question that is being answered: the last one. */
  get #running(): CaseQuestion {
    return this.#record.status.questions?.at(-1) as CaseQuestion;
  }

  #change(change: Partial<CaseQuestion>): void {
    const {questions: all = []} = this.#record.status;
    this.#record.set({questions: [...all.slice(0, -1), {...this.#running, ...change}]});
  }
}
