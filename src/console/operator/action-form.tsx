import type {VNode} from 'preact';
import {type ActionName, actionOf} from '../../case/operator/actions.ts';
import {NAME_CHARS} from '../../case/operator/fields.ts';
import {retryTier} from '../../case/operator/limits.ts';
import type {CaseStatus} from '../../case/status.ts';
import type {Operator} from '../access/access.ts';
import type {Role} from '../access/roles.ts';
import {casePath} from '../pages/components.tsx';
import {FieldControl, Labelled, retained} from './fields.tsx';
import {LABELS} from './labels.ts';

/** Who acts on a case, and what the choices of a tier are. */
export interface OperatorDesk {
  readonly operator: Operator | undefined;
  readonly role: Role;
  /** Tiers of the policy; the built-in ones without. */
  readonly policyTiers?: readonly string[] | undefined;
}

export interface OperatorFormsProps extends OperatorDesk {
  readonly status: CaseStatus;
  /** The action that was refused, and why; its form is shown even if the case no longer accepts it. */
  readonly problem?: {readonly action: ActionName; readonly message: string} | undefined;
  /** What the operator typed into the form of that action. */
  readonly typed?: Readonly<Record<string, string>> | undefined;
}

interface FormProps {
  readonly name: ActionName;
  readonly all: OperatorFormsProps;
}

const BUILT_IN = ['AUTO', 'ASSIST'];

/** Renders the form of one action: what it does, its fields, the operator's name, its button. */
export function ActionForm({name, all}: FormProps): VNode {
  const {path, confirm, effect} = actionOf(name);
  const {submit, isDanger} = LABELS[name];
  return (
    <form method="post" action={`${casePath(all.status.workflowId)}/${path}`} id={`operator-form-${path}`} class="stack">
      <p>{effect}</p>
      <ActionFields name={name} all={all} />
      <OperatorName id={`operator-${path}-by`} operator={all.operator} typed={typedInto(name, all, 'by')} />
      {/* The dialog, or the opened part, is the question; this is its answer. */}
      {confirm === undefined ? null : <input type="hidden" name="sure" value="yes" />}
      <p class="row">
        <button type="submit" class={isDanger ? 'danger' : 'primary'}>
          {submit}
        </button>
      </p>
    </form>
  );
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
          unchosen={field.required ? 'Choose one' : `${retryTier(status, undefined)}, as now`}
        />
      ))}
    </>
  );
}

interface NameProps {
  readonly id: string;
  readonly operator: Operator | undefined;
  readonly typed?: string | undefined;
}

/** Renders whose name an action has in the activity: a field, or the name that the login vouches for. */
export function OperatorName({id, operator, typed}: NameProps): VNode {
  if (operator?.fixed) return <p class="hint">In the activity as {operator.name}.</p>;
  return (
    <Labelled id={id} label="Your name">
      <input {...retained(id, 'by', NAME_CHARS)} type="text" required autocomplete="name" value={typed ?? operator?.name} />
    </Labelled>
  );
}

/** What the operator typed before, which only the refused form shows again. */
function typedInto(name: ActionName, {problem, typed}: OperatorFormsProps, field: string): string | undefined {
  return problem?.action === name ? typed?.[field] : undefined;
}
