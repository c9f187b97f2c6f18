/** One tool call of an attempt, as the stop rules see it: a digest of name and arguments. */
export interface CallSeen {
  readonly name: string;
  /** Digest over the arguments with their keys sorted. */
  readonly digest: string;
  /** Digest of what it answered: a build after an edit is the same call with another answer. */
  readonly answer: string;
}

/** The same call with the same answer so many times ends the attempt. */
export const SAME_CALL_LIMIT = 3;

/** Name of the tool whose call with unchanged arguments and unchanged answer was made too often, if there is one. */
export function repeatedCall(calls: readonly CallSeen[]): string | undefined {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const key = `${call.name}:${call.digest}:${call.answer}`;
    const count = (counts.get(key) ?? 0) + 1;
    if (count >= SAME_CALL_LIMIT) return call.name;
    counts.set(key, count);
  }
  return undefined;
}

/**
 * Why an attempt ends with a reply without tool calls, for the operator and for the next attempt. Small models write
 * down what they would call, or run on until the reply's limit cuts them; neither is a report.
 */
export function reportReason(calls: readonly CallSeen[], finishReason: string): string {
  if (finishReason === 'length') return 'the reply of the model was cut at its limit before it called a tool';
  if (calls.length === 0) return 'the model only wrote text and called no tool; only tool calls do anything';
  return 'the model reported';
}
