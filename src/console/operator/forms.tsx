import type {ComponentChildren, VNode} from 'preact';
import {CONTEXT_CHARS, MOST_ATTEMPTS, MOST_TOKENS, NAME_CHARS, refuseResolution, retryTier} from '../../case/operator/rules.ts';
import {MANUAL} from '../../case/policy/policy.ts';
import type {CaseStatus} from '../../case/status.ts';
import {OUTCOMES} from '../../case/types.ts';
import type {Operator} from '../access/access.ts';
import {casePath, count} from '../pages/components.tsx';
import {type Action, actionsFor} from './actions.ts';

export interface OperatorFormsProps {
  readonly status: CaseStatus;
  readonly operator: Operator | undefined;
  /** What was not done, and why; its form is there whatever the case would take now. */
  readonly problem?: {readonly action: Action; readonly words: string} | undefined;
  /** What the person had put into the form of that action. */
  readonly typed?: Readonly<Record<string, string>> | undefined;
  /** Tiers of the policy; the built-in ones without. */
  readonly policyTiers?: readonly string[] | undefined;
}

/** What a form needs of all this. */
interface FormProps {
  readonly all: OperatorFormsProps;
  /** A field's text as the person left it. */
  readonly typed: (field: string) => string | undefined;
}

const BUILT_IN = ['AUTO', 'ASSIST'];
const REASON_CHARS = 500;

/** Buttons and forms of a case's page: those that the case would take as it is now; first the one that was not taken. */
export function OperatorForms(props: OperatorFormsProps): VNode {
  const {status, problem} = props;
  const now = actionsFor(status);
  const failed = problem === undefined ? [] : [problem.action];
  const offered = [...failed, ...now.filter((name) => name !== problem?.action)];
  return (
    <div class="operator-forms">
      {now.length === 0 ? <p class="dim">The case takes nothing any more.</p> : null}
      {offered.map((name) => (
        <ActionPart key={name} action={name} all={props} />
      ))}
    </div>
  );
}

function ActionPart({action, all}: {action: Action; all: OperatorFormsProps}): VNode {
  const {status, operator, problem} = all;
  const failed = problem?.action === action;
  const typed = (field: string): string | undefined => (failed ? all.typed?.[field] : undefined);
  const {title, hint, button, tone, sure, Fields} = FORMS[action];
  return (
    <details id={`operator-part-${action}`} class="card" open={failed || (problem === undefined && isFirst(action, status))}>
      <summary>{title}</summary>
      {failed ? (
        <p class="note bad" role="alert" id={`operator-problem-${action}`}>
          {problem.words}
        </p>
      ) : null}
      <p class="dim">{hint}</p>
      <form method="post" action={`${casePath(status.workflowId)}/${action}`} id={`operator-form-${action}`}>
        <Fields all={all} typed={typed} />
        {operator?.fixed ? (
          <p class="dim">As {operator.name}.</p>
        ) : (
          <Field label="Your name">
            <input
              {...keep(`operator-${action}-by`, 'by', NAME_CHARS)}
              required
              autocomplete="name"
              value={typed('by') ?? operator?.name}
            />
          </Field>
        )}
        {sure === undefined ? null : (
          <p>
            <label class="check">
              <input type="checkbox" name="sure" value="yes" required />
              {sure}
            </label>
          </p>
        )}
        <p>
          <button type="submit" class={tone}>
            {button}
          </button>
        </p>
      </form>
    </details>
  );
}

/** What a case that waits asks for is open; all else is a click away. */
function isFirst(action: Action, {pendingOutcome}: CaseStatus): boolean {
  if (pendingOutcome === 'fixed') return action === 'accept' || action === 'reject';
  return pendingOutcome !== null && action === 'context';
}

interface Form {
  readonly title: string;
  readonly hint: string;
  readonly button: string;
  readonly tone?: 'primary' | 'danger';
  /** Beside the box that is to be ticked. */
  readonly sure?: string;
  readonly Fields: (props: FormProps) => VNode | null;
}

