import {type FoundMaster, masterOf, overlayKind, slavesIn} from '../case/slave-port.ts';
import {type DevEnv, succeeded} from './client.ts';
import {GIT} from './git-script.ts';
import {PRELUDE, runScript} from './scripts.ts';

const SECONDS = 300;
/** Largest list of MASTERDIR lines; the real tree has some 100 KB. */
const MOST_BYTES = 4_194_304;
/** Most ports whose MASTERDIR make computes in a search for slaves; the real tree has some ten for one master. */
const MOST_COMPUTED = 200;

const TREE = '/work/freebsd-ports';

/**
 * FLAVOR ORIGIN...: the composed tree, then for each port the value of MASTERDIR, empty where make fails; all ended by NUL. The Makefiles are those of FreeBSD's ports; a port that only the overlay has is read as it is composed.
 */
const MASTERDIR = `${PRELUDE}
flavor=$1
shift
compose=\${DPORTS_COMPOSE_ROOT:?}
printf '%s\\0' "$compose"
for origin; do
  dir=${TREE}/$origin
  [ -f "$dir/Makefile" ] || dir=$compose/$origin
  value=
  if [ -f "$dir/Makefile" ]; then
    value=$(make -C "$dir" PORTSDIR="$compose" WRKDIRPREFIX=/work/obj BATCH=yes \${flavor:+"FLAVOR=$flavor"} -V '\${MASTERDIR}' </dev/null 2>/dev/null) || value=
  fi
  printf '%s\\0' "$value"
done
`;

/** The lines of all Makefiles of FreeBSD's ports that set MASTERDIR, each after its file's name. */
const MASTERDIR_LINES = `${PRELUDE}
cd ${TREE}
printf '%s\\0' */*/Makefile | xargs -0 grep '^MASTERDIR[[:blank:]]*[?:!]*=' /dev/null || :
`;

/** ORIGIN: the names in the port's overlay at HEAD, ended by NUL. */
const OVERLAY_NAMES = `${PRELUDE}${GIT}
own_git ls-tree -z --name-only "$head" -- "ports/$1/"
`;

/**
 * Returns the port that this one takes its Makefile from, its overlay's form and its other slave ports; undefined for a port with its own
 * Makefile, and where make fails. A MASTERDIR that is no port of the ports tree, or a master that is itself a slave port, is refused.
 */
export async function findMaster(
  env: DevEnv,
  {origin, flavor = ''}: {readonly origin: string; readonly flavor?: string | undefined},
  signal?: AbortSignal,
): Promise<FoundMaster | undefined> {
  try {
    const master = await masterDirOf(env, origin, flavor, signal);
    if (master === undefined) return undefined;
    const next = await masterDirOf(env, master, '', signal);
    if (next !== undefined) return {refused: `${origin} is a slave port of ${master}, which is itself a slave port, of ${next}.`};
    const slaves = (await slavesOf(env, master, signal)).filter((one) => one !== origin);
    return {origin: master, overlay: overlayKind(await overlayNames(env, master, signal)), slaves};
  } catch (error) {
    if (error instanceof MasterRefused) return {refused: error.message};
    throw error;
  }
}

class MasterRefused extends Error {}

async function masterDirOf(env: DevEnv, origin: string, flavor: string, signal?: AbortSignal): Promise<string | undefined> {
  const {roots, values} = await masterDirs(env, [origin], flavor, signal);
  try {
    return masterOf(values[0] ?? '', origin, roots);
  } catch (error) {
    throw new MasterRefused((error as Error).message);
  }
}

/** Returns the values of MASTERDIR, in the order of the ports, and the directories that the ports tree has in them. */
async function masterDirs(
  env: DevEnv,
  origins: readonly string[],
  flavor: string,
  signal?: AbortSignal,
): Promise<{roots: readonly string[]; values: readonly string[]}> {
  const options = {timeoutSeconds: SECONDS, tailBytes: MOST_BYTES, signal};
  const result = await runScript(env, MASTERDIR, [flavor, ...origins], options);
  if (!succeeded(result)) return {roots: [], values: []};
  const [compose = '', ...values] = result.stdout.split('\0');
  return {roots: [TREE, compose], values};
}

/** Returns the slave ports of a master, sorted. Throws `MasterRefused` where they cannot all be found. */
async function slavesOf(env: DevEnv, master: string, signal?: AbortSignal): Promise<string[]> {
  const result = await runScript(env, MASTERDIR_LINES, [], {timeoutSeconds: SECONDS, tailBytes: MOST_BYTES, signal});
  if (!succeeded(result) || result.stdoutTruncated)
    throw new MasterRefused(
      `The slave ports of ${master} cannot be listed: ${result.stderr.trim().slice(-300) || 'too many lines'}.`,
    );
  const {slaves, computed} = slavesIn(result.stdout.split('\n'), master);
  if (computed.length > MOST_COMPUTED)
    throw new MasterRefused(`${computed.length} ports may be slave ports of ${master}; at most ${MOST_COMPUTED} are evaluated.`);
  return [...slaves, ...(await computedSlaves(env, computed, master, signal))].sort();
}

/** Returns those of the ports whose MASTERDIR, as make computes it, is the master. */
async function computedSlaves(env: DevEnv, origins: readonly string[], master: string, signal?: AbortSignal): Promise<string[]> {
  if (origins.length === 0) return [];
  const {roots, values} = await masterDirs(env, origins, '', signal);
  return origins.filter((origin, at) => {
    try {
      return masterOf(values[at] ?? '', origin, roots) === master;
    } catch {
      return false;
    }
  });
}

async function overlayNames(env: DevEnv, origin: string, signal?: AbortSignal): Promise<string[]> {
  const result = await runScript(env, OVERLAY_NAMES, [origin], {timeoutSeconds: SECONDS, tailBytes: MOST_BYTES, signal});
  const prefix = `ports/${origin}/`;
  return result.stdout.split('\0').flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
}
