/** A line that says whose it is: a diagnostic of a file, or a command. */
const DIAGNOSTIC = /^(?:In file included from |\s+from )?([\w./+~@-]+\.\w+)(?::\d+|: (?:In|At) )/;
const COMMAND =
  /^(?:\[[ \d/%]+\] |--- .* ---$|[A-Z]{2,8} +\S|(?:\S*\/)?(?:cc|gcc|g\+\+|c\+\+|clang|clang\+\+|libtool|sh|bash|ld|ar|rustc|\S+-gcc)\b.* -|libtool: |mv -f |depbase=|\S*make(?:\[\d+\])?: )/;

const BEFORE = 4;
const AFTER = 6;

/**
 * 4 lines before and 6 after, of the finding's own job: what another job of a parallel make printed between them is left out.
 * Lines that do not say whose they are belong to the one before.
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

/** `format` of `src/format.c:12:3: error`, which names its object and its command too. */
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