const FORMS: Readonly<Record<Action, Form>> = {
  accept: {
    title: 'Accept the fix',
    hint: 'The proved fix is right: the case closes as fixed, and the fix may be exported.',
    button: 'Accept',
    tone: 'primary',
    Fields: () => null,
  },
  reject: {
    title: 'Reject the fix',
    hint: 'The proved fix is wrong. The model is shown the reason, and tries again if budget is left.',
    button: 'Reject',
    Fields: ({typed}) => <LongText id="operator-reject" name="reason" label="Why it is wrong" text={typed('reason')} />,
  },
  context: {
    title: 'Tell the model something',
    hint: 'The model is shown it. A case that waits goes on with triage.',
    button: 'Tell it',
    tone: 'primary',
    Fields: ({typed}) => <LongText id="operator-context" name="text" label="What the model should know" text={typed('text')} />,
  },
  retry: {
    title: 'Try again',
    hint: 'Another attempt with what is left of the budget.',
    button: 'Try again',
    Fields: RetryFields,
  },
  budget: {
    title: 'Grant more budget',
    hint: 'On top of the tier’s limits. A case that waits for want of it goes on.',
    button: 'Grant it',
    Fields: ({typed}) => (
      <>
        <Whole name="tokens" label={`Billable tokens, at most ${count(MOST_TOKENS)}`} text={typed('tokens')} />
        <Whole name="attempts" label={`Attempts, at most ${MOST_ATTEMPTS}`} text={typed('attempts')} />
      </>
    ),
  },
  escalate: {
    title: 'Stop automation',
    hint: 'At once, in any phase; the case then waits for an operator.',
    button: 'Stop it',
    tone: 'danger',
    sure: 'Yes, stop it: the attempt at work is ended',
    Fields: ({typed}) => (
      <Field label="Why">
        <input {...keep('operator-escalate', 'reason', REASON_CHARS)} required autocomplete="off" value={typed('reason')} />
      </Field>
    ),
  },
  resolve: {
    title: 'Close the case',
    hint: 'Automation ends, and the next failure of the port starts a new case.',
    button: 'Close it',
    tone: 'danger',
    sure: 'Yes, close it',
    Fields: ResolveFields,
  },
};

function RetryFields({all: {status, policyTiers = BUILT_IN}, typed}: FormProps): VNode {
  const tiers = policyTiers.filter((name) => name !== MANUAL);
  const chosen = typed('tier');
  return (
    <Field label="Tier">
      <select id="operator-retry-tier" name="tier" data-keep-value>
        <option value="">{`${retryTier(status, undefined)}, as it stands`}</option>
        {tiers.map((name) => (
          <option key={name} value={name} selected={name === chosen}>
            {name}
          </option>
        ))}
      </select>
    </Field>
  );
}

function ResolveFields({all: {status}, typed}: FormProps): VNode {
  const outcomes = OUTCOMES.filter((outcome) => refuseResolution({...status, phase: 'decide'}, {by: 'x', outcome}) === undefined);
  const chosen = typed('outcome');
  return (
    <>
      <Field label="Outcome">
        <select id="operator-resolve-outcome" name="outcome" required data-keep-value>
          <option value="">choose one</option>
          {outcomes.map((outcome) => (
            <option key={outcome} value={outcome} selected={outcome === chosen}>
              {outcome}
            </option>
          ))}
        </select>
      </Field>
      <LongText id="operator-resolve" name="note" label="Note for the log, if you like" text={typed('note')} optional />
    </>
  );
}

function LongText({
  id,
  name,
  label,
  text = '',
  optional = false,
}: {
  id: string;
  name: string;
  label: string;
  text: string | undefined;
  optional?: boolean;
}): VNode {
  return (
    <Field label={label}>
      <textarea {...keep(id, name, CONTEXT_CHARS)} rows={5} cols={80} required={!optional}>
        {/* A browser leaves out the first line break. */}
        {text.startsWith('\n') ? `\n${text}` : text}
      </textarea>
    </Field>
  );
}

/** Not of type number, in which a browser would lose what is none. */
function Whole({name, label, text}: {name: string; label: string; text: string | undefined}): VNode {
  return (
    <Field label={label}>
      <input
        {...keep(`operator-budget-${name}`, name, 15)}
        inputMode="numeric"
        pattern="[0-9]*"
        autocomplete="off"
        value={text}
      />
    </Field>
  );
}

function Field({label, children}: {label: string; children: ComponentChildren}): VNode {
  return (
    <p>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children */}
      <label>
        {label}
        {children}
      </label>
    </p>
  );
}

/** What a field has so that a live page keeps what is typed into it. */
function keep(id: string, name: string, most: number): {id: string; name: string; maxlength: number; 'data-keep-value': true} {
  return {id, name, maxlength: most, 'data-keep-value': true};
}
