/** A word: characters other than blanks, of which a quoted or escaped part is one. */
const WORD = /(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\]|["'\\])+/g;

/** Splits a value at blanks; a quoted or escaped part stays in its word, with its quotes. */
export function splitWords(value: string): string[] {
  return value.match(WORD) ?? [];
}
