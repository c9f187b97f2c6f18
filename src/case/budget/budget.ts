import {affordableReply, formatMoney, type Price} from './money.ts';

/** A reply shorter than this is of no use, so it is not asked for. Tokens. */
export const MIN_REPLY_TOKENS = 256;

/** What a case may still use. */
export interface RemainingBudget {
  /** Billable tokens. */
  readonly tokens: number;
  /** Money in the currency of the price table; undefined: no limit. */
  readonly cost?: number;
}

/** Answer of `reserve`: how long the reply may be, or why the call is not made. */
export type Reservation = {readonly fits: true; readonly replyTokens: number} | {readonly fits: false; readonly reason: string};

/**
 * Whether a model call fits into what is left of a budget, before it is made. The prompt counts in full, since nobody
 * knows beforehand what the server has in its cache; the reply limit is cut to what then remains. A limit of money without
 * a price fits nothing.
 *
 * @param prompt counted tokens of the request
 * @param reply wanted limit of the reply, in tokens
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
    return {fits: false, reason: `${formatMoney(left.cost)} is left of the case's money; the request has ${prompt} tokens`};
  return {fits: true, replyTokens: Math.min(reply, room, affordable)};
}
