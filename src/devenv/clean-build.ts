import {stripVTControlCharacters} from 'node:util';
import {type PackageFile, readPackageList} from '../case/effect/index.ts';
import type {DevEnv, ExecResult} from './client.ts';
import {PORT_MAKE} from './port-scripts.ts';
import {DSYNTH, PRELUDE, REFUSALS, runScript} from './scripts.ts';
import {BuildRunning, buildPatience} from './unavailable.ts';

const LOG_START = '\u001eportwright log\n';
/** Separates a build's output from the facts behind it. */
const FACTS_MARK = '\n\u001eportwright facts\n';
const NEXT_FACT = '\u001e\n';

/** list_package FILE: `found` and what is in the package; nothing where there is none. */
const LIST_PACKAGE = `
packages=\${DPORTS_DSYNTH_ROOT:-/work/dsynth}/packages/All
list_package() {
  [ -f "$1" ] || return 0
  printf 'found\\n'
  tar -tvf "$1" 2>/dev/null | head -n 50000
}
`;

/**
 * `end_build RC` ends the output of a build of `origin` and `flavor`, and the script. Behind a passing one come the distfiles that make names, those
 * whose checksums the log shows verified, and the content of the package, as `splitFacts` reads them.
 */
export const PORT_FACTS = `${PORT_MAKE}${LIST_PACKAGE}
end_build() {
  printf '\\n\\036portwright facts\\n'
  [ "$1" -ne 0 ] || print_facts
  exit "$1"
}
print_facts() {
  sed -n 's/^SHA256 (\\(.*\\)) = [0-9a-f]*$/\\1/p' "$compose/$origin/distinfo" 2>/dev/null || :
  printf '\\036\\n'
  port_make -V '\${ALLFILES} \${DISTFILES} \${PATCHFILES}' 2>/dev/null | tr -s '[:blank:]' '[\\n*]' || :
  printf '\\036\\n'
  logs_of "$origin" "$flavor" '' | while read -r log; do
    if [ -f "$log" ] && [ ! -h "$log" ]; then sed -n 's/^=> SHA256 Checksum OK for \\(.*\\)[.]$/\\1/p' "$log"; fi
  done
  printf '\\036\\n'
  name=$(port_make -V '\${PKGNAME}' 2>/dev/null | head -n 1) || name=
  case $name in
  '' | .* | *[!A-Za-z0-9._+,~@-]*) ;;
  *) for suffix in txz pkg tzst tgz tbz tar; do list_package "$packages/$name.$suffix"; done ;;
  esac
}
`;

/** Facts of a passing build. */
export interface BuildFacts {
  /** Distfiles of the port whose checksums the log does not show verified. */
  readonly unverified: readonly string[];
  /** Files of the package; undefined where no package of the port's name was found. */
  readonly files: readonly PackageFile[] | undefined;
}

/** Splits the output of a script with `end_build` at the facts; those of a build that failed, and of an output that is cut, are empty. */
export function splitFacts(stdout: string): {readonly output: string; readonly facts: BuildFacts} {
  const at = stdout.lastIndexOf(FACTS_MARK);
  if (at < 0) return {output: stdout, facts: readFacts('')};
  return {output: stdout.slice(0, at), facts: readFacts(stdout.slice(at + FACTS_MARK.length))};
}

function readFacts(text: string): BuildFacts {
  const [distinfo = '', named = '', verified = '', packaged = ''] = text.split(NEXT_FACT);
  return {unverified: unverifiedOf(linesOf(distinfo), linesOf(named), linesOf(verified)), files: listed(packaged)};
}

/**
 * VERB ORIGIN FLAVOR PATIENCE. `test` deletes the package, builds clean and checks the plist; `force` does so without DEVELOPER and without
 * that check, as a bulk build. The log is printed by the same command: what a fresh dev-env command writes goes with it. Behind it come
 * the facts of a passing build.
 */
const BUILD = `${PRELUDE}${DSYNTH}${PORT_FACTS}
cd /work/DeltaPorts
origin=$2 flavor=$3 patience=$4
rc=0
(dsynth_quietly "$1" "$2" "$3") || rc=$?
printf '\\036portwright log\\n'
log=$(log_of "$2" "$3")
(
  enter /work "$logs"
  if [ -f "./\${log##*/}" ]; then
    regular "\${log##*/}" "$log"
    cat "./\${log##*/}"
  fi
)
end_build "$rc"
`;

