import type {VNode} from 'preact';
import {type ActionName, actionOf} from '../../case/operator/actions.ts';
import {actionsFor} from '../../case/operator/refusal.ts';
import {Icon} from '../components/icon.tsx';
import {Notice} from '../components/notice.tsx';
import {ActionForm, type OperatorFormsProps} from './action-form.tsx';
import {LABELS} from './labels.ts';
import {isPermitted} from './permitted.ts';

/** Renders the forms of a case after one of them was refused: that one first and open, then those that the case accepts. */
export function OperatorForms(props: OperatorFormsProps): VNode {
  const {status, problem, role} = props;
  const accepted = actionsFor(status).filter((name) => isPermitted(role, name));
  const refused = problem === undefined ? [] : [problem.action];
  const offered = [...refused, ...accepted.filter((name) => name !== problem?.action)];
  return (
    <div class="stack">
      {accepted.length === 0 ? <p class="dim">The case is closed: no action is possible.</p> : null}
      {offered.map((name) => (
        <FormPart key={name} name={name} all={props} />
      ))}
    </div>
  );
}

function FormPart({name, all}: {name: ActionName; all: OperatorFormsProps}): VNode {
  const {problem} = all;
  const {path} = actionOf(name);
  const refused = problem?.action === name;
  return (
    <details id={`operator-part-${path}`} class="panel attempt" open={refused}>
      <summary>
        <Icon name="chev" class="chev" />
        <strong>{LABELS[name].heading}</strong>
      </summary>
      <div class="body">
        {refused ? (
          <Notice tone="bad" role="alert" id={`operator-problem-${path}`}>
            {problem.message}
          </Notice>
        ) : null}
        <ActionForm name={name} all={all} />
      </div>
    </details>
  );
}
