import type {Finding} from './finding.ts';
import {normaliseLine} from './normalise.ts';

/** Lines of a program that only report the failure of another one, whose own message is above or below them. */
const WRAPPERS =
  /Failed to build gem native extension|Error installing|Failed to execute goal|COMPILATION ERROR|subprocess-exited|metadata-generation|linking with .* failed|Could not compile dependency|exit(?:ed)? (?:with )?(?:status|code)|returned (?:a )?non-zero|command failed|[Bb]uild (?:failed|stopped)|BUILD FAIL|[Cc]ompilation failed|cannot (?:create executables|run C compiled)|running (?:gcc|clang|ld|cc) failed/;

/** Names that any port has, in quotes or as a file. */
const COMMON_NAMES =
  /\b(?:(?:GNU)?[Mm]akefile|CMakeLists\.txt|meson\.build|configure(?:\.ac|\.in)?|setup\.py|config\.log|(?:g?make|cc|gcc|g\+\+|c\+\+|clang|clang\+\+|ld|sh|python|ruby|perl)(?=['"]))/g;

/** Forms of a name in a message: quoted, with an underscore, capitals within, a suffix, a scope, a version, an option of the linker. */
const NAMES: readonly RegExp[] = [
  /'[^' ][^']+'|"[^" ][^"]+"/,
  /[A-Za-z0-9]_[A-Za-z0-9]|[a-z][A-Z]|\w::\w/,
  /[\w+-]\.(?!N\b)[A-Za-z]\w*|[A-Za-z][\w+]*-N\b|(?<!\S)-l\w/,
  /[a-z],? [A-Z][a-z]\w/,
];

/** Classes of exceptions. */
const EXCEPTIONS = /\b\w*(?:Error|Exception|Exit)\b/g;

/** Facts that name nothing. */
const UNNAMING: ReadonlySet<string> = new Set(['test', 'gone', 'applied', 'hunk']);

/** Returns whether a line only reports that another program failed. */
export function isWrapper(text: string): boolean {
  return WRAPPERS.test(text);
}

/** Returns whether the message of a line names what it is about, so that two failures with this line are one. */
export function isSpecific({text, facts}: Pick<Finding, 'text' | 'facts'>): boolean {
  if (isWrapper(text)) return false;
  return Object.keys(facts).some((name) => !UNNAMING.has(name)) || namesSomething(text);
}

/** Returns whether a text has a name in it, other than names that any port has. Codes and options in brackets are none. */
export function namesSomething(text: string): boolean {
  const message = normaliseLine(text)
    .replace(/\[[^\]]*\]/g, '')
    .replace(COMMON_NAMES, '')
    .replace(EXCEPTIONS, '');
  return NAMES.some((form) => form.test(message));
}
