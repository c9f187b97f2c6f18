import type {Surroundings} from './line-context.ts';

/** Lines that identify their job: a diagnostic for a file, or a command. */
const DIAGNOSTIC = /^(?:In file included from |\s+from )?([\w./+~@-]+\.\w+)(?::\d+|: (?:In|At) )/;
const COMMAND =
  /^(?:\[[ \d/%]+\] |--- .* ---$|[A-Z]{2,8} +\S|(?:\S*\/)?(?:cc|gcc|g\+\+|c\+\+|clang|clang\+\+|libtool|sh|bash|ld|ar|rustc|\S+-gcc)\b.* -|libtool: |mv -f |depbase=|\S*make(?:\[\d+\])?: )/;

/** Compilers name where a file was included before its diagnostic, and another place that belongs to a diagnostic after it. */
const INCLUDED = /^(?:In file included from |\s+from )([^\s:]+)/;
const NOTE = /^\S+?:\d+:(?:\d+:)? note: /;
const IN_FUNCTION = /^\S+: (?:In |At )/;
/** A file that a compiler names, at the start of its message. */
const FILE = /^([^\s:()]+\.\w+):\d/;

const BEFORE = 4;
const AFTER = 6;

/**
 * Returns 4 lines before and 6 after a finding, without lines that other jobs of a parallel make printed in between. A line
 * that does not identify its job belongs to the job of the line before; the notes behind a diagnostic, and the chain of includes
 * before it, belong to it although they name other files.
 */
export function contextOf(line: number, {lines, at}: {lines: readonly string[]; at: number}): {from: number; lines: string[]} {
  const bases = basesOf(lines, at);
  const own = bases.length === 0 ? lines.map(() => true) : ownLines(lines, bases);
  const selected: number[] = [at];
  for (let i = at - 1, left = BEFORE; i >= 0 && left > 0; i -= 1) {
    if (!own[i]) continue;
    selected.unshift(i);
    left -= 1;
  }
  for (let i = at + 1, left = AFTER; i < lines.length && left > 0; i += 1) {
    if (!own[i]) continue;
    selected.push(i);
    left -= 1;
  }
  return {from: line - at + (selected[0] ?? at), lines: selected.map((i) => (lines[i] ?? '').slice(0, 400))};
}

/** Returns the base names that identify the job of a line: of its file, and of the files that include it. */
function basesOf(lines: readonly string[], at: number): string[] {
  const own = baseOf(lines[at] ?? '');
  if (own === undefined) return [];
  let first = at;
  while (first > 0 && INCLUDED.test(lines[first - 1] ?? '')) first -= 1;
  return [own, ...lines.slice(first, at).flatMap((line) => baseOf(line) ?? [])];
}

/** Returns the base name that a diagnostic shares with its object and command: `format` for `src/format.c:12:3: error`. */
function baseOf(line: string): string | undefined {
  const path = DIAGNOSTIC.exec(line)?.[1] ?? /^(?:\S*\/ld\S*: )?([\w./+~@-]+\.(?:o|c|cc|cpp|cxx)):/.exec(line)?.[1];
  const base = path?.replace(/^.*\//, '').replace(/\.\w+$/, '');
  return base === undefined || base.length < 3 ? undefined : base;
}

function ownLines(lines: readonly string[], bases: readonly string[]): boolean[] {
  let own = true;
  return lines.map((line, at) => {
    if (bases.some((base) => line.includes(base))) own = true;
    else if (!isOfNote(lines, at) && (DIAGNOSTIC.test(line) || COMMAND.test(line))) own = false;
    return own;
  });
}

/** Returns whether a line is a note or, before a note, the chain of includes of its file. */
function isOfNote(lines: readonly string[], at: number): boolean {
  let next = at;
  while (next < lines.length && INCLUDED.test(lines[next] ?? '')) next += 1;
  return NOTE.test(lines[next] ?? '');
}

/** Returns the file that a line is about or, for programs other than compilers, the line. */
export function jobKey(line: string): string {
  return FILE.exec(line)?.[1] ?? line;
}

/** Returns the file that was compiled when a line was printed or, for other programs, the line. */
export function jobOf({text, surroundings}: {readonly text: string; readonly surroundings: Surroundings}): string {
  const file = FILE.exec(text)?.[1];
  if (file === undefined) return text;
  const {lines, at} = surroundings.lines();
  let start = at;
  while (start > 0 && IN_FUNCTION.test(lines[start - 1] ?? '')) start -= 1;
  const chain: string[] = [];
  for (let i = start - 1; i >= 0; i -= 1) {
    const from = INCLUDED.exec(lines[i] ?? '')?.[1];
    if (from === undefined) break;
    chain.unshift(from);
  }
  // gcc names the file that was compiled last, clang first; both of them name it beside headers only.
  return chain.find((path) => !/\.(?:h|hh|hpp|hxx|inc|inl|tcc)$/.test(path)) ?? file;
}

/** Returns whether a line is a command or a report of progress, not a message. */
export function isCommand(line: string): boolean {
  return COMMAND.test(line);
}
