import type {ComponentChildren, VNode} from 'preact';
import {type ActionName, actionOf} from '../../case/operator/actions.ts';
import {Icon} from '../components/icon.tsx';
import {ActionForm, type OperatorFormsProps} from './action-form.tsx';
import {LABELS} from './labels.ts';

interface DialogProps {
  readonly id: string;
  readonly heading: string;
  readonly children: ComponentChildren;
}

/** Renders a dialog that a button with its id as `popovertarget` opens; it needs no script. */
export function Dialog({id, heading, children}: DialogProps): VNode {
  return (
    <div popover="auto" id={id} role="dialog" aria-labelledby={`${id}-h`}>
      <div class="head">
        <h2 id={`${id}-h`}>{heading}</h2>
        <button type="button" class="quiet tiny" popovertarget={id} popovertargetaction="hide">
          Close <kbd>Esc</kbd>
        </button>
      </div>
      <div class="body">{children}</div>
    </div>
  );
}

/** Returns the id of an action's dialog. */
export function dialogId(name: ActionName): string {
  return `ask-${actionOf(name).path}`;
}

/** Renders the dialog with the form of an action. */
export function ActionDialog({name, all}: {name: ActionName; all: OperatorFormsProps}): VNode {
  return (
    <Dialog id={dialogId(name)} heading={LABELS[name].heading}>
      <ActionForm name={name} all={all} />
    </Dialog>
  );
}

interface ButtonProps {
  readonly name: ActionName;
  readonly isPrimary?: boolean;
  /** Text instead of the action's own. */
  readonly text?: string;
}

/** Renders the button that opens an action's dialog. */
export function OpenButton({name, isPrimary, text}: ButtonProps): VNode {
  const {open, icon, isDanger, key} = LABELS[name];
  const tone = isPrimary ? 'primary' : isDanger ? 'danger' : undefined;
  return (
    <button type="button" class={tone} popovertarget={dialogId(name)} aria-keyshortcuts={key} data-action={name}>
      {icon === undefined ? null : <Icon name={icon} />}
      {text ?? open}
    </button>
  );
}
