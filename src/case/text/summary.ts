/** Temporal limits a summary to 400 bytes; a character may need three. */
const MAX_CHARS = 120;

/** Returns untrusted text as a summary for the Web UI: one line without control characters, at most 120 characters. */
export function toSummary(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return line.length <= MAX_CHARS ? line : `${line.slice(0, MAX_CHARS - 1).toWellFormed()}…`;
}
