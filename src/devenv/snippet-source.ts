import {type DevEnv, type ExecResult, succeeded} from './client.ts';
import {PORT_MAKE} from './port-scripts.ts';
import {PRELUDE, runScript} from './scripts.ts';

/** Where a port's source was unpacked for reading, or why it was not. */
export interface Unpacked {
  readonly wrksrc?: string;
  readonly distfile?: string;
  readonly problem?: string;
}

/** Directory inside that holds each case's source for reading. */
export const SNIPPET_HOME = '/work/obj/.portwright-snippets';
const MOST_BYTES = 262144;

/**
 * KEY ORIGIN FLAVOR STATE. Unpacks once a case, to the patched state if the patches apply, else without them; with the state
 * `ports`, only the port's own patches are tried. Made under a temporary name and renamed, so that two rounds at once, or one
 * that was killed, do no harm. Stores WRKSRC, relative to the prefix, in `.wrksrc`. A port with an unknown USES, which the framework
 * refuses before it extracts, is unpacked without that.
 */
const UNPACK = `${PRELUDE}
origin=$2 flavor=$3 state=$4${PORT_MAKE}
[ -f "$compose/$origin/Makefile" ] || refuse 71 "there is no composed port $compose/$origin"
way ${SNIPPET_HOME} /work/obj .portwright-snippets
own=
[ "$state" != ports ] || own=DFLY_PATCHDIR=/nonexistent
uses=
without_unknown_uses() {
  known= unknown=
  for one in $(port_make "$there" -V USES); do
    if [ -f "$compose/Mk/Uses/\${one%%:*}.mk" ]; then known="$known $one"; else unknown=$one; fi
  done
  [ -n "$unknown" ] || return 1
  uses=USES=$known
}
if [ ! -d "./$1" ]; then
  aside=$(mktemp -d "./.$1.XXXXXX")
  trap 'rm -rf "$aside"' EXIT
  trap 'exit 143' TERM INT HUP
  prefix=$(cd -P "$aside" && pwd -P)
  there=WRKDIRPREFIX=$prefix
  port_make "$there" extract >&2 || { without_unknown_uses && port_make "$there" "$uses" extract >&2; }
  port_make "$there" \${own:+"$own"} \${uses:+"$uses"} patch >&2 || echo "patches do not apply: the source is as far as they got" >&2
  place=$(port_make "$there" -V '\${WRKSRC}')
  port_make "$there" -V '\${DISTFILES}' | tr ' ' '\\n' | head -n 1 >"$aside/.distfile"
  case $place in "$prefix"/*) ;; *) refuse 75 "WRKSRC is $place, outside $prefix" ;; esac
  printf '%s\\n' "\${place#"$prefix"/}" >"$aside/.wrksrc"
  mv "$aside" "./$1" 2>/dev/null || [ -d "./$1" ]
fi
printf '%s/%s\\n%s\\n' "${SNIPPET_HOME}/$1" "$(cat "./$1/.wrksrc")" "$(cat "./$1/.distfile")"
`;

export async function unpackSource(
  env: DevEnv,
  port: {key: string; origin: string; flavor?: string; state?: 'patched' | 'ports'; signal?: AbortSignal | undefined},
): Promise<Unpacked> {
  const options = {timeoutSeconds: 1800, signal: port.signal};
  const result = await runScript(env, UNPACK, [port.key, port.origin, port.flavor ?? '', port.state ?? 'patched'], options);
  const [wrksrc = '', distfile = ''] = result.stdout.trim().split('\n').slice(-2);
  if (result.rc !== 0 || !wrksrc.startsWith(SNIPPET_HOME)) {
    return {problem: `the source was not unpacked: ${result.stderr.trim().split('\n').slice(-5).join(' | ').slice(-500)}`};
  }
  return {wrksrc, distfile};
}

/**
 * WRKSRC PATH FIRST LAST. The exact path, also with leading directories of the build dropped; else the one file of that name
 * anywhere below. Links that lead out of WRKSRC are not followed. The first line printed is the path that was read.
 */
const READ = `${PRELUDE}
enter ${SNIPPET_HOME} "$1"
source=$real
path=$2
while [ ! -f "$source/$path" ]; do
  case $path in */*/*) path=\${path#*/} ;; *) path=; break ;; esac
done
if [ -z "$path" ]; then
  found=$(find . -type f -name "$5" ! -path '*/.git/*' | LC_ALL=C sort | head -n 21)
  [ -n "$found" ] || refuse 71 "no such file in the source"
  case $found in *"
"*) refuse 76 "several files have this name, ask for one of: $found" ;; esac
  path=\${found#./}
fi
case $path in */*) enter "$source" "$source/\${path%/*}" ;; esac
regular "\${path##*/}" "$path"
printf '%s\\n' "$path"
awk -v from="$3" -v to="$4" 'NR > to {exit} NR >= from' "./\${path##*/}" | head -c ${MOST_BYTES}
`;

