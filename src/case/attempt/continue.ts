import type {RemainingBudget} from '../budget/budget.ts';
import {costOf, type Price} from '../budget/money.ts';
import {billable, type TokenUsage} from '../types.ts';

/** Share of the window that a continued conversation may begin with: the rest is for its turns. */
const WINDOW_SHARE = 0.6;
/** Turns for which the budget must have room. */
const LEAST_TURNS = 6;
/** Tokens that the results of a turn add to the prompt. */
const RESULT_TOKENS = 1600;
/** Tokens of a turn's reply. */
const REPLY_TOKENS = 400;

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
 * Returns whether an attempt goes on in the conversation of the one before: it leaves room in the window, and the budget, of tokens and of
 * money, pays for its first prompt in full and for some turns more, each with the part of the prompt that no cache has.
 *
 * @param price price of the model; without one a limit of money pays for nothing
 */
export function continuesConversation(open: OpenConversation, left: RemainingBudget, price?: Price): boolean {
  if (open.tokens > open.window * WINDOW_SHARE) return false;
  const usage = usageOfNextTurns(open);
  if (billable(usage) > left.tokens) return false;
  return left.cost === undefined || (price !== undefined && costOf(price, usage) <= left.cost);
}

/** Returns what the first prompt and the turns after it use together. */
function usageOfNextTurns({tokens, lastCall}: OpenConversation): TokenUsage {
  const cached = lastCall === undefined || lastCall.prompt === 0 ? 0 : lastCall.cached / lastCall.prompt;
  return {
    prompt: tokens + LEAST_TURNS * (tokens + RESULT_TOKENS),
    cached: LEAST_TURNS * tokens * cached,
    completion: LEAST_TURNS * REPLY_TOKENS,
    reasoning: 0,
  };
}
