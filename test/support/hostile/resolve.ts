import {posix} from 'node:path';
import {isOrigin} from '../../../src/case/types.ts';
import {PRELUDE, REFUSALS} from '../../../src/devenv/scripts.ts';
import {PATCH_NAME} from '../../../src/devenv/tools/genpatch.ts';
import {
  type CheckedPath,
  inWorkTree,
  otherOrigin,
  overlayDir,
  type PathCheck,
  patchDir,
  readable,
  relativePath,
  workDir,
  writable,
} from '../../../src/devenv/tools/paths.ts';
import {wayArguments} from '../../../src/devenv/tools/store-file.ts';
import type {Judged} from './figures.ts';
import {ORIGIN} from './paths.ts';
import type {HostilePlace} from './place.ts';

/** Where the inputs were stopped, or that they were let through and led where they may. */
export interface Stops {
  before: number;
  inside: number;
  passed: number;
}

export interface Resolved {
  readonly judged: readonly Judged[];
  readonly stops: Readonly<Stops>;
}

/** One way on which a tool takes an input into the dev-env: the words for the driver, and the directory that it may not leave. */
interface Way {
  readonly input: string;
  readonly words: readonly string[];
  readonly root: string;
}

/** A line of words each: does what the tools' scripts do until they have their file, and prints where that really is, and the exit code. */
const DRIVER = `${PRELUDE}
ends() { realpath -z -- "$1"; }
try() {
  way=$1 name=$2 path=$3
  shift 3
  case $way in
    list) enter "$@"; ends .; return ;;
    read) enter "$@"; regular "$name" "$path" ;;
    work) enter "$@"; if [ -e "./$name" ] || [ -h "./$name" ]; then regular "$name" "$path"; fi ;;
    write) way "$@"; if [ -e "./$name" ] || [ -h "./$name" ]; then regular "$name" "$path"; fi ;;
  esac
  ends "./$name"
}
set +e
tab=$(printf '\\t')
while IFS= read -r line; do
  (
    set -ef
    IFS=$tab
    set -- $line
    unset IFS
    set +f
    try "$@"
  ) </dev/null 2>/dev/null
  printf '%s\\0' $?
done
`;

/** Lets every path through the check in TypeScript, and those that pass through the functions of the scripts, in one shell inside. */
export function resolvePaths(place: HostilePlace, paths: readonly string[]): Promise<Resolved> {
  return resolve(place, paths, waysOf);
}

/** The same with names of patches, and with origins, which never get as far. */
export async function resolveNames(
  place: HostilePlace,
  patches: readonly string[],
  origins: readonly string[],
): Promise<Resolved> {
  const {judged, stops} = await resolve(place, patches, patchWays);
  const more = origins.map(judgeOrigin);
  return {judged: [...judged, ...more], stops: {...stops, before: stops.before + more.length}};
}

async function resolve(
  place: HostilePlace,
  inputs: readonly string[],
  ways: (input: string) => readonly Way[],
): Promise<Resolved> {
  const judged = new Map<string, Judged>();
  const all: Way[] = [];
  const stops = {before: 0, inside: 0, passed: 0};
  for (const input of inputs) {
    judged.set(input, {input, verdict: 'refused'});
    try {
      const open = ways(input);
      all.push(...open);
      if (open.length === 0) stops.before += 1;
    } catch (error) {
      judged.set(input, {input, verdict: 'crashed', seen: String(error)});
    }
  }
  const ends = await drive(place, all);
  for (const [at, way] of all.entries()) {
    const end = ends[at];
    const harm = end === undefined ? {input: way.input, verdict: 'crashed' as const, seen: 'no answer'} : judge(way, end);
    if (harm !== undefined) judged.set(way.input, harm);
    if (end?.rc === 0) stops.passed += 1;
    else stops.inside += 1;
  }
  return {judged: [...judged.values()], stops};
}

interface End {
  readonly rc: number;
  readonly real?: string;
}

