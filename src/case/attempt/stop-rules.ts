import type {EffectivePolicy} from '../policy/policy.ts';
/** One tool call of an attempt, as the stop rules see it: a digest of name and arguments. */
export interface ToolCallDigest {
  readonly name: string;
  /** Digest over the arguments with their keys sorted. */
  readonly digest: string;
  /** Digest of what it answered: a build after an edit is the same call with another answer. */
  readonly answer: string;
}

/** The same call with the same answer so many times ends the attempt. */
export const SAME_CALL_LIMIT = 3;

/** Name of the tool whose call with unchanged arguments and unchanged answer was made too often, if there is one. */
export function repeatedCall(calls: readonly ToolCallDigest[]): string | undefined {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const key = `${call.name}:${call.digest}:${call.answer}`;
    const count = (counts.get(key) ?? 0) + 1;
    if (count >= SAME_CALL_LIMIT) return call.name;
    counts.set(key, count);
  }
  return undefined;
}

/** Why an attempt stops after this turn though its turns are not used up; undefined: it goes on. */
export function idleStop(
  progress: {readonly turns: number; readonly everEdited: boolean; readonly everBuilt: boolean},
  limits: EffectivePolicy['stop'],
): {readonly end: 'no-edit' | 'no-build'; readonly reason: string} | undefined {
  if (!progress.everEdited && progress.turns >= limits.no_edit_turns)
    return {end: 'no-edit', reason: `the model has edited nothing in ${progress.turns} turns`};
  if (!progress.everBuilt && progress.turns >= limits.no_build_turns)
    return {end: 'no-build', reason: `the model has built nothing in ${progress.turns} turns`};
  return undefined;
}

/** Whether the last two attempts ended with the same error; signatures as `errorSignature` gives them. */
export function sameFinalError(signatures: readonly (string | undefined)[]): boolean {
  const [before, last] = signatures.slice(-2);
  return last !== undefined && last !== '' && last === before;
}

/** Whether a report says, under `## Rebuild Status` as the prompt asks for, that the model gives up. */
export function givesUp(report: string): boolean {
  const status = /^#{1,6}\s*Rebuild Status\b[^\n]*\n+\s*([^\n]*)/im.exec(report)?.[1] ?? '';
  return /^[\s*_`>-]*(gave|giving|give)[\s-]?up\b/i.test(status);
}

/**
 * Why an attempt ends with a reply without tool calls, for the operator and for the next attempt. Small models write
 * down what they would call, or run on until the reply's limit cuts them; neither is a report.
 */
export function reportReason(calls: readonly ToolCallDigest[], finishReason: string): string {
  if (finishReason === 'length') return 'the reply of the model was cut at its limit before it called a tool';
  if (calls.length === 0) return 'the model only wrote text and called no tool; only tool calls do anything';
  return 'the model reported';
}
