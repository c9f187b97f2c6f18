import {PRELUDE, runScript} from '../scripts.ts';
import {failed, outcome, refused} from './results.ts';
import {schema, text} from './schema.ts';
import type {Tool} from './tool.ts';

const SYMBOL = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
const HEADER = /^[A-Za-z0-9_][A-Za-z0-9_./+-]{0,99}\.(?:h|hh|hpp|hxx)$/;
const LINE_BYTES = 200;
const MOST_LINES = 30;
const MOST_LIBRARIES = 20;
/** Bytes of the headers' lines that are sorted. */
const MOST_BYTES = 131_072;
const LIBRARIES = '\u001eportwright libraries\n';

/**
 * NAME KIND: lines `path:number:text` of the system's headers with the word NAME, or with KIND `header` the paths of headers of that name; then
 * the libraries that define it, or after the line `no nm` those that have its text, where there is none. Larger libraries than 64 MB are left out.
 */
const SCRIPT = `${PRELUDE}
for top in /usr/include /usr/local/include; do
  [ -d "$top" ] || continue
  if [ "$2" = header ]; then
    find "$top/" -path "*/$1"
  else
    { trap '' PIPE; grep -rnIwF -e "$1" "$top/" 2>/dev/null || :; } | cut -b 1-${LINE_BYTES + 100}
  fi
done | sed 's,//*,/,g' | head -c ${MOST_BYTES}
printf '\\n\\036portwright libraries\\n'
[ "$2" = symbol ] || exit 0
command -v nm >/dev/null 2>&1 || echo 'no nm'
for dir in /lib /usr/lib /usr/local/lib /usr/lib/*-linux-gnu; do
  [ ! -d "$dir" ] || (cd -P "$dir" && pwd -P)
done | sort -u | while IFS= read -r dir; do
  find "$dir" -maxdepth 1 -type f \\( -name 'lib*.so' -o -name 'lib*.so.*' -o -name 'lib*.a' \\) -size -131072 -print0
done | xargs -0 grep -lF -e "$1" /dev/null 2>/dev/null | head -n 200 | while IFS= read -r file; do
  if ! command -v nm >/dev/null 2>&1; then printf '%s\\n' "$file"; continue; fi
  case $file in *.a) set -- "$1" ;; *) set -- "$1" -D ;; esac
  nm \${2:+"$2"} "$file" 2>/dev/null | awk -v name="$1" '
    {symbol = $NF; sub(/@.*/, "", symbol)}
    NF >= 3 && symbol == name && $(NF - 1) ~ /^[TWDBRVi]$/ {found = 1}
    END {exit !found}' && printf '%s\\n' "$file"
done | head -n ${MOST_LIBRARIES}
`;

export const findSymbol: Tool = {
  name: 'find_symbol',
  description: 'Header of the system that declares a function, macro or type, and library that defines it; or where a header is.',
  parameters: schema({name: text('Identifier, or header such as sys/endian.h.')}),
  timeoutSeconds: 120,
  async run(args, {env, signal}) {
    const name = String(args.name);
    const isHeader = HEADER.test(name) && !name.split('/').includes('..');
    if (!isHeader && !SYMBOL.test(name))
      return refused(
        'bad_arguments',
        `name must be one identifier or a header's name, without blanks or '..'; got ${JSON.stringify(name.slice(0, 100))}. grep takes expressions.`,
      );
    const options = {timeoutSeconds: this.timeoutSeconds, tailBytes: 2 * MOST_BYTES, signal};
    const result = await runScript(env, SCRIPT, [name, isHeader ? 'header' : 'symbol'], options);
    const cut = result.stdout.lastIndexOf(LIBRARIES);
    if (result.timedOut !== undefined || cut < 0) return failed('the search', result);
    const lines = result.stdout
      .slice(0, cut)
      .split('\n')
      .filter((line) => line !== '');
    const libraries = result.stdout
      .slice(cut + LIBRARIES.length)
      .split('\n')
      .filter((line) => line !== '');
    const shown = ranked(lines, name).slice(0, MOST_LINES);
    const isGuess = libraries[0] === 'no nm';
    if (isGuess) libraries.shift();
    const hint = hintFor(lines.length, libraries.length, {isHeader, isGuess});
    const headers = shown.map((line) => line.slice(0, LINE_BYTES)).join('\n');
    return outcome(
      {ok: true, name, headers, header_lines: lines.length, libraries, ...(hint === '' ? {} : {hint})},
      `${name}: ${lines.length} lines of headers, ${libraries.length} libraries`,
    );
  },
};

/** Returns definitions and declarations before uses; `name` is an identifier. */
function ranked(lines: readonly string[], name: string): string[] {
  const define = new RegExp(`^[^:]*:\\d+:\\s*#\\s*define\\s+${name.replace(/\W/g, '.')}\\b`);
  const declare = new RegExp(`^[^:]*:\\d+:[^#/*].*\\b${name.replace(/\W/g, '.')}\\s*[(;\\[]`);
  const rank = (line: string): number => {
    if (define.test(line)) return 0;
    return declare.test(line) ? 1 : 2;
  };
  return [...lines].sort((a, b) => rank(a) - rank(b));
}

function hintFor(headers: number, libraries: number, {isHeader, isGuess}: {isHeader: boolean; isGuess: boolean}): string {
  const later = 'Headers and libraries of dependencies are there only while a build runs.';
  if (headers > MOST_LINES) return `Shown are ${MOST_LINES} of ${headers} lines, definitions first; grep searches one directory.`;
  if (headers === 0 && libraries === 0) return `The system of this dev-env does not have it. ${later}`;
  if (isGuess && libraries > 0) return 'There is no nm here: the libraries have the name in them, and may only use it.';
  return headers === 0 && !isHeader ? `A library has it, but no header declares it. ${later}` : '';
}
