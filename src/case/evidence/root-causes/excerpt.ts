/** Characters of the start that remain where the middle of a line is left out: the program, or the file and its line. */
const HEAD = 100;
/** Characters that are shown after the part that matters. */
const AFTER = 40;
const GAP = ' ... ';

/**
 * Returns a line with at most `chars` characters that include those up to the offset `end`, where the part that matters ends:
 * of a longer line its start, a gap, and what precedes `end`.
 */
export function excerptOf(line: string, end: number, chars: number): string {
  if (line.length <= chars) return line;
  if (end <= chars) return line.slice(0, chars);
  const to = Math.min(line.length, end + AFTER);
  return line.slice(0, HEAD) + GAP + line.slice(to - (chars - HEAD - GAP.length), to);
}

/** Returns a line without its middle: what decides is at either end of a message. */
export function withoutMiddle(line: string, chars: number): string {
  return line.length <= chars ? line : excerptOf(line, line.length, chars);
}
