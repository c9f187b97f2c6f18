import {type ActionName, actionOf} from '../../case/operator/actions.ts';
import type {CaseStatus} from '../../case/status.ts';
import type {Role} from '../access/roles.ts';
import {answerField, answersOf} from './answers.tsx';

/** An operator action with the texts of its form. */
export interface Chosen {
  readonly name: ActionName;
  readonly typed: Readonly<Record<string, string>>;
}

/** Returns the action of the answer that was chosen, with its fields; undefined if the case has no such answer now, or the role may not send it. */
export function chosenAnswer(status: CaseStatus, role: Role, typed: Readonly<Record<string, string>>): Chosen | undefined {
  const answer = answersOf(status, role).find(({key}) => key === typed.answer);
  if (answer === undefined) return undefined;
  const {action, fields = [], preset = {}} = answer;
  const given = fields.map((field) => [field, typed[answerField(answer, field)] ?? '']);
  const by = typed.by === undefined ? {} : {by: typed.by};
  // Choosing the answer and sending it is the confirmation that other forms ask for.
  const sure = actionOf(action).confirm === undefined ? {} : {sure: 'yes'};
  return {name: action, typed: {...Object.fromEntries(given), ...preset, ...by, ...sure}};
}
