import type {IdleLimits, IdleProgress} from './turn-limits.ts';

/** A tool call of an attempt, for the stop rules. */
export interface ToolCallDigest {
  readonly name: string;
  /** Digest over name and arguments, with keys sorted. */
  readonly digest: string;
  /** Digest of the result: a build after an edit is the same call with another result. */
  readonly answer: string;
}

/** Number of identical calls with identical results that ends an attempt. */
export const SAME_CALL_LIMIT = 3;

/** Returns the name of a tool that was called too often with the same arguments and result, if there is one. */
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

/** Returns why an attempt stops before its turn limit for lack of progress; undefined if it continues. */
export function idleStop(
  progress: IdleProgress,
  limits: IdleLimits,
): {readonly end: 'no-edit' | 'no-build'; readonly reason: string} | undefined {
  if (!progress.everEdited && progress.turns >= limits.no_edit_turns)
    return {end: 'no-edit', reason: `the model has edited nothing in ${progress.turns} turns`};
  if (!progress.everBuilt && progress.turns >= limits.no_build_turns)
    return {end: 'no-build', reason: `the model has built nothing in ${progress.turns} turns`};
  return undefined;
}

/** Returns whether the last two attempts ended with the same error signature. */
export function sameFinalError(signatures: readonly (string | undefined)[]): boolean {
  const [before, last] = signatures.slice(-2);
  return last !== undefined && last !== '' && last === before;
}

/** Returns whether a report gives up, under `## Rebuild Status` as the prompt requests. */
export function givesUp(report: string): boolean {
  const status = /^#{1,6}\s*Rebuild Status\b[^\n]*\n+\s*([^\n]*)/im.exec(report)?.[1] ?? '';
  return /^[\s*_`>-]*(gave|giving|give)[\s-]?up\b/i.test(status);
}

/**
 * Returns why an attempt ends with a reply without tool calls, for the operator and the next attempt. Small models describe
 * calls instead of making them, or are cut at the reply's limit; neither is a report.
 */
export function reportReason(calls: readonly ToolCallDigest[], finishReason: string): string {
  if (finishReason === 'length') return 'the reply of the model was cut at its limit before it called a tool';
  if (calls.length === 0) return 'the model only wrote text and called no tool; only tool calls do anything';
  return 'the model reported';
}
