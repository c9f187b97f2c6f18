import type {RemainingBudget} from '../budget/budget.ts';
import type {TokenUsage} from '../types.ts';

/** Share of the window that a continued conversation may begin with: the rest is for its turns. */
const WINDOW_SHARE = 0.6;
/** Turns for which the budget must have room. */
const LEAST_TURNS = 6;
/** Tokens that a turn adds: its results and its reply. */
const TURN_TOKENS = 2000;

/** A conversation that may go on in another attempt. */
export interface OpenConversation {
  /** Tokens of its next request, old results left out. */
  readonly tokens: number;
  /** Window of the model, in tokens. */
  readonly window: number;
  /** Usage of its last call, which shows how much of a prompt comes from a cache. */
  readonly lastCall: TokenUsage | undefined;
}

/**
 * Returns whether an attempt goes on in the conversation of the one before: it leaves room in the window, and the budget pays for its
 * first prompt in full and for some turns more, each with the part of the prompt that no cache has.
 */
export function continuesConversation({tokens, window, lastCall}: OpenConversation, left: RemainingBudget): boolean {
  if (tokens > window * WINDOW_SHARE) return false;
  const cached = lastCall === undefined || lastCall.prompt === 0 ? 0 : lastCall.cached / lastCall.prompt;
  return tokens + LEAST_TURNS * (tokens * (1 - cached) + TURN_TOKENS) <= left.tokens;
}
