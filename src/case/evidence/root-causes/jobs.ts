/** Lines that identify their job: a diagnostic for a file, or a command. */
const DIAGNOSTIC = /^(?:In file included from |\s+from )?([\w./+~@-]+\.\w+)(?::\d+|: (?:In|At) )/;
const COMMAND =
  /^(?:\[[ \d/%]+\] |--- .* ---$|[A-Z]{2,8} +\S|(?:\S*\/)?(?:cc|gcc|g\+\+|c\+\+|clang|clang\+\+|libtool|sh|bash|ld|ar|rustc|\S+-gcc)\b.* -|libtool: |mv -f |depbase=|\S*make(?:\[\d+\])?: )/;

const BEFORE = 4;
const AFTER = 6;

/**
 * Returns 4 lines before and 6 after a finding, without lines that other jobs of a parallel make printed in between. A line
 * that does not identify its job belongs to the job of the line before.
 */
export function contextOf(line: number, {lines, at}: {lines: readonly string[]; at: number}): {from: number; lines: string[]} {
  const base = baseOf(lines[at] ?? '');
  const own = base === undefined ? lines.map(() => true) : ownLines(lines, base);
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

/** Returns the base name that a diagnostic shares with its object and command: `format` for `src/format.c:12:3: error`. */
function baseOf(line: string): string | undefined {
  const path = DIAGNOSTIC.exec(line)?.[1] ?? /^(?:\S*\/ld\S*: )?([\w./+~@-]+\.(?:o|c|cc|cpp|cxx)):/.exec(line)?.[1];
  const base = path?.replace(/^.*\//, '').replace(/\.\w+$/, '');
  return base === undefined || base.length < 3 ? undefined : base;
}

function ownLines(lines: readonly string[], base: string): boolean[] {
  let own = true;
  return lines.map((line) => {
    if (line.includes(base)) own = true;
    else if (DIAGNOSTIC.test(line) || COMMAND.test(line)) own = false;
    return own;
  });
}
