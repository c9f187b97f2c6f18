import {patchProblem} from '../../case/guard/patch-form.ts';
import {PORT_MAKE, UNPATCHED} from '../port-scripts.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {workDir} from './paths.ts';
import {refused} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

const SECONDS = 60;
const SHOWN = 1200;
/** Exit code of the script for a patch that does not apply. */
const REJECTED = 90;

/**
 * ORIGIN FLAVOR NAME TREE WORK, the patch on stdin. Tried on the port's source as it is before the overlay's own patches, which is unpacked
 * once for each composed tree, in the port's work directory. It is applied for real, to copies of the files that it names: DragonFly's patch has
 * no --dry-run, prints its usage for it, and exits 0.
 */
const ON_SOURCE = `${PRELUDE}
origin=$1 flavor=$2${PORT_MAKE}${UNPATCHED}
[ -f "$compose/$origin/Makefile" ] || exit 0
way "$5" /work/obj "\${origin%%/*}" "\${origin#*/}"
aside=$(mktemp -d ./.portwright-try.XXXXXX)
trap 'rm -rf "$aside"' EXIT
trap 'exit 143' TERM INT HUP
here=$real/\${aside#./}
cat >"$aside/patch"
unpatched "$4" "$here" || exit 0
source=$unpatched
mkdir "$aside/try"
sed -n -e 's/^--- //p' -e 's/^+++ //p' -e 's/^[*][*][*] //p' -e 's/^Index: //p' "$aside/patch" |
  tr '\\t' '\\n' | sed -e p -e 's/ .*//' | sort -u | while IFS= read -r name; do
  case /$name/ in //* | */../*) continue ;; esac
  dir=./\${name%/*}
  [ "$dir" != "./$name" ] || dir=.
  [ ! -d "$source/$dir" ] || mkdir -p "$aside/try/$dir"
  [ ! -f "$source/$name" ] || [ -h "$source/$name" ] || cp -p "$source/$name" "$aside/try/$name"
done
patch -p0 -N -f -d "$aside/try" <"$aside/patch" 2>&1 || exit ${REJECTED}
`;

/** ORIGIN FLAVOR NAME, the diff on stdin. Tried as compose does it: on FreeBSD's port, after the diffs that come before it. */
const ON_PORT = `${PRELUDE}
base=/work/freebsd-ports/$1
[ -f "$base/Makefile" ] || exit 0
aside=$(mktemp -d /work/.portwright-tmp.XXXXXX)
trap 'rm -rf "$aside"' EXIT
trap 'exit 143' TERM INT HUP
cat >"$aside/patch"
cp -RPp "$base" "$aside/port"
for diff in "/work/DeltaPorts/ports/$1/diffs"/*.diff; do
  [ -f "$diff" ] || continue
  [ "\${diff##*/}" != "$3" ] || break
  patch -d "$aside/port" -p0 -F0 -N -f <"$diff" >/dev/null 2>&1 || exit 0
done
patch -p0 -F0 -N -f -d "$aside/port" <"$aside/patch" 2>&1 || exit ${REJECTED}
`;

/**
 * Checks a patch that is about to be written to the overlay: one that is malformed is refused, and for one that does not apply the result
 * has what \`patch\` says. Other files, and ports whose source cannot be had in a minute, pass.
 */
export async function checkPatch(
  context: ToolContext,
  path: string,
  content: string,
): Promise<{refusal?: ToolOutcome; note?: string}> {
  const [dir = '', name = '', deeper] = path.split('/');
  const ofSource = dir === 'dragonfly' && name.startsWith('patch-');
  if (deeper !== undefined || !(ofSource || (dir === 'diffs' && name.endsWith('.diff')))) return {};
  const problem = patchProblem(content);
  if (problem !== undefined) return {refusal: refused('malformed_patch', `${path}: ${problem}`)};
  const {slave, flavor, composedTree, env, signal} = context;
  // The source is that of the case's own port, also for a patch of its master.
  const origin = ofSource ? (slave ?? context.origin) : context.origin;
  const params = [origin, flavor ?? '', name, composedTree ?? 'first', workDir(origin)];
  const result = await runScript(env, ofSource ? ON_SOURCE : ON_PORT, params, {
    stdin: Buffer.from(content, 'latin1'),
    timeoutSeconds: SECONDS,
    signal,
  });
  if (result.rc !== REJECTED || result.timedOut !== undefined) return {};
  return {
    note: `It was written, but does not apply to ${ofSource ? 'the source' : "FreeBSD's port"}: ${result.stdout.trim().slice(-SHOWN)}`,
  };
}
