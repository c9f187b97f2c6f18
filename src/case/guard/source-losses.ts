import type {PatchLine} from './nested-patch.ts';

/** What checks, stops or protects in a source: each is counted in the lines that a hunk removes and adds. */
const GUARDS =
  /\b(?:AC_MSG_(?:ERROR|FAILURE)|as_fn_error|FATAL_ERROR|REQUIRED|SSL_VERIFY_PEER|_?[Ss]tatic_assert|add_subdirectory|subdir\b(?=\()|add_test|use strict|exit 1|arc4random(?:_buf)?|getrandom|mkstemp|strl(?:cpy|cat)|snprintf|ext_modules=\[\w+\]|raise [A-Z]\w*)|#\s*error\b|\b\w*(?:[Vv]erif(?:y|ies)|[Aa]uthenticat|[Ss]ignature|set_verify)\w*(?=\s*\()|\b(?:[Aa]ssert|abort|errx?|exit(?=\s*\(\s*[1-9]))(?=\s*\()/g;
/** Lists of a build file, and targets with what they need; `name: words`. */
const LIST =
  /^\s*((?:SUBDIRS|DIST_SUBDIRS|TESTS|check_PROGRAMS|(?:s?bin|lib(?:exec)?)_(?:PROGRAMS|SCRIPTS|LTLIBRARIES))\s*\+?=|(?:all|install|check|test):(?!=))(.*)$/;

/** Returns what the changed lines of a hunk take away, and nothing of it brings back: a check, an error, or a word of a list. */
export function lossesIn(hunk: readonly PatchLine[]): string[] {
  if (!hunk.some(({changed}) => changed)) return [];
  const [gone, added] = ['-', '+'].map((mark) => hunk.filter((line) => line.mark === mark).map(({text}) => text));
  return [...lostGuards(gone ?? [], added ?? []), ...lostItems(gone ?? [], added ?? [])];
}

function lostGuards(gone: readonly string[], added: readonly string[]): string[] {
  const left = guardsIn(added);
  return guardsIn(gone).filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function guardsIn(lines: readonly string[]): string[] {
  return lines.filter((line) => !/^\s*(?:\/[/*]|\*|#(?!\s*error))/.test(line)).flatMap((line) => line.match(GUARDS) ?? []);
}

function lostItems(gone: readonly string[], added: readonly string[]): string[] {
  const left = added.flatMap(itemsOf);
  return gone.flatMap(itemsOf).filter((one) => !left.includes(one));
}

/** Returns `name: word` for each word of a list. */
function itemsOf(line: string): string[] {
  const [, name = '', words = ''] = LIST.exec(line.replace(/\s#.*/, '')) ?? [];
  return words.split(/\s+/).flatMap((word) => (word === '' || word === '\\' ? [] : [`${name.replace(/\s*\+?=/, ':')} ${word}`]));
}
