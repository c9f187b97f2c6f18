import type {VNode} from 'preact';
import {Type} from 'typebox';
import {costText} from '../../case/ask/answer-text.ts';
import {QUESTION_CHARS} from '../../case/ask/refusal.ts';
import {formatMoney} from '../../case/budget/money.ts';
import type {CaseQuestion} from '../../case/question.ts';
import {stateOf} from '../../case/review/case-state.ts';
import type {CaseStatus} from '../../case/status.ts';
import {billable, portName} from '../../case/types.ts';
import {type Operator, operatorOf} from '../access/access.ts';
import {identityOf} from '../access/identity.ts';
import {covers, type Role} from '../access/roles.ts';
import {ActionBar} from '../components/actions.tsx';
import {Icon} from '../components/icon.tsx';
import {Notice} from '../components/notice.tsx';
import {Empty, Panel, Title} from '../components/panel.tsx';
import {StatePill} from '../components/state-pill.tsx';
import {OperatorName} from '../operator/action-form.tsx';
import {casePath, counted} from '../pages/components.tsx';
import type {Page} from '../pages/layout.tsx';
import {caseOr404, definePage, IdParams, liveFor, ShortText} from '../pages/page.ts';
import {Answer, type AnswerProps} from './answer.tsx';
import {Sources} from './sources.tsx';

/** Questions that are offered to be asked. */
const TRY = ['What would break if this is wrong?', 'Explain the diff in two sentences', 'Has this port needed this before?'];

export const askPage = definePage({
  path: '/ui/cases/:id/ask',
  params: IdParams,
  query: Type.Object({run: ShortText, text: ShortText}),
  async render({reading}, {params: {id}, query: {run, text}, request}) {
    const {status} = await caseOr404(reading, id, run);
    return askedPage({status, operator: operatorOf(request), role: identityOf(request).role, typed: text});
  },
});

export interface AskProps {
  readonly status: CaseStatus;
  readonly operator: Operator | undefined;
  /** Role of the reader: forms that it may not send are not shown. */
  readonly role: Role;
  /** Text of the question box. */
  readonly typed?: string | undefined;
  /** Why the question was refused. */
  readonly problem?: string | undefined;
}

/** Renders the questions about a case with their answers and sources, and the form for the next. */
export function askedPage(props: AskProps): Page {
  const {status} = props;
  const {questions = []} = status;
  const body = (
    <>
      <Title
        up={{href: casePath(status.workflowId), text: portName(status.port)}}
        heading={status.pendingOutcome === 'fixed' ? 'Ask about this fix' : 'Ask about this failure'}
        state={<StatePill state={stateOf(status)} />}
        facts={['answers come only from the case’s evidence', questionsFact(questions)]}
      />
      <div class="cols">
        <div class="stack first">
          <section class="panel" id="questions">
            {questions.length === 0 ? <NoQuestion /> : <Chat {...props} questions={questions} />}
          </section>
          <QuestionForm {...props} />
        </div>
        <div class="rail">
          <Sources status={status} questions={questions} />
          <Panel title="What it can read" id="readable">
            <p class="small">
              The failed log, root causes, port and overlay files, the diffs and transcripts of its attempts, effect, proofs and
              timeline, as they are recorded. It runs and changes nothing.
            </p>
          </Panel>
        </div>
      </div>
      <ActionBar
        sum={
          <span>
            <Icon name="note" /> A question changes nothing in the case
          </span>
        }
      >
        <a class="button" href={casePath(status.workflowId)}>
          Back to the case
        </a>
      </ActionBar>
    </>
  );
  const title = `Ask about ${portName(status.port)}`;
  return {title, section: 'cases', hasBar: true, live: liveFor('case', status.workflowId), body};
}

