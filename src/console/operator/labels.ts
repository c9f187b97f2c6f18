import type {ActionName} from '../../case/operator/actions.ts';
import type {IconName} from '../components/icon.tsx';

/** Texts of an action in the console. */
export interface ActionLabel {
  /** Text of the button that opens its dialog. */
  readonly open: string;
  /** Heading of the dialog. */
  readonly heading: string;
  /** Text of the button that sends it. */
  readonly submit: string;
  readonly icon?: IconName;
  readonly isDanger?: true;
  /** Key that presses the button, for the module of keys. */
  readonly key?: string;
}

/** Texts of the actions; what they do stays in the table of operator actions. */
export const LABELS: Readonly<Record<ActionName, ActionLabel>> = {
  accept: {open: 'Accept fix', heading: 'Accept this fix?', submit: 'Accept fix', icon: 'check', key: 'a'},
  reject: {open: 'Reject…', heading: 'Reject this fix', submit: 'Reject and try again', isDanger: true, key: 'r'},
  provideContext: {open: 'Tell the model…', heading: 'Tell the model', submit: 'Send to the model', icon: 'ask'},
  retry: {open: 'Try again…', heading: 'Try again', submit: 'Start an attempt', icon: 'run'},
  grantBudget: {open: 'Raise budget…', heading: 'Raise the budget', submit: 'Raise budget'},
  retryDelivery: {open: 'Deliver again…', heading: 'Deliver the fix again', submit: 'Deliver again', icon: 'run'},
  skipDelivery: {
    open: 'Close without a delivery…',
    heading: 'Close without a delivery',
    submit: 'Close the case',
    isDanger: true,
  },
  handPatch: {open: 'Use my own diff…', heading: 'Prove your own diff', submit: 'Prove this diff', icon: 'file'},
  escalate: {open: 'Stop…', heading: 'Stop automation?', submit: 'Stop automation', icon: 'stop', isDanger: true},
  resolve: {open: 'Close the case…', heading: 'Close the case', submit: 'Close the case', isDanger: true},
};
