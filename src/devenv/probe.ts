import {type DevEnv, succeeded} from './client.ts';
import {GIT, TRAPS} from './git-script.ts';
import {PRELUDE, runScript} from './scripts.ts';

/** What is wrong with a dev-env, and what to do. */
export interface EnvProblem {
  /** The composer's code, where it has one. */
  readonly code?: string;
  /** What was found, as a sentence. */
  readonly found: string;
  readonly todo: string;
}

/** State of a dev-env's trees. */
export interface EnvState {
  /** Why no port can be composed; undefined if they can. */
  readonly fault: EnvProblem | undefined;
  /** What compose does by itself, and leaves as a change in the checkout. */
  readonly notice: EnvProblem | undefined;
}

/**
 * TARGET: each diffs or replacements below special that has no directory of the target; then `branch` and the branch of freebsd-ports, `HEAD`
 * if detached, or `none` where it is no git checkout. Reading the overlay's repository is a part: a dev-env without one is not ready.
 */
const SCRIPT = `${PRELUDE}${GIT}
cd "$overlay"
if [ "$1" != @main ]; then
  for part in special/*/; do
    for kind in diffs replacements; do
      if [ -d "./$part" ] && [ ! -d "./$part$kind/$1" ]; then printf 'special %s\\n' "$part$kind/$1"; fi
    done
  done
fi
tree=/work/freebsd-ports
if [ ! -e $tree/.git ]; then echo none; exit 0; fi
repository $tree
echo "branch $(own_git symbolic-ref --quiet --short HEAD || echo HEAD)"
`;

/** Checks what composing needs: the branch of freebsd-ports, and directories of the target below special/. Throws DevEnvUnavailable. */
export async function probeTrees(env: DevEnv, target: string, signal?: AbortSignal): Promise<EnvState> {
  const result = await runScript(env, SCRIPT, [target], {timeoutSeconds: 60, signal});
  if (!succeeded(result)) return {fault: unreadable(env, result.stderr), notice: undefined};
  const lines = result.stdout.split('\n');
  const branch = lines.find((line) => line.startsWith('branch '))?.slice('branch '.length);
  const missing = lines.filter((line) => line.startsWith('special ')).map((line) => line.slice('special '.length));
  return {fault: branchFault(target, branch), notice: missing.length === 0 ? undefined : specialNotice(target, missing)};
}

/** Returns what was found, behind the composer's code. */
export function foundText({code, found}: EnvProblem): string {
  return code === undefined ? found : `${code}: ${found}`;
}

function unreadable({name}: DevEnv, stderr: string): EnvProblem {
  const why = stderr.trim().split('\n').at(-1)?.slice(0, 300) || 'it failed';
  return {
    found: `git must read /work/DeltaPorts in ${name}; it does not: ${why}.`,
    todo: 'Repair that checkout, or destroy the dev-env and create it again.',
  };
}

function branchFault(target: string, branch: string | undefined): EnvProblem | undefined {
  const wanted = target.replace(/^@/, '');
  const todo = `Check out ${wanted} in /work/freebsd-ports of the dev-env and run \`regen\` there, or create the dev-env again.`;
  if (branch === undefined)
    return {code: 'E_COMPOSE_FREEBSD_NOT_GIT', found: '/work/freebsd-ports must be a git checkout; it is none.', todo};
  if (branch === wanted) return undefined;
  const current = branch === 'HEAD' ? 'a detached HEAD' : `the branch ${branch}`;
  return {
    code: 'E_COMPOSE_TARGET_BRANCH_MISMATCH',
    found: `/work/freebsd-ports must be on the branch ${wanted} of the target ${target}; it is on ${current}.`,
    todo,
  };
}

function specialNotice(target: string, missing: readonly string[]): EnvProblem {
  const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
  return {
    code: 'I_COMPOSE_SPECIAL_TARGET_BOOTSTRAPPED',
    found: `DeltaPorts has no directories of the target ${target}: ${missing.slice(0, 3).join(', ')}${more}.`,
    todo: 'The next full compose creates them from the files without a target. Review and commit them; cases are not stopped by them.',
  };
}

/** Port directories that are named of those with changes. */
const MOST_PORTS = 10;

/** The case at work in a line, or an empty one; then `git status` of ports/, each entry ended by NUL. Reads all files below ports/. */
const CHANGED = `${PRELUDE}${GIT}${TRAPS}
if [ -f "$mark" ]; then sed -n 1p "$mark"; else echo; fi
open_git
git read-tree HEAD
git status --porcelain -z --untracked-files=all --ignored --no-renames -- ports
`;

/** Returns the ports whose directories differ from the last commit, but for overlay.toml and the case at work: their cases are refused. */
export async function dirtyPorts(env: DevEnv, signal?: AbortSignal): Promise<EnvProblem | undefined> {
  const result = await runScript(env, CHANGED, [], {timeoutSeconds: 300, tailBytes: 4 << 20, signal});
  if (!succeeded(result)) return unreadable(env, result.stderr);
  const [mark = ''] = result.stdout.split('\n', 1);
  const working = /^port:[^:]*:([^@]*)/.exec(mark)?.[1];
  const entries = result.stdout.slice(mark.length + 1).split('\0');
  const ports = new Set(entries.flatMap((entry) => portOf(entry) ?? []));
  if (working !== undefined) ports.delete(working);
  if (ports.size === 0) return undefined;
  const names = [...ports].sort();
  const more = names.length > MOST_PORTS ? ` and ${names.length - MOST_PORTS} more` : '';
  return {
    found: `/work/DeltaPorts has uncommitted changes of ${names.slice(0, MOST_PORTS).join(', ')}${more}; a case of such a port is refused.`,
    todo: `Commit them in the dev-env, or discard them by \`git checkout\` and \`git clean\` of ports/ORIGIN (${discarding(env)}).`,
  };
}

/** Only dportsv3 resets one port; the Linux dev-env is reset completely. */
function discarding({name, reset}: DevEnv): string {
  return reset === undefined
    ? `\`dportsv3 dev-env reset-port ${name} ORIGIN\` does so`
    : `\`portwright dev-env reset ${name}\` discards all changes in the dev-env`;
}

/** Returns the origin of an entry of `git status`; undefined for what the composer writes. */
function portOf(entry: string): string | undefined {
  const [, origin, file] = /^.. ports\/([^/]+\/[^/]+)\/(.*)$/s.exec(entry) ?? [];
  return file === 'overlay.toml' ? undefined : origin;
}
