import type {DevEnv, ExecOptions, ExecResult} from './client.ts';
import {MATERIALIZE, PORT_MAKE} from './port-scripts.ts';
import {GIT, PRELUDE, runScript} from './scripts.ts';
import {DevEnvUnavailable} from './unavailable.ts';

/** What git sees in /work/DeltaPorts, and whose changes they are. */
export interface OverlayState {
  readonly clean: boolean;
  /** Commit, 40 hex digits. */
  readonly head: string;
  /** Changed, new and (below ports/) ignored files. */
  readonly paths: readonly string[];
  /** Case id in the marker file: that case began here and did not clean up. */
  readonly ours?: string;
}

/** Changes that are not this case's: somebody works here, or another case was ended hard. Nothing was touched. */
export class OverlayDirty extends Error {
  override readonly name = 'OverlayDirty';
  readonly paths: readonly string[];

  constructor(env: string, state: OverlayState) {
    const whose = state.ours === undefined ? 'no case of Portwright' : `the case ${state.ours}`;
    super(
      `The overlay of ${env} must be clean before a case begins; it has changes of ${whose}: ${state.paths.slice(0, 10).join(', ')}` +
        `${state.paths.length > 10 ? ` and ${state.paths.length - 10} more` : ''}. Keep or discard them in the dev-env, then retry.`,
    );
    this.paths = state.paths;
  }
}

/** A diff that does not apply to the overlay, which stays unchanged; its author has to revise it. */
export class DiffRefused extends Error {
  override readonly name = 'DiffRefused';
}

/** The dev-env is not the one that the attempt began in, or was reset: the work of the attempt is lost, and a retry is useless. */
export class DevEnvReplaced extends DevEnvUnavailable {}

/** A step inside failed which should not: not the model's doing, so the activity may be retried. */
export class OverlayFailed extends Error {
  override readonly name = 'OverlayFailed';
}

/** A diff as `git apply` takes it: bytes, since sources and patches need not be UTF-8. A string is of UTF-8. */
export type Diff = string | Uint8Array;

/** Reports whether a diff has nothing but white space. */
export function isBlank(diff: Diff): boolean {
  return (
    Buffer.from(diff as Uint8Array)
      .toString('latin1')
      .trim() === ''
  );
}

interface Port {
  readonly caseId: string;
  readonly origin: string;
  readonly signal?: AbortSignal | undefined;
}

const MARKER = '/work/.portwright-case';
const SECONDS = 600;

const STATE = `${PRELUDE}${GIT}
git rev-parse HEAD
[ ! -f ${MARKER} ] || cat ${MARKER}
echo
git status --porcelain=v1 -z --untracked-files=all --no-renames | tr '\\000' '\\n'
git status --porcelain=v1 -z --untracked-files=all --ignored=matching --no-renames -- ports | tr '\\000' '\\n' | grep '^!!' || :
`;

/** Reads whether the overlay differs from its last commit, and whose marker it has. */
export async function overlayState(env: DevEnv, signal?: AbortSignal): Promise<OverlayState> {
  const result = await must(runScript(env, STATE, [], options(signal, 1048576)), 'git status');
  const [head = '', ours = '', ...lines] = result.stdout.split('\n');
  const gap = ours === '' ? 0 : 1;
  const paths = lines
    .slice(gap)
    .filter((line) => line !== '')
    .map((line) => line.slice(3));
  return {clean: paths.length === 0, head, paths, ...(ours === '' ? {} : {ours})};
}

/** ORIGIN. Removes what work on the port left outside the overlay. */
const FORGET = `rm -rf "/work/genpatch-out/\${1%/*}_\${1#*/}" "/work/obj/$1" "/construction/$1" /work/.portwright-tmp.* /work/.portwright-git.* /work/.portwright-edit
rm -f /work/.dports-agent-hooks-disabled
`;

const BEGIN = `${PRELUDE}${GIT}
printf '%s\\n' "$2" >${MARKER}
${FORGET}mkdir -p /work/genpatch-out /work/obj
`;

const APPLY = `${PRELUDE}${GIT}
git apply --whitespace=nowarn -p1 -
`;

/**
 * Readies the dev-env for an attempt: refuses by `OverlayDirty` what is not the case's own and by `DiffRefused` what does not apply, reverts what is, empties the port's
 * work tree and genpatch-out, and applies an earlier attempt's diff. Idempotent.
 */
export async function beginAttempt(env: DevEnv, port: Port & {readonly diff?: Diff}): Promise<void> {
  const state = await overlayState(env, port.signal);
  if (!state.clean && state.ours !== port.caseId) throw new OverlayDirty(env.name, state);
  if (state.ours === port.caseId) await revertUnrecorded(env, port);
  await must(runScript(env, BEGIN, [port.origin, port.caseId], options(port.signal)), 'beginning an attempt');
  if (port.diff === undefined || isBlank(port.diff)) return;
  const applied = await applyDiff(env, port.diff, port.signal);
  if (applied.timedOut === undefined && applied.rc !== 0)
    throw new DiffRefused(`The diff does not apply to the overlay of ${env.name}: ${applied.stderr.trim().slice(-500)}`);
  await must(Promise.resolve(applied), 'putting a diff into the overlay');
  // The model reads the composed port first. A diff that does not compose shows itself when it materializes.
  await compose(env, port.origin, port.signal);
}