export async function readSource(
  env: DevEnv,
  unpacked: Unpacked,
  path: string,
  at: {line: number; context: number} | undefined,
  signal?: AbortSignal,
): Promise<{text?: string; lines?: string; note?: string}> {
  const first = at ? Math.max(1, at.line - at.context) : 1;
  const last = at ? at.line + at.context : 1_000_000_000;
  const name = (path.split('/').at(-1) ?? '').replace(/[[\]*?\\]/g, '\\$&');
  const options = {timeoutSeconds: 120, tailBytes: MOST_BYTES + 4096, signal};
  const result = await runScript(env, READ, [unpacked.wrksrc ?? '', path, `${first}`, `${last}`, name], options);
  if (result.rc !== 0) return {note: problemOf(result)};
  const cut = result.stdout.indexOf('\n');
  const [found, text] = [result.stdout.slice(0, cut), result.stdout.slice(cut + 1)];
  const count = text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
  return {text, lines: `${first}-${first + Math.max(0, count - 1)}`, ...(found === path ? {} : {note: `read from ${found}`})};
}

/** Limits of the answer to a search or a list. */
const MAX_LINES = 60;
const MAX_LINE_BYTES = 300;
const MAX_ENTRIES = 200;

/** WRKSRC PATH DIR NAME PATTERN LINES BYTES. PATH is a directory, empty for all of the source, or the file NAME in DIR. grep's exit code passes the pipe by descriptor 4. */
const SEARCH = `${PRELUDE}
enter ${SNIPPET_HOME} "$1"
top=$real target=.
if [ -n "$2" ] && [ ! -d "$top/$2" ]; then
  enter "$top" "$top/$3"
  regular "$4" "$2"
  target=./$4
elif [ -n "$2" ]; then enter "$top" "$top/$2"; fi
exec 3>&1
rc=$({ { trap '' PIPE; grep -rHnIE -e "$5" -- "$target" 4>&- || echo $? >&4; } | cut -b "1-$7" | head -n "$6" >&3; } 4>&1)
exit "\${rc:-0}"
`;

/** The note of a search without a match. */
export const NO_MATCH = 'no line matches';

/** Searches the unpacked source by an extended regular expression. Lines are `path:line:text`, with paths relative to the top of the source. */
export async function searchSource(
  env: DevEnv,
  {wrksrc = ''}: Unpacked,
  {pattern, path}: {readonly pattern: string; readonly path: string},
  signal?: AbortSignal,
): Promise<{text?: string; note?: string}> {
  const cut = path.lastIndexOf('/');
  const args = [
    wrksrc,
    path,
    path.slice(0, Math.max(0, cut)),
    path.slice(cut + 1),
    pattern,
    `${MAX_LINES + 1}`,
    `${MAX_LINE_BYTES}`,
  ];
  const result = await runScript(env, SEARCH, args, {timeoutSeconds: 120, tailBytes: MAX_LINES * (MAX_LINE_BYTES + 300), signal});
  if (result.rc === 1 && result.stdout === '') return {note: NO_MATCH};
  if (result.timedOut !== undefined || (result.rc > 1 && result.stdout === '')) return {note: problemOf(result)};
  const lines = result.stdout.split('\n').filter((line) => line !== '');
  const isFile = lines[0]?.startsWith(`./${path.slice(cut + 1)}:`) === true;
  const dir = path === '' ? '' : `${path}/`;
  const above = isFile ? path.slice(0, cut + 1) : dir;
  const text = lines.slice(0, MAX_LINES).map((line) => `${above}${line.replace(/^\.\//, '')}\n`);
  return {text: text.join(''), ...(lines.length > MAX_LINES ? {note: `the first ${MAX_LINES} lines that match`} : {})};
}

/** WRKSRC DIR ENTRIES. */
const LIST = `${PRELUDE}
enter ${SNIPPET_HOME} "$1"
top=$real
if [ -n "$2" ]; then enter "$top" "$top/$2"; fi
ls -Apq | head -n "$3"
`;

/** Lists a directory of the unpacked source, one name a line; the names of directories end in a slash. */
export async function listSource(
  env: DevEnv,
  {wrksrc = ''}: Unpacked,
  dir: string,
  signal?: AbortSignal,
): Promise<{text?: string; note?: string}> {
  const result = await runScript(env, LIST, [wrksrc, dir, `${MAX_ENTRIES + 1}`], {timeoutSeconds: 120, signal});
  if (!succeeded(result)) return {note: problemOf(result)};
  const names = result.stdout.split('\n').filter((name) => name !== '');
  const text = names.slice(0, MAX_ENTRIES).map((name) => `${name}\n`);
  return {text: text.join(''), ...(names.length > MAX_ENTRIES ? {note: `the first ${MAX_ENTRIES} names`} : {})};
}

function problemOf({timedOut, stderr}: ExecResult): string {
  return timedOut === undefined ? stderr.trim().replaceAll('\n', ', ').slice(-2000) : 'it took too long';
}