async function drive(place: HostilePlace, ways: readonly Way[]): Promise<End[]> {
  const said = await place.feed(DRIVER, ways.map(({words}) => `${words.join('\t')}\n`).join(''));
  const ends: End[] = [];
  let real: string | undefined;
  for (const token of said.split('\0').slice(0, -1)) {
    if (token.startsWith('/')) real = token;
    else {
      ends.push({rc: Number(token), real});
      real = undefined;
    }
  }
  return ends;
}

/** The harm that it did, or undefined. */
function judge({input, words, root}: Way, {rc, real}: End): Judged | undefined {
  const seen = `${words[0]}: exit code ${rc}, ${JSON.stringify(real)}`;
  if (rc !== 0) return REFUSALS[rc] === undefined ? {input, verdict: 'crashed', seen} : undefined;
  if (real === undefined) return {input, verdict: 'crashed', seen};
  return isBelow(real, root) && !inGit(real) ? undefined : {input, verdict: 'escaped', seen};
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}/`);
}

function inGit(path: string): boolean {
  return path.split('/').includes('.git');
}

/** How get_file, list_dir and grep, how put_file and replace_in_file, and how dupe and genpatch would take it in. */
function waysOf(input: string): Way[] {
  const relative = relativePath(input);
  if (relative !== undefined && !isBelow(posix.join(overlayDir(ORIGIN), relative), overlayDir(ORIGIN)))
    throw new Error(`relativePath gave ${JSON.stringify(relative)}.`);
  return [
    ...checkedWay(
      input,
      readable(input, ORIGIN),
      readRootOf(input),
      ({path, root, dir}, mode) => (mode === 'list' ? [root, path] : [root, dir]),
      ['list', 'read'],
    ),
    ...checkedWay(
      input,
      writable(input, ORIGIN),
      undefined,
      (at, mode) => (mode === 'write' ? wayArguments(at) : [at.root, at.dir]),
      ['write', 'read'],
    ),
    ...checkedWay(input, inWorkTree(input, ORIGIN), workDir(ORIGIN), ({root, dir}) => [root, dir], ['work']),
  ];
}

/** The one of the places that may be read in which a path lies, by its text. */
function readRootOf(input: string): string {
  const roots = ['/usr/include', '/usr/local/include', `/construction/${ORIGIN}`];
  return roots.find((root) => isBelow(posix.normalize(input), root)) ?? '/work';
}

function checkedWay(
  input: string,
  checked: PathCheck,
  bound: string | undefined,
  rest: (at: CheckedPath, mode: string) => readonly string[],
  modes: readonly string[],
): Way[] {
  if (!checked.ok) return [];
  const {at} = checked;
  // What is inside would refuse it too; it is not left to that.
  if (posix.normalize(at.path) !== at.path || inGit(at.path))
    throw new Error(`It was let through as ${JSON.stringify(at.path)}.`);
  const homes = [overlayDir(ORIGIN), workDir(ORIGIN)];
  if (bound === undefined && !homes.includes(at.root))
    throw new Error(`A root of writes must be the port's own; got ${at.root}.`);
  const root = bound ?? homes.find((home) => isBelow(posix.normalize(input), home)) ?? '/nowhere';
  return modes.map((mode) => ({input, root, words: [mode, at.name, at.path, ...rest(at, mode)]}));
}

function patchWays(input: string): Way[] {
  if (!PATCH_NAME.test(input)) return [];
  const out = patchDir(ORIGIN);
  return [{input, root: out, words: ['read', input, `${out}/${input}`, out, out]}];
}

/** The tools must refuse it; and what passes as a case's origin must name a directory of its own. */
function judgeOrigin(input: string): Judged {
  if (otherOrigin(input, ORIGIN) === undefined) return {input, verdict: 'escaped', seen: 'taken for the own'};
  const homes = isOrigin(input) ? [overlayDir(input), workDir(input)] : [];
  const bad = homes.find(
    (home) => posix.normalize(home) !== home || !/^\/work\/(DeltaPorts\/ports|obj)\/[^/]+\/[^/]+$/.test(home) || inGit(home),
  );
  return bad === undefined ? {input, verdict: 'refused'} : {input, verdict: 'escaped', seen: bad};
}