/** Throws `DevEnvReplaced` where the mark of the case that `beginAttempt` left is not there any more. */
export async function confirmBegun(env: DevEnv, {caseId, signal}: Omit<Port, 'origin'>): Promise<void> {
  const found = (await runScript(env, `cat ${MARKER} 2>/dev/null || :`, [], options(signal))).stdout.trim();
  if (found === caseId) return;
  throw new DevEnvReplaced(
    `The dev-env ${env.name} must have the mark of ${caseId}, ${MARKER}; it has ${found === '' ? 'none' : `that of ${found.slice(0, 200)}`}. ` +
      'It was reset or recreated during the attempt, whose work is lost; the next attempt starts from the recorded diff.',
  );
}

/** Applies a diff to the overlay's work tree; exit code 0 means that it applied. All of it or nothing is changed. */
export function applyDiff(env: DevEnv, diff: Diff, signal?: AbortSignal): Promise<ExecResult> {
  return runScript(env, APPLY, [], {...options(signal), stdin: diff, editsOverlay: true});
}

const CAPTURE = `${PRELUDE}${GIT}
trap drop_snapshot EXIT
trap 'exit 143' TERM INT HUP
snapshot ""
git diff-index -p --cached --binary --no-renames --no-ext-diff --no-textconv --no-color -U3 --src-prefix=a/ --dst-prefix=b/ HEAD
`;

/** Largest diff that is taken; a repair is some KB. */
const MOST_DIFF_BYTES = 4194304;

/**
 * Returns the bytes of the diff of the complete overlay against HEAD, new and (below ports/) ignored files too, as `git apply` takes it. The same
 * state gives the same bytes. The origin is only for error texts: changes outside it belong in the diff, for the guard to check.
 */
export async function captureDiff(env: DevEnv, origin: string, signal?: AbortSignal): Promise<Buffer> {
  const execOptions = {...options(signal, MOST_DIFF_BYTES), encoding: 'latin1' as const};
  const result = await must(runScript(env, CAPTURE, [], execOptions), `taking the diff of ${origin}`);
  if (result.stdoutTruncated)
    throw new OverlayFailed(`A diff of ${origin} may have ${MOST_DIFF_BYTES} bytes; this one has more.`);
  return Buffer.from(result.stdout, 'latin1');
}

/** Works with an index aside: where .git is read-only, nobody can have changed the overlay's own. */
const RESTORE = `${PRELUDE}${GIT}
trap drop_snapshot EXIT
trap 'exit 143' TERM INT HUP
aside=$(mktemp -d /work/.portwright-git.XXXXXX)
index=$(git_path index)
cp -p "$index" "$aside/index"
GIT_INDEX_FILE=$aside/index
export GIT_INDEX_FILE
git read-tree --reset -u HEAD
git clean -q -ffd
git clean -q -ffdx -- ports
if [ -w "$index" ]; then
  rm -f "$index.lock"
  cp -p "$aside/index" "$index"
fi
drop_snapshot
${FORGET}`;

/**
 * Resets the overlay to HEAD, composes the port from it, and removes the case's marker. Idempotent.
 * A port that does not compose even from the clean overlay was so before; the dev-env is released all the same.
 */
export async function restoreOverlay(env: DevEnv, port: Port): Promise<void> {
  const {ours} = await overlayState(env, port.signal);
  if (ours !== port.caseId) return;
  await revertUnrecorded(env, port);
  await must(runScript(env, `${PRELUDE}rm -f ${MARKER}`, [], options(port.signal)), 'removing the marker');
}

/** Resets the overlay to HEAD and composes the port from it; the marker stays. */
export async function revertUnrecorded(env: DevEnv, port: Port): Promise<void> {
  await must(runScript(env, RESTORE, [port.origin], {...options(port.signal), editsOverlay: true}), 'git read-tree');
  await compose(env, port.origin, port.signal);
}

/** Runs `reapply` of the port; exit code 0 means that it composed. */
export function compose(env: DevEnv, origin: string, signal?: AbortSignal): Promise<ExecResult> {
  return runScript(env, MATERIALIZE, [origin], {...options(signal), editsOverlay: true});
}

const MASTER = `${PRELUDE}
origin=$1 flavor=${PORT_MAKE}
composed
printf '%s\\n' "$compose"
port_make -V '\${MASTERDIR}' -V '\${.CURDIR}'
`;

/** Returns the origin of the port that this one takes its Makefile from; undefined for a port with its own, and where make fails. */
export async function masterPort(env: DevEnv, origin: string, signal?: AbortSignal): Promise<string | undefined> {
  const result = await runScript(env, MASTER, [origin], options(signal));
  const [root = '', master = '', own = ''] = result.stdout.split('\n');
  if (result.rc !== 0 || master === '') return undefined;
  const at = collapse(master);
  if (at === collapse(own)) return undefined;
  return at.startsWith(`${root}/`) ? at.slice(root.length + 1) : at;
}

/** `/a/b/../c` as `/a/c`: a slave port names its master that way. */
function collapse(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function options(signal: AbortSignal | undefined, tailBytes = 32768): ExecOptions {
  return {timeoutSeconds: SECONDS, tailBytes, signal};
}

async function must(running: Promise<ExecResult>, what: string): Promise<ExecResult> {
  const result = await running;
  if (result.rc === 0 && result.timedOut === undefined) return result;
  const why = result.timedOut
    ? `took more than ${SECONDS} s`
    : `ended with exit code ${result.rc}: ${result.stderr.trim().slice(-500)}`;
  throw new OverlayFailed(`In the dev-env ${what} ${why}`);
}
