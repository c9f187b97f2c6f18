import type {VNode} from 'preact';
import {type ActionName, actionOf} from '../../case/operator/actions.ts';
import {exampleValues, portwrightCommand} from '../../case/operator/commands.ts';
import type {Field} from '../../case/operator/fields.ts';
import {applies} from '../../case/operator/refusal.ts';
import {answerCost} from '../../case/review/answer-cost.ts';
import type {Answer} from '../../case/review/answers.ts';
import {QUESTIONS} from '../../case/review/questions.ts';
import {waitReasonOf} from '../../case/review/wait-reason.ts';
import type {CaseStatus} from '../../case/status.ts';
import type {Role} from '../access/roles.ts';
import {Command} from '../components/copy.tsx';
import {Panel} from '../components/panel.tsx';
import {casePath} from '../pages/components.tsx';
import {type OperatorDesk, OperatorName} from './action-form.tsx';
import {FieldControl} from './fields.tsx';
import {isPermitted} from './permitted.ts';

/** Id of the form with the answers; the button that sends it is in the bar. */
export const ANSWER_FORM = 'answer-form';

interface AnswersProps extends OperatorDesk {
  readonly status: CaseStatus;
  /** Texts that fields begin with, by the names of the fields. */
  readonly prefill?: Readonly<Record<string, string>> | undefined;
}

/** Returns the answers that a waiting case accepts now from a role; none for a proved fix, which has its own actions. */
export function answersOf(status: CaseStatus, role: Role): readonly Answer[] {
  if (status.pendingOutcome === null) return [];
  const {answers} = QUESTIONS[waitReasonOf({...status, classification: status.triage?.classification})];
  return answers.filter(({action}) => applies(action, status) && isPermitted(role, action));
}

/** Returns the name of an answer's field in the form. */
export function answerField({key}: Answer, field: string): string {
  return `${key}.${field}`;
}

/** Renders the answers to the question of a waiting case. None is chosen for the operator. */
export function Answers(props: AnswersProps): VNode | null {
  const {status, operator, role} = props;
  const answers = answersOf(status, role);
  if (answers.length === 0) return null;
  return (
    <Panel title="Your answer" id="answers">
      <form method="post" action={`${casePath(status.workflowId)}/answer`} id={ANSWER_FORM} class="stack">
        <fieldset class="answers">
          <legend class="unseen">What happens next?</legend>
          {answers.map((answer) => (
            <AnswerChoice key={answer.key} answer={answer} all={props} />
          ))}
        </fieldset>
        <OperatorName id="answer-by" operator={operator} />
      </form>
    </Panel>
  );
}

function AnswerChoice({answer, all}: {answer: Answer; all: AnswersProps}): VNode {
  const {key, title, does, cost} = answer;
  return (
    <div class="answer">
      <label for={`answer-${key}`}>
        <input type="radio" id={`answer-${key}`} name="answer" value={key} required data-keep-value />
        <span>
          <strong>{title}</strong>
          <span class="does">
            {does} {answerCost(all.status, cost)}
          </span>
        </span>
      </label>
      <div class="more">
        <AnswerFields answer={answer} all={all} />
        <Command text={commandOf(answer, all.status)} />
      </div>
    </div>
  );
}

function AnswerFields({answer, all: {policyTiers = [], prefill = {}}}: {answer: Answer; all: AnswersProps}): VNode {
  const {action, fields = [], labels = {}, key} = answer;
  return (
    <>
      {fields.map((name) => {
        const field = actionOf(action).fields[name] as Field;
        return (
          <FieldControl
            key={name}
            id={`answer-${key}-${name}`}
            name={answerField(answer, name)}
            // A field that is required would prevent the other answers.
            field={{...field, required: undefined, label: labels[name] ?? field.label} as unknown as Field}
            typed={prefill[name]}
            tiers={policyTiers}
            unchosen="As now"
          />
        );
      })}
    </>
  );
}

/** Returns the command that gives the same answer in a terminal. */
function commandOf({action, preset = {}, fields = []}: Answer, {workflowId}: CaseStatus): string {
  const blanks = Object.entries(exampleValues(action as ActionName, 'placeholder')).filter(([name]) => fields.includes(name));
  return portwrightCommand(action, workflowId, {...Object.fromEntries(blanks), ...preset});
}
