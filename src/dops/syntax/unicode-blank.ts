/**
 * Whitespace as the reference sees it (Python's `str.isspace`): U+001C to U+001F and U+0085 belong to it, U+FEFF does not.
 * Differs from JavaScript's `\s`, so every rule about blanks uses this class.
 */
export const BLANK_CLASS = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const LEADING = new RegExp(`^[${BLANK_CLASS}]+`);
const RUN = new RegExp(`[${BLANK_CLASS}]+`);
const ANY = new RegExp(`[${BLANK_CLASS}]`);

/** Returns the text without blanks at its start. */
function stripStart(text: string): string {
  return text.replace(LEADING, '');
}

/** Returns the text without blanks at its end. */
export function stripEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ANY.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Returns the text without blanks at its ends. */
export function strip(text: string): string {
  return stripStart(stripEnd(text));
}

/** Returns the pieces between runs of blanks; none of them is empty. */
export function splitBlanks(text: string): string[] {
  return text.split(RUN).filter((piece) => piece !== '');
}

/** Returns whether the text contains a blank. */
export function hasBlank(text: string): boolean {
  return ANY.test(text);
}
