import type {CaseStatus} from '../status.ts';
import type {Action, Decision, Moment, Situation} from './action.ts';
import {ACTION_NAMES, type ActionName, actionOf} from './actions.ts';
import {type Refusal, refuseField, refuseName} from './fields.ts';
import {isUndelivered} from './state-rules.ts';

/**
 * Returns why a case refuses an action with this input, undefined if it accepts it. All of the input comes from outside: of any shape.
 * A signal has no validator in Temporal; clients check it with this before they send it.
 */
export function refusalOf(name: ActionName, situation: Situation, given: unknown): Refusal {
  const action = actionOf(name);
  const input: Readonly<Record<string, unknown>> = typeof given === 'object' && given !== null ? {...given} : {};
  return (
    refuseContradiction(action, situation.decision) ??
    refuseClosed(situation.status) ??
    refuseName(name, input.by) ??
    action.allowed(situation.status) ??
    refuseFields(name, action, input, situation) ??
    action.check?.({...input, by: String(input.by)}, situation)
  );
}

/** Whether a case in this state accepts the action, if the input is valid. */
export function applies(name: ActionName, status: CaseStatus): boolean {
  return (refuseClosed(status) ?? actionOf(name).allowed(status)) === undefined;
}

/** Returns what a case in this state accepts, in the order in which it is offered. */
export function actionsFor(status: CaseStatus): ActionName[] {
  return ACTION_NAMES.filter((name) => applies(name, status));
}

/** Returns the moment that a case is in; undefined while automation is being stopped, and for a closed case. */
export function momentOf(status: CaseStatus): Moment | undefined {
  const {phase, pendingOutcome} = status;
  if (isUndelivered(status)) return 'delivery';
  if (pendingOutcome !== null) return pendingOutcome === 'fixed' ? 'review' : 'repair';
  return phase === 'closed' || phase === 'awaiting-operator' ? undefined : 'work';
}

/** Returns what is asked of the operator in this state: the actions of its moment, in the order in which they are offered. */
export function actionsAsked(status: CaseStatus): ActionName[] {
  const moment = momentOf(status);
  return actionsFor(status).filter((name) => actionOf(name).moment === moment);
}

function refuseClosed({phase, outcome}: CaseStatus): Refusal {
  return phase === 'closed' ? `The case is closed as ${outcome}.` : undefined;
}

/** Of actions that contradict each other the first one counts; the case has not acted on it yet. */
function refuseContradiction({decides}: Action, decision: Decision | undefined): Refusal {
  if (decision?.kind === 'close') return `The case closes as ${decision.outcome}: ${decision.reason}.`;
  if (decision === undefined || !decides) return undefined;
  return `${decision.reason}, and the case goes on with that. See \`portwright show\`, then try again.`;
}

function refuseFields(
  name: ActionName,
  {fields}: Action,
  input: Readonly<Record<string, unknown>>,
  {policy}: Situation,
): Refusal {
  for (const [key, field] of Object.entries(fields)) {
    const refusal = refuseField(name, key, field, input[key], policy);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
