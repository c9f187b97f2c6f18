/** A reply shorter than this is of no use, so it is not asked for. Tokens. */
export const LEAST_REPLY = 256;

/** Answer of `reserve`: how long the reply may be, or why the call is not made. */
export type Reservation = {readonly fits: true; readonly replyTokens: number} | {readonly fits: false; readonly reason: string};

/**
 * Whether a model call fits into what is left of a budget, before it is made. The prompt counts in full, since nobody
 * knows beforehand what the server has in its cache; the reply limit is cut to what then remains.
 *
 * @param left billable tokens that the case may still use
 * @param prompt counted tokens of the request
 * @param reply wanted limit of the reply, in tokens
 */
export function reserve(left: number, prompt: number, reply: number): Reservation {
  const room = left - prompt;
  if (room >= reply) return {fits: true, replyTokens: reply};
  if (room >= LEAST_REPLY) return {fits: true, replyTokens: room};
  return {fits: false, reason: `${left} tokens are left; the request has ${prompt} and its reply needs at least ${LEAST_REPLY}`};
}
