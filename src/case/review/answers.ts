import type {ActionName} from '../operator/actions.ts';

/** What an answer costs. */
export type AnswerCost = 'nothing' | 'attempt' | 'triage' | 'rebuild';

/** An answer to the question of a waiting case: an operator action with the fields that are asked for. */
export interface Answer {
  /** Unique in its question. */
  readonly key: string;
  readonly action: ActionName;
  readonly title: string;
  /** What happens, in full sentences. */
  readonly does: string;
  readonly cost: AnswerCost;
  /** Fields with their values, which are not asked for. */
  readonly preset?: Readonly<Record<string, string>>;
  /** Fields of the action that are asked for. */
  readonly fields?: readonly string[];
  /** Labels of fields that differ from those of the action. */
  readonly labels?: Readonly<Record<string, string>>;
}

type Change = Partial<Pick<Answer, 'title' | 'does' | 'labels'>>;

/** Returns the answer that starts another attempt. */
export function tryAgain(change: Change = {}): Answer {
  return {
    key: 'retry',
    action: 'retry',
    title: 'Try again',
    does: 'Starts another attempt with what is left of the budget.',
    cost: 'attempt',
    ...change,
  };
}

/** Returns the answer that sends context to the model. */
export function giveContext(change: Change = {}): Answer {
  return {
    key: 'context',
    action: 'provideContext',
    title: 'Give the model a hint',
    does: 'Triage starts again, and the model is shown your text.',
    cost: 'triage',
    fields: ['text'],
    ...change,
  };
}

/** Returns the answer that raises a limit. */
export function raise(fields: readonly ('tokens' | 'attempts')[], change: Change = {}): Answer {
  return {
    key: 'grant',
    action: 'grantBudget',
    title: 'Raise the budget and continue',
    does: 'The case continues at once with the higher limit. Limits of money and time grow in proportion. The limits of a run and of a day stay.',
    cost: 'attempt',
    fields,
    ...change,
  };
}

/** Returns the answer that has an operator's own diff proved. */
export function proveOwnDiff(change: Change = {}): Answer {
  return {
    key: 'patch',
    action: 'handPatch',
    title: 'Prove my own diff',
    does: 'The diff goes through the guard and a clean rebuild. If both pass, it waits for review as a fix.',
    cost: 'rebuild',
    fields: ['diff', 'judged'],
    ...change,
  };
}

/** Returns the answer that closes the case because the port was repaired elsewhere. */
export function closeByHand(change: Change = {}): Answer {
  return {
    key: 'by-hand',
    action: 'resolve',
    title: 'I repaired the port myself. Close the case',
    does: 'The case closes as repaired by hand. The next failure of the port opens a new case.',
    cost: 'nothing',
    preset: {outcome: 'manual'},
    fields: ['note'],
    ...change,
  };
}

/** Returns the answer that closes the case without a repair. */
export function closeUnrepaired(change: Change = {}): Answer {
  return {
    key: 'unrepaired',
    action: 'resolve',
    title: 'Close without a repair',
    does: 'The port stays broken. The next failure of the port opens a new case.',
    cost: 'nothing',
    preset: {outcome: 'discarded'},
    fields: ['note'],
    ...change,
  };
}
