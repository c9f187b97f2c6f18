import {MIN_REPLY_TOKENS, type RemainingBudget} from '../budget/budget.ts';
import type {Login} from '../login.ts';
import {type Refusal, refuseName} from '../operator/fields.ts';
import {limitsWith, retryTier} from '../operator/limits.ts';
import type {EffectivePolicy} from '../policy/policy.ts';
import type {CaseStatus} from '../status.ts';
import {billable} from '../types.ts';

/** Maximum length of a question in UTF-16 code units. */
export const QUESTION_CHARS = 2000;
/** Maximum number of questions of a case: its state has them all. */
export const MOST_QUESTIONS = 30;
/** Maximum number of model calls for an answer. */
export const MOST_CALLS = 6;
/** Maximum number of billable tokens for an answer. */
const ANSWER_TOKENS = 60_000;

/** A question as it is sent to a case. */
export interface QuestionInput {
  readonly by: string;
  /** How `by` was identified. */
  readonly login?: Login;
  readonly text: string;
}

/** What a refusal depends on besides the input. */
export interface QuestionSituation {
  readonly status: CaseStatus;
  /** Undefined before the case has read its policy. */
  readonly policy: EffectivePolicy | undefined;
  /** Whether it has been decided that the case closes, or that automation goes on. */
  readonly isDecided: boolean;
}

/** Returns what is left of the case's budget for an answer that has used `usage` so far. */
export function leftForAnswer(status: CaseStatus, policy: EffectivePolicy, used = 0): RemainingBudget {
  const limits = limitsWith(status, policy, retryTier(status, undefined));
  const tokens = Math.min(limits.tokens - billable(status.usage), ANSWER_TOKENS - used);
  return limits.cost === undefined ? {tokens} : {tokens, cost: limits.cost - status.usage.cost};
}

/** Returns why a case does not answer a question, undefined if it does. All of the input comes from outside: of any shape. */
export function refuseQuestion(situation: QuestionSituation, given: unknown): Refusal {
  const {by, text}: {by?: unknown; text?: unknown} = typeof given === 'object' && given !== null ? given : {};
  return refuseState(situation) ?? refuseName('ask', by) ?? refuseText(text) ?? refuseBudget(situation);
}

function refuseState({status, isDecided}: QuestionSituation): Refusal {
  const {phase, outcome, pendingOutcome, questions = []} = status;
  if (phase === 'closed')
    return `The case is closed as ${outcome}: questions are answered while it is open. Earlier answers stay in it.`;
  const running = questions.find(({state}) => state === 'running');
  if (running !== undefined)
    return `Question ${running.number}, by ${running.by}, is being answered. Ask again when its answer is there.`;
  if (phase !== 'awaiting-operator' || pendingOutcome === null || isDecided)
    return `ask is for a case that waits for an operator, since automation may use all that is left of the budget; this one is in ${phase}. Ask when it waits.`;
  if (questions.length >= MOST_QUESTIONS)
    return `A case answers ${MOST_QUESTIONS} questions, and this one has. Its page has the answers.`;
  return undefined;
}

function refuseText(text: unknown): Refusal {
  const length = typeof text === 'string' && text.trim() !== '' ? text.length : 0;
  if (length > 0 && length <= QUESTION_CHARS) return undefined;
  return `ask needs "text" of 1 to ${QUESTION_CHARS} characters, not only blanks; got ${length === 0 ? 'none' : length}.`;
}

function refuseBudget({status, policy}: QuestionSituation): Refusal {
  if (policy === undefined) return 'The case has no policy, since none could be read when it was opened; no model can be asked.';
  const {tokens, cost} = leftForAnswer(status, policy);
  const id = status.workflowId;
  if (tokens < MIN_REPLY_TOKENS)
    return `The case's token budget is used up. Raise it with \`portwright grant ${id} --tokens 50000\`, or by "Raise budget…" on the case's page, and ask again.`;
  if (cost !== undefined && cost <= 0)
    return `The case's budget of money is used up. It grows with the tokens: \`portwright grant ${id} --tokens 50000\`. Then ask again.`;
  return undefined;
}
