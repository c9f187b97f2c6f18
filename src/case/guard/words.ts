import {splitWords} from '../../dops/makefile/value-words.ts';

/** Returns the words of a value of make. A quoted part belongs to its word, without the quotes. */
export function unquotedWords(value: string): string[] {
  return splitWords(value).map((word) => word.replace(/["']/g, ''));
}