/** Bytes of the end of the port's log that are searched for the first errors. */
const LOG_BYTES = 8 << 20;

/** How a port is built: as a developer tests it, or as a bulk build does. */
export type BuildVerb = 'test' | 'force';

/** Result of a build from nothing that an earlier one left; `stdout` is dsynth's own output, `log` the port's. */
export interface CleanBuild extends ExecResult, BuildFacts {
  readonly log: string;
}

interface Port {
  readonly origin: string;
  readonly flavor?: string;
}

/**
 * Builds the composed port; with no package, installed file, log, option or list of an earlier build where the dev-env can do that.
 * Throws `BuildRunning` where another build does not end soon.
 */
export async function cleanBuild(
  env: DevEnv,
  verb: BuildVerb,
  {origin, flavor = ''}: Port,
  limits: {readonly timeoutSeconds: number; readonly idleSeconds: number},
): Promise<CleanBuild> {
  const args = [verb, origin, flavor, `${buildPatience(limits.idleSeconds)}`];
  const result = await runScript(env, BUILD, args, {...limits, fresh: true, tailBytes: LOG_BYTES});
  if (REFUSALS[result.rc] === 'another_build') throw new BuildRunning(result.stderr.trim().slice(-1000));
  const {output, facts} = splitFacts(result.stdout);
  const start = output.indexOf(LOG_START);
  const log = output.slice(start < 0 ? 0 : start + LOG_START.length);
  return {
    ...result,
    stdout: start < 0 ? '' : stripVTControlCharacters(output.slice(0, start)),
    log: start < 0 && !result.stdoutTruncated ? '' : log,
    ...facts,
  };
}

/**
 * The files of distinfo that the port uses, by what make names, and that were not verified. Where make names none, all of distinfo
 * counts; distinfo may have files for other options and architectures.
 */
function unverifiedOf(distinfo: readonly string[], named: readonly string[], verified: readonly string[]): string[] {
  const used = new Set(named.map((one) => baseOf(one).replace(/:[\w,]+$/, '')));
  const expected = used.size === 0 ? distinfo : distinfo.filter((one) => used.has(baseOf(one)));
  return expected.filter((one) => !verified.includes(one));
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** Returns the sentence on distfiles whose checksums a log does not show verified. */
export function notVerified(files: readonly string[]): string {
  const more = files.length > 10 ? ` and ${files.length - 10} more` : '';
  return `The log of a proof must show "SHA256 Checksum OK" for each distfile of the port; it shows none for ${files.slice(0, 10).join(', ')}${more}.`;
}

/** ORIGIN FLAVOR: content of the newest package of the port, of any version. */
const LAST_PACKAGE = `${PRELUDE}${PORT_MAKE}${LIST_PACKAGE}
origin=$1 flavor=$2
base=$(port_make -V '\${PKGBASE}' 2>/dev/null | head -n 1) || base=
[ -n "$base" ] || base=\${origin#*/}
case $base in .* | *[!A-Za-z0-9._+~@-]*) exit 0 ;; esac
newest=
for one in "$packages/$base"-[0-9]*; do
  case \${one##*/} in "$base"-*-*) continue ;; esac
  if [ -f "$one" ] && { [ -z "$newest" ] || [ "$one" -nt "$newest" ]; }; then newest=$one; fi
done
[ -n "$newest" ] || exit 0
list_package "$newest"
`;

/** Returns the files of the last good package of the port that the dev-env has; undefined without one. */
export async function lastGoodPackage(env: DevEnv, {origin, flavor = ''}: Port): Promise<PackageFile[] | undefined> {
  const {stdout} = await runScript(env, LAST_PACKAGE, [origin, flavor], {timeoutSeconds: 120, tailBytes: LOG_BYTES});
  return listed(stdout);
}

function listed(text: string): PackageFile[] | undefined {
  return text.startsWith('found\n') ? readPackageList(text) : undefined;
}
