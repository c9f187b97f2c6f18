import type {VNode} from 'preact';
import {type ActionName, actionOf} from '../../case/operator/actions.ts';
import {NAME_CHARS} from '../../case/operator/fields.ts';
import {retryTier} from '../../case/operator/limits.ts';
import {actionsFor, momentOf} from '../../case/operator/refusal.ts';
import type {CaseStatus} from '../../case/status.ts';
import type {Operator} from '../access/access.ts';
import {casePath} from '../pages/components.tsx';
import {FieldControl, Labelled, retained} from './fields.tsx';

export interface OperatorFormsProps {
  readonly status: CaseStatus;
  readonly operator: Operator | undefined;
  /** The action that was refused, and why; its form is shown even if the case no longer accepts it. */
  readonly problem?: {readonly action: ActionName; readonly message: string} | undefined;
  /** What the operator typed into the form of that action. */
  readonly typed?: Readonly<Record<string, string>> | undefined;
  /** Tiers of the policy; the built-in ones without. */
  readonly policyTiers?: readonly string[] | undefined;
}

interface FormProps {
  readonly name: ActionName;
  readonly all: OperatorFormsProps;
}

const BUILT_IN = ['AUTO', 'ASSIST'];

/** Renders the forms of a case's page: the refused one first, then those that the case accepts in its state. */
export function OperatorForms(props: OperatorFormsProps): VNode {
  const {status, problem} = props;
  const accepted = actionsFor(status);
  const refused = problem === undefined ? [] : [problem.action];
  const offered = [...refused, ...accepted.filter((name) => name !== problem?.action)];
  return (
    <div class="operator-forms">
      {accepted.length === 0 ? <p class="dim">The case is closed: no action is possible.</p> : null}
      {offered.map((name) => (
        <ActionForm key={name} name={name} all={props} />
      ))}
    </div>
  );
}

function ActionForm({name, all}: FormProps): VNode {
  const {status, problem} = all;
  const {path, title, effect, tone, button} = actionOf(name);
  const refused = problem?.action === name;
  const open = refused || (problem === undefined && isOpen(name, status));
  return (
    <details id={`operator-part-${path}`} class="card" open={open}>
      <summary>{title}</summary>
      {refused ? (
        <p class="notice bad" role="alert" id={`operator-problem-${path}`}>
          {problem.message}
        </p>
      ) : null}
      <p class="dim">{effect}</p>
      <form method="post" action={`${casePath(status.workflowId)}/${path}`} id={`operator-form-${path}`}>
        <ActionFields name={name} all={all} />
        <OperatorName name={name} all={all} />
        <Confirmation name={name} all={all} />
        <p>
          <button type="submit" class={tone}>
            {button}
          </button>
        </p>
      </form>
    </details>
  );
}

/** What a waiting case asks for is open; all other forms are a click away. */
function isOpen(name: ActionName, status: CaseStatus): boolean {
  const {primary, moment} = actionOf(name);
  return primary === true && moment === momentOf(status);
}

function ActionFields({name, all}: FormProps): VNode {
  const {path, fields} = actionOf(name);
  const {status, policyTiers = BUILT_IN} = all;
  return (
    <>
      {Object.entries(fields).map(([key, field]) => (
        <FieldControl
          key={key}
          id={`operator-${path}-${key}`}
          name={key}
          field={field}
          typed={typedInto(name, all, key)}
          tiers={policyTiers}
          unchosen={field.required ? 'choose one' : `${retryTier(status, undefined)}, as it stands`}
        />
      ))}
    </>
  );
}

function OperatorName({name, all}: FormProps): VNode {
  const {operator} = all;
  if (operator?.fixed) return <p class="dim">As {operator.name}.</p>;
  return (
    <Labelled label="Your name">
      <input
        {...retained(`operator-${actionOf(name).path}-by`, 'by', NAME_CHARS)}
        required
        autocomplete="name"
        value={typedInto(name, all, 'by') ?? operator?.name}
      />
    </Labelled>
  );
}

function Confirmation({name}: FormProps): VNode | null {
  const {confirm} = actionOf(name);
  if (confirm === undefined) return null;
  return (
    <p>
      <label class="check">
        <input type="checkbox" name="sure" value="yes" required />
        {confirm}
      </label>
    </p>
  );
}

/** What the operator typed before, which only the refused form shows again. */
function typedInto(name: ActionName, {problem, typed}: OperatorFormsProps, field: string): string | undefined {
  return problem?.action === name ? typed?.[field] : undefined;
}
