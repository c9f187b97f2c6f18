/** Characters that end lines as the reference splits files and bodies: LF, and also VT, FF, U+001C to U+001E, U+0085, U+2028 and U+2029. */
export const END_CLASS = '\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029';
const LINE_END = new RegExp(`\\r\\n|[${END_CLASS}]`);
const BEHIND_END = new RegExp(`(?<=[${END_CLASS}])(?<!\\r(?=\\n))`);

/** Splits a text into lines without their ends. A final end adds no empty line; the empty text has no lines. */
export function splitLines(text: string): string[] {
  const lines = text.split(LINE_END);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Splits a text into lines that retain their ends. The empty text has no lines. */
export function splitLinesWithEnds(text: string): string[] {
  return text === '' ? [] : text.split(BEHIND_END);
}

/** Returns the text with CRLF and lone CR as LF, as a file is read. */
export function universalNewlines(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
