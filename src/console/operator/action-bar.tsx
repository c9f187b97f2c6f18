import type {ComponentChildren, VNode} from 'preact';
import type {ActionName} from '../../case/operator/actions.ts';
import {actionsFor} from '../../case/operator/refusal.ts';
import {type StateKind, stateOf} from '../../case/review/case-state.ts';
import type {CaseStatus} from '../../case/status.ts';
import {ActionBar} from '../components/actions.tsx';
import {Icon} from '../components/icon.tsx';
import {casePath} from '../pages/components.tsx';
import type {OperatorFormsProps} from './action-form.tsx';
import {ANSWER_FORM} from './answers.tsx';
import {ActionDialog, Dialog, dialogId, OpenButton} from './dialog.tsx';
import {LABELS} from './labels.ts';
import {isPermitted} from './permitted.ts';

interface CaseBarProps extends OperatorFormsProps {
  /** What the actions are about, in a few facts. */
  readonly sum: ComponentChildren;
  /** Path of the diff to download; missing without one. */
  readonly patch?: string | undefined;
  /** Whether the page has the form with the answers to the case's question. */
  readonly hasAnswers: boolean;
}

/** Actions with a button in the bar, by what the case asks; all others are under `More actions`. */
const IN_BAR: Readonly<Partial<Record<StateKind, readonly ActionName[]>>> = {
  review: ['accept', 'reject'],
  running: ['provideContext', 'grantBudget', 'escalate'],
  stopping: ['provideContext'],
};

/** Renders the bar with what an operator can do with a case, and a dialog for each action; null where nothing is possible. */
export function CaseBar(props: CaseBarProps): VNode | null {
  const {status, sum, patch, hasAnswers, role} = props;
  const accepted = actionsFor(status).filter((name) => isPermitted(role, name));
  if (accepted.length === 0 && patch === undefined) return null;
  const shown = IN_BAR[stateOf(status).kind] ?? [];
  const more = accepted.filter((name) => !shown.includes(name));
  return (
    <>
      <ActionBar sum={sum}>
        {hasAnswers ? <AnswerButton /> : null}
        {accepted
          .filter((name) => shown.includes(name))
          .map((name) => (name === 'accept' ? <AcceptButton key={name} all={props} /> : <OpenButton key={name} name={name} />))}
        {accepted.length === 0 ? null : <AskLink status={status} />}
        {patch === undefined ? null : <PatchLink path={patch} />}
        {more.length === 0 ? null : <MoreButton />}
      </ActionBar>
      {accepted.map((name) => (
        <ActionDialog key={name} name={name} all={props} />
      ))}
      {more.length === 0 ? null : <MoreDialog names={more} />}
    </>
  );
}

/** Accepts at once where the operator's name is known; else its dialog asks for the name. */
function AcceptButton({all: {status, operator}}: {all: OperatorFormsProps}): VNode {
  if (operator === undefined) return <OpenButton name="accept" isPrimary text="Accept fix…" />;
  return (
    <form method="post" action={`${casePath(status.workflowId)}/accept`}>
      {operator.fixed ? null : <input type="hidden" name="by" value={operator.name} />}
      <button type="submit" class="primary" aria-keyshortcuts="a">
        <Icon name="check" />
        Accept fix
      </button>
    </form>
  );
}

function AnswerButton(): VNode {
  return (
    <button type="submit" class="primary" form={ANSWER_FORM}>
      <Icon name="check" />
      Record answer
    </button>
  );
}

function AskLink({status}: {status: CaseStatus}): VNode {
  const hasFix = status.pendingOutcome === 'fixed';
  return (
    <a class="button icon-only" href={`${casePath(status.workflowId)}/ask`} aria-keyshortcuts="q" data-action="ask">
      <Icon name="ask" />
      <span>{hasFix ? 'Ask about this fix' : 'Ask about this failure'}</span>
    </a>
  );
}

function PatchLink({path}: {path: string}): VNode {
  return (
    <a class="button icon-only" href={path} aria-keyshortcuts="d" data-action="patch">
      <Icon name="down" />
      <span>Download patch</span>
    </a>
  );
}

function MoreButton(): VNode {
  return (
    <button type="button" class="quiet icon-only" popovertarget="more" aria-label="More actions" title="More actions">
      ⋯
    </button>
  );
}

function MoreDialog({names}: {names: readonly ActionName[]}): VNode {
  return (
    <Dialog id="more" heading="More actions">
      <p class="row">
        {names.map((name) => (
          <button key={name} type="button" class={LABELS[name].isDanger ? 'danger' : undefined} popovertarget={dialogId(name)}>
            {LABELS[name].open}
          </button>
        ))}
      </p>
    </Dialog>
  );
}
