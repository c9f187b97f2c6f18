import type {VNode} from 'preact';
import {costText} from '../../case/ask/answer-text.ts';
import {plainAnswer} from '../../case/ask/citations.ts';
import {type ActionName, actionOf} from '../../case/operator/actions.ts';
import type {TextField} from '../../case/operator/fields.ts';
import {applies} from '../../case/operator/refusal.ts';
import type {CaseAnswer, CaseQuestion} from '../../case/question.ts';
import type {CaseStatus} from '../../case/status.ts';
import type {Operator} from '../access/access.ts';
import type {Role} from '../access/roles.ts';
import {renderMarkdown} from '../attempt/markdown.ts';
import {visible} from '../attempt/visible.ts';
import {Icon} from '../components/icon.tsx';
import {Pill} from '../components/pill.tsx';
import {OperatorName} from '../operator/action-form.tsx';
import {isPermitted} from '../operator/permitted.ts';
import {casePath} from '../pages/components.tsx';
import {sourceId} from './sources.tsx';

export interface AnswerProps {
  readonly status: CaseStatus;
  readonly operator: Operator | undefined;
  readonly role: Role;
  readonly question: CaseQuestion;
}

/** Actions that take the text of an answer, with the field that gets it. */
const USES = [
  ['reject', 'reason', 'Reject the fix with this…'],
  ['provideContext', 'text', 'Give this to the model…'],
] as const;

/** Renders an answer: what it is, its references to the sources, what it cost, and the forms that take its text. */
export function Answer(props: AnswerProps): VNode {
  const {status, role, question} = props;
  const {answer} = question;
  if (answer === undefined) return <p class="dim">The evidence does not have the answer any more.</p>;
  return (
    <>
      {isUnanswered(answer) ? (
        <p class="row">
          <Pill tone="warn" icon="note">
            The evidence does not say
          </Pill>
        </p>
      ) : null}
      <AnswerText number={question.number} answer={answer} />
      <Dropped answer={answer} />
      <p class="small dim">{costText(question).replaceAll(', ', ' · ')}</p>
      {USES.filter(([name]) => applies(name, status) && isPermitted(role, name)).map(([name, field, label]) => (
        <UseForm key={name} {...props} answer={answer} name={name} field={field} label={label} />
      ))}
    </>
  );
}

/** Whether an answer begins with what the prompt wants where the evidence has no answer. */
function isUnanswered({text}: CaseAnswer): boolean {
  return /^the evidence does not say/i.test(text);
}

function AnswerText({number, answer}: {number: number; answer: CaseAnswer}): VNode {
  const references = {count: answer.citations.length, path: (at: number) => `#${sourceId(number, at)}`};
  // markdown-it without HTML escapes all that it does not write itself.
  return <div class="prose" dangerouslySetInnerHTML={{__html: renderMarkdown(answer.text, 2, references)}} />;
}

function Dropped({answer: {dropped}}: {answer: CaseAnswer}): VNode | null {
  if (dropped.length === 0) return null;
  return (
    <details class="fold small">
      <summary>
        <Icon name="chev" class="chev" />
        {dropped.length === 1 ? 'A citation was' : `${dropped.length} citations were`} removed, since the evidence does not have
        it
      </summary>
      <ul>
        {dropped.map(({text, reason}) => (
          <li key={text}>
            <code class="break">{visible(text)}</code>: {reason}
          </li>
        ))}
      </ul>
    </details>
  );
}

interface UseProps extends AnswerProps {
  readonly answer: CaseAnswer;
  readonly name: ActionName;
  readonly field: string;
  readonly label: string;
}

/** Renders the form of an action with the text of an answer in it, for the operator to change and send. */
function UseForm({status, operator, question, answer, name, field, label}: UseProps): VNode {
  const {path, button, effect, fields} = actionOf(name);
  const id = `q${question.number}-${path}`;
  const {label: fieldLabel, limit} = fields[field] as TextField;
  return (
    <details class="fold small" id={id}>
      <summary>
        <Icon name="chev" class="chev" />
        {label}
      </summary>
      <form method="post" action={`${casePath(status.workflowId)}/${path}`} class="stack">
        <p class="dim">{effect}</p>
        <div class="field">
          <label for={`${id}-text`}>{fieldLabel}</label>
          <textarea id={`${id}-text`} name={field} rows={6} maxLength={limit} required data-keep-value>
            {prefilled(question, answer, name)}
          </textarea>
        </div>
        <OperatorName id={`${id}-by`} operator={operator} />
        <div class="row">
          <button type="submit">{button}</button>
        </div>
      </form>
    </details>
  );
}

/** Returns the answer as the text of an action; as context with its question, without which it may not be understood. */
function prefilled({text}: CaseQuestion, answer: CaseAnswer, name: ActionName): string {
  const plain = plainAnswer(answer, false);
  return name === 'reject' ? plain : `${text}\n\n${plain}`;
}
