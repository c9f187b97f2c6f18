import {type TObject, Type} from 'typebox';
import {
  type Refusal,
  refuseAcceptance,
  refuseContext,
  refuseGrant,
  refuseRejection,
  refuseResolution,
  refuseRetry,
} from '../../case/operator/rules.ts';
import type {CaseStatus} from '../../case/status.ts';

/** What an operator does to a case: the case's own message, its fields beside `by`, and whether the case would take it as it is now. */
interface ActionOf {
  readonly message: string;
  readonly summary: string;
  readonly fields: TObject;
  readonly refuse: (status: CaseStatus) => Refusal;
  /** A form of it is sent only with a tick in its box. */
  readonly asksTwice?: true;
}

const Text = Type.String();
const Whole = Type.Optional(Type.Integer());
/** Stands for what a person has not written yet. */
const ANY = {by: 'x', text: 'x', reason: 'x', tokens: 1, outcome: 'manual'};

/** By the last part of their paths. The case has the rules of what may stand in the fields, and the words of its refusals. */
const ACTIONS = {
  accept: {
    message: 'accept',
    summary: 'Accepts a proved fix; the case closes as fixed',
    fields: Type.Object({}),
    refuse: (status) => refuseAcceptance(status, ANY),
  },
  reject: {
    message: 'reject',
    summary: 'Rejects a proved fix; the patch loop goes on with the reason',
    fields: Type.Object({reason: Text}),
    refuse: (status) => refuseRejection(status, ANY),
  },
  context: {
    message: 'provideContext',
    summary: 'Tells the model something; triage starts anew',
    fields: Type.Object({text: Text}),
    refuse: (status) => refuseContext(status, ANY),
  },
  retry: {
    message: 'retry',
    summary: 'Another attempt with what is left of the budget',
    fields: Type.Object({tier: Type.Optional(Text)}),
    refuse: (status) => refuseRetry(status, undefined, {by: ANY.by}),
  },
  budget: {
    message: 'grantBudget',
    summary: 'More tokens or attempts; a case that waits for want of them goes on',
    fields: Type.Object({tokens: Whole, attempts: Whole}),
    refuse: (status) => refuseGrant(status, ANY),
  },
  escalate: {
    message: 'escalate',
    summary: 'Stops automation at once; the case waits for an operator',
    fields: Type.Object({reason: Text}),
    refuse: ({phase}) =>
      phase === 'closed' || phase === 'awaiting-operator' ? 'escalate is for a case that automation works on.' : undefined,
    asksTwice: true,
  },
  resolve: {
    message: 'resolve',
    summary: 'Closes the case with an outcome',
    fields: Type.Object({outcome: Text, note: Type.Optional(Text)}),
    refuse: (status) => refuseResolution(status, ANY),
    asksTwice: true,
  },
} as const satisfies Readonly<Record<string, ActionOf>>;

export type Action = keyof typeof ACTIONS;

export const ACTION_NAMES = Object.keys(ACTIONS) as readonly Action[];

export function actionOf(name: Action): ActionOf {
  return ACTIONS[name];
}

/** What a case would take as it is now, in the order in which it is offered. */
export function actionsFor(status: CaseStatus): Action[] {
  return ACTION_NAMES.filter((name) => ACTIONS[name].refuse(status) === undefined);
}

/** Input of an action's message from what was given; fields that it has not are left out, as are empty ones. */
export function inputOf(name: Action, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const known = Object.keys(ACTIONS[name].fields.properties);
  return Object.fromEntries(Object.entries(given).filter(([key, value]) => known.includes(key) && value !== ''));
}

/** The same of a form's texts: its numbers as numbers, and the ends of its lines as they were written. What is no number stays text. */
export function inputOfForm(name: Action, typed: Readonly<Record<string, string>>): Record<string, unknown> {
  const fields: Readonly<Record<string, object>> = ACTIONS[name].fields.properties;
  const isWhole = (key: string): boolean => Type.IsInteger(fields[key]);
  const given = Object.entries(typed).map(([key, text]) => [
    key,
    isWhole(key) && /^ *\d{1,15} *$/.test(text) ? Number(text) : text,
  ]);
  return inputOf(name, Object.fromEntries(given));
}
