/** Temporal's protocol limits a summary to 400 bytes, and a character may need three. */
const MAX_CHARS = 120;

/** Words of a log, a model or an operator as a line of the Web UI's timeline: no control characters, at most 120 characters. */
export function toSummary(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length <= MAX_CHARS ? line : `${line.slice(0, MAX_CHARS - 1).toWellFormed()}…`;
}