/** `2 questions, 4 690 tokens, $0.008`; empty without one. */
function questionsFact(questions: readonly CaseQuestion[]): string {
  if (questions.length === 0) return '';
  const tokens = questions.reduce((sum, {usage}) => sum + billable(usage), 0);
  const cost = questions.reduce((sum, {usage}) => sum + usage.cost, 0);
  const money = cost > 0 ? `, ${formatMoney(cost)}` : '';
  return `${counted(questions.length, 'question')}, ${counted(tokens, 'token')}${money}`;
}

function NoQuestion(): VNode {
  return (
    <Empty title="No question yet" icon="ask" level={2}>
      <p>
        Ask why the fix is as it is, what it changes, or what the log shows. Each answer links to the lines that it relies on.
      </p>
    </Empty>
  );
}

function Chat({status, operator, role, questions}: AskProps & {questions: readonly CaseQuestion[]}): VNode {
  return (
    <div class="body">
      <div class="chat" role="log" aria-label="Questions and answers">
        {questions.map((one) => (
          <Asked key={one.number} status={status} operator={operator} role={role} question={one} />
        ))}
      </div>
    </div>
  );
}

function Asked(props: AnswerProps): VNode {
  const {question} = props;
  return (
    <>
      <p class="me" id={`q${question.number}`} title={`${question.by}, ${question.atUtc}`}>
        {question.text}
      </p>
      <div class="it">{question.state === 'answered' ? <Answer {...props} /> : <NoAnswer question={question} />}</div>
    </>
  );
}

function NoAnswer({question}: {question: CaseQuestion}): VNode {
  if (question.state === 'failed')
    return (
      <Notice tone="bad">
        No answer: {question.problem}
        {billable(question.usage) > 0 ? ` (${costText(question)})` : ''}
      </Notice>
    );
  return (
    <p class="row" role="status">
      <Icon name="run" tone="run" class="spin" /> Reading the evidence… The answer appears here.
    </p>
  );
}

function QuestionForm({status, operator, role, typed, problem}: AskProps): VNode | null {
  const path = `${casePath(status.workflowId)}/ask`;
  const refusal =
    problem === undefined ? null : (
      <Notice tone="bad" role="alert" id="ask-problem">
        {problem}
      </Notice>
    );
  if (!covers(role, 'operator')) return <Notice>Questions cost tokens of the case: only operators ask them.</Notice>;
  if (status.phase === 'closed')
    return (
      <Notice>
        The case is closed: no more questions are answered. Its questions and answers stay here, and in its archive.
      </Notice>
    );
  return (
    <section class="panel" aria-label="Your question">
      <div class="body">
        {refusal}
        <form method="post" action={path} class="stack" id="ask-form">
          <div class="field">
            <label for="ask-text">Your question</label>
            <textarea
              id="ask-text"
              name="text"
              rows={2}
              maxLength={QUESTION_CHARS}
              required
              data-keep-value
              placeholder="About the failure, the change, the proof or the port’s history"
            >
              {typed}
            </textarea>
          </div>
          <OperatorName id="ask-by" operator={operator} />
          <div class="row">
            <button type="submit" class="primary">
              Ask
            </button>
            <span class="hint">{costHint(status)} Changes nothing: to steer the model, reject with a reason.</span>
          </div>
          <div class="chips">
            <span class="dim small">Try</span>
            {TRY.map((one) => (
              <a key={one} class="chip" href={`${path}?text=${encodeURIComponent(one)}#ask-text`}>
                {one}
              </a>
            ))}
          </div>
        </form>
      </div>
    </section>
  );
}

/** Returns what an answer costs, by those that the case has. */
function costHint({questions = []}: CaseStatus): string {
  const answered = questions.filter(({state}) => state === 'answered');
  if (answered.length === 0) return 'Its tokens count in the budget of the case.';
  const cost = answered.reduce((sum, {usage}) => sum + usage.cost, 0) / answered.length;
  const tokens = Math.round(answered.reduce((sum, {usage}) => sum + billable(usage), 0) / answered.length);
  return `Costs about ${cost > 0 ? formatMoney(cost) : counted(tokens, 'token')}, from the budget of the case.`;
}
