import {affordableReply, formatMoney, type Price} from './money.ts';

/** Minimum length of a useful reply, in tokens; shorter ones are not requested. */
export const MIN_REPLY_TOKENS = 256;

/** Remaining budget of a case. */
export interface RemainingBudget {
  /** Billable tokens. */
  readonly tokens: number;
  /** Money in the currency of the price table; undefined without a limit. */
  readonly cost?: number;
}

/** Result of `reserve`: the limit of the reply, or why the call is not made. */
export type Reservation = {readonly fits: true; readonly replyTokens: number} | {readonly fits: false; readonly reason: string};

/**
 * Returns whether a model call fits into the remaining budget, before the call is made. The prompt counts in full, since the
 * server's cache cannot be known in advance; the reply is limited to the remainder. With a limit of money and no price, no call
 * fits.
 *
 * @param prompt tokens of the request
 * @param reply requested limit of the reply, in tokens
 */
export function reserve(left: RemainingBudget, prompt: number, reply: number, price?: Price): Reservation {
  const room = left.tokens - prompt;
  if (room < MIN_REPLY_TOKENS)
    return {
      fits: false,
      reason: `${left.tokens} tokens are left; the request has ${prompt} and its reply needs at least ${MIN_REPLY_TOKENS}`,
    };
  if (left.cost === undefined) return {fits: true, replyTokens: Math.min(reply, room)};
  if (price === undefined) return {fits: false, reason: 'cost is limited, and the policy’s prices have no entry for this model'};
  const affordable = affordableReply(left.cost, prompt, price);
  if (affordable < MIN_REPLY_TOKENS)
    return {fits: false, reason: `${formatMoney(left.cost)} of the case's cost limit is left; the request has ${prompt} tokens`};
  return {fits: true, replyTokens: Math.min(reply, room, affordable)};
}
