import {type ExecResult, succeeded} from '../client.ts';
import {GIT, TRAPS} from '../git-script.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {failed, outcome, refused} from './results.ts';
import {schema, text} from './schema.ts';
import type {Tool} from './tool.ts';

const MAX_PATTERN = 200;
const CONTEXT_LINES = 2;
/** A longer line is cut. */
const LINE_BYTES = 200;
/** Bytes of what git finds; of more than these, the first are counted and shown. */
const MAX_FOUND_BYTES = 2 << 20;
const MAX_SHOWN_CHARS = 6000;
const MAX_FILES = 12;
/** Lines of one file's excerpt. */
const MAX_LINES = 16;

/** Names of files with an equal excerpt. */
const MAX_ALSO = 5;

const KINDS = ['patch', 'overlay', 'any'] as const;
type Kind = (typeof KINDS)[number];
const PATCHES = ['ports/*/*/dragonfly*/**', 'ports/*/*/diffs/**'];
const OVERLAYS = ['ports/*/*/overlay.dops', 'ports/*/*/Makefile.DragonFly'];
const PLACES: Readonly<Record<Kind, readonly string[]>> = {
  patch: PATCHES,
  overlay: OVERLAYS,
  any: [...OVERLAYS, ...PATCHES],
};

/** PATTERN CONTEXT LINE_BYTES BYTES PATHSPEC...: searches the checkout's commit, so that links and what a case edits are not read. git's exit code passes the pipe by descriptor 4. */
const SCRIPT = `${PRELUDE}${GIT}${TRAPS}
open_git
unset GIT_LITERAL_PATHSPECS
pattern=$1 context=$2 line=$3 bytes=$4
shift 4
exec 3>&1
rc=$({ { trap '' PIPE; git grep -nIE --no-color --heading --break -C "$context" -e "$pattern" HEAD -- "$@" 4>&- || echo $? >&4; } | cut -b "1-$line" | head -c "$bytes" >&3; } 4>&1)
exit "\${rc:-0}"
`;

interface Found {
  /** Path below ports/. */
  readonly path: string;
  readonly lines: readonly string[];
}

export const findInOverlays: Tool = {
  name: 'find_in_overlays',
  description: 'Search the DragonFly patches and overlays of all other ports by an extended regular expression.',
  parameters: schema({
    pattern: text('Such as IFM_IEEE80211_'),
    'kind?': {type: 'string', enum: KINDS, description: 'Default any.'},
  }),
  timeoutSeconds: 120,
  async run(args, {env, origin, slave, signal}) {
    const pattern = String(args.pattern);
    if (pattern === '' || pattern.length > MAX_PATTERN || /\p{Cc}/u.test(pattern))
      return refused('bad_arguments', `pattern must have 1 to ${MAX_PATTERN} characters, none of them a control character.`);
    const own = [origin, ...(slave === undefined ? [] : [slave])].map((one) => `:(exclude,literal)ports/${one}`);
    const places = PLACES[(args.kind ?? 'any') as Kind].map((place) => `:(glob)${place}`);
    const params = [pattern, `${CONTEXT_LINES}`, `${LINE_BYTES}`, `${MAX_FOUND_BYTES}`, ...places, ...own];
    const options = {timeoutSeconds: this.timeoutSeconds, tailBytes: MAX_FOUND_BYTES, signal};
    const result = await runScript(env, SCRIPT, params, options);
    if (!succeeded(result) && !isNoMatch(result)) return failed('the overlays were not searched', result);
    const files = filesIn(result.stdout);
    const {shown, left} = excerpts(files);
    const hint = left > 0 ? {hint: `Files left out: ${left}. Narrow the pattern, or give kind.`} : {};
    return outcome(
      {ok: true, pattern, file_count: files.length, files: shown, ...hint},
      `${files.length} files of other ports have ${pattern}`,
    );
  },
};

function isNoMatch({rc, timedOut}: ExecResult): boolean {
  return rc === 1 && timedOut === undefined;
}

/** Reads `git grep --heading`: a line with the name of a file, and its lines, each with its number. */
function filesIn(output: string): Found[] {
  const files: {path: string; lines: string[]}[] = [];
  for (const line of output.split('\n')) {
    const path = /^HEAD:ports\/(.+)$/.exec(line)?.[1];
    if (path !== undefined) files.push({path, lines: []});
    else if (line !== '') files.at(-1)?.lines.push(line);
  }
  return files;
}

interface Excerpt {
  readonly path: string;
  readonly excerpt: string;
  /** Other files with an equal excerpt. */
  readonly also?: readonly string[];
}

/** Returns the start of each file's excerpt, equal ones, as of variants of one software, once; `left` counts the files that do not fit. */
function excerpts(files: readonly Found[]): {shown: Excerpt[]; left: number} {
  const shown = new Map<string, {path: string; also: string[]}>();
  let space = MAX_SHOWN_CHARS;
  let left = 0;
  for (const {path, lines} of files) {
    const excerpt = lines.slice(0, MAX_LINES).join('\n');
    const same = shown.get(excerpt);
    if (same !== undefined) same.also.push(path);
    else if (shown.size < MAX_FILES && excerpt.length + path.length <= space) {
      shown.set(excerpt, {path, also: []});
      space -= excerpt.length + path.length;
    } else left += 1;
  }
  const items = [...shown].map(([excerpt, {path, also}]) => ({
    path,
    excerpt,
    ...(also.length > 0 ? {also: also.slice(0, MAX_ALSO)} : {}),
  }));
  return {shown: items, left};
}
