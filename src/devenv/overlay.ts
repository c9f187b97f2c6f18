import {type DevEnv, type ExecOptions, type ExecResult, succeeded} from './client.ts';
import {compose, type OverlayScope, originsOf} from './compose.ts';
import {readGitFiles} from './git-files.ts';
import {APPLY, CAPTURE, DIFFERENCE, ELSEWHERE, FILES, FORGET, MARK, RESTORE, STATE, UNMARK} from './overlay-scripts.ts';
import {runScript} from './scripts.ts';
import {DevEnvUnavailable} from './unavailable.ts';

/** How a port's directory of /work/DeltaPorts differs from the last commit, and whose changes they are. */
export interface OverlayState {
  readonly clean: boolean;
  /** Commit, 40 hex digits. */
  readonly head: string;
  /** Changed, new and ignored files, and what git cannot record. */
  readonly paths: readonly string[];
  /** Case id in the mark, a file in the overlay's .git: that case began here and did not clean up. */
  readonly ours?: string;
  /** Commit at which that case began. */
  readonly begun?: string;
}

/** Changes that are not this case's: somebody works here, or another case was ended hard. Nothing was touched. */
export class OverlayDirty extends Error {
  override readonly name = 'OverlayDirty';
  readonly paths: readonly string[];

  constructor(env: string, state: OverlayState) {
    const whose = state.ours === undefined ? 'no case of Portwright' : `the case ${state.ours}`;
    super(
      `The port's overlay in ${env} must be clean before a case begins; it has changes of ${whose}: ${state.paths.slice(0, 10).join(', ')}` +
        `${state.paths.length > 10 ? ` and ${state.paths.length - 10} more` : ''}. Commit them in the dev-env or discard them (\`git checkout\` and \`git clean\` of ports/<origin>), then retry.`,
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
  readonly origin: OverlayScope;
  readonly signal?: AbortSignal | undefined;
}

const SECONDS = 600;

/** Reads whether the overlay of ports differs from the last commit, and whose mark the dev-env has. Without a port only commit and mark. */
export async function overlayState(env: DevEnv, origin: OverlayScope = [], signal?: AbortSignal): Promise<OverlayState> {
  const paths = overlayPaths(origin);
  const {stdout} = await must(runScript(env, STATE, paths, options(signal, 1048576)), 'reading the state of the overlay');
  const [head = '', ours = '', begun = ''] = stdout.split('\n', 3);
  const changed = namesIn(stdout.slice(head.length + ours.length + begun.length + 3));
  return {clean: changed.length === 0, head, paths: changed, ...(ours === '' ? {} : {ours, begun})};
}

function overlayPaths(scope: OverlayScope): string[] {
  return originsOf(scope).map((origin) => `ports/${origin}`);
}

function namesIn(output: string): string[] {
  return output.split('\0').filter((name) => name !== '');
}

/**
 * Readies the dev-env for an attempt: refuses by `OverlayDirty` what is not the case's own and by `DiffRefused` what does not apply, reverts what is, empties the port's
 * work tree and genpatch-out, and applies an earlier attempt's diff. Idempotent.
 */
export async function beginAttempt(env: DevEnv, port: Port & {readonly diff?: Diff}): Promise<void> {
  const {caseId, origin, signal} = port;
  const state = await overlayState(env, origin, signal);
  if (state.ours === undefined ? !state.clean : state.ours !== caseId) throw new OverlayDirty(env.name, state);
  if (state.ours === caseId) {
    sameCommit(env, state);
    await revertUnrecorded(env, port);
  }
  await must(runScript(env, MARK, [caseId], {...options(signal), writesGit: true}), 'writing the mark of the case');
  if (state.ours !== caseId) await forget(env, port);
  if (port.diff === undefined || isBlank(port.diff)) return;
  const applied = await applyDiff(env, port.diff, signal);
  if (applied.timedOut === undefined && applied.rc !== 0)
    throw new DiffRefused(`The diff does not apply to the overlay of ${env.name}: ${applied.stderr.trim().slice(-500)}`);
  await must(Promise.resolve(applied), 'putting a diff into the overlay');
  // The model reads the composed port first. A diff that does not compose shows itself when it materializes.
  await compose(env, origin, signal);
}

/** Throws `OverlayDirty` where the overlay has another commit than when the case began: no case commits, and a commit is not thrown away. */
function sameCommit(env: DevEnv, state: OverlayState): void {
  if (state.begun === state.head) return;
  const path = `the commit ${state.head}, which was ${state.begun} when the case began`;
  throw new OverlayDirty(env.name, {...state, paths: [path]});
}

/** Deletes what work on the port left outside the overlay, which is read-only meanwhile where the dev-env can do that. */
async function forget(env: DevEnv, {origin, signal}: Port): Promise<void> {
  for (const one of originsOf(origin))
    await must(runScript(env, FORGET, one.split('/'), options(signal)), 'deleting what an attempt left');
}

/** Throws `DevEnvReplaced` where the mark of the case that `beginAttempt` left is not there any more. */
export async function confirmBegun(env: DevEnv, {caseId, signal}: Omit<Port, 'origin'>): Promise<void> {
  const found = (await overlayState(env, undefined, signal)).ours ?? '';
  if (found === caseId) return;
  throw new DevEnvReplaced(
    `The dev-env ${env.name} must have the mark of ${caseId}; it has ${found === '' ? 'none' : `that of ${found.slice(0, 200)}`}. ` +
      'It was reset or recreated during the attempt, whose work is lost; the next attempt starts from the recorded diff.',
  );
}

/** Applies a diff to the overlay's work tree; exit code 0 means that it applied. All of it or nothing is changed. */
export function applyDiff(env: DevEnv, diff: Diff, signal?: AbortSignal): Promise<ExecResult> {
  return runScript(env, APPLY, [], {...options(signal), stdin: diff, editsOverlay: true});
}

/** Largest diff that is taken; a repair is some KB. */
const MOST_DIFF_BYTES = 4194304;

/**
 * Returns the bytes of the diff of the port's overlay against HEAD, new and ignored files too, as `git apply` takes it; then of what was
 * changed elsewhere in the overlay since the case began, for the guard to refuse. The same state gives the same bytes.
 */
export async function captureDiff(env: DevEnv, origin: OverlayScope, signal?: AbortSignal): Promise<Buffer> {
  const execOptions = {...options(signal, MOST_DIFF_BYTES), encoding: 'latin1' as const};
  const result = await must(
    runScript(env, CAPTURE, overlayPaths(origin), execOptions),
    `taking the diff of ${originsOf(origin).join(' and ')}`,
  );
  if (result.stdoutTruncated)
    throw new OverlayFailed(`A diff of ${originsOf(origin).join(' and ')} may have ${MOST_DIFF_BYTES} bytes; this one has more.`);
  return Buffer.from(result.stdout, 'latin1');
}

/** Largest overlay that is read; most have some KB. */
const MOST_OVERLAY_BYTES = 8388608;

/** Returns the files of the port's overlay at HEAD by their path below its directory; undefined if they are too large, or their names ambiguous. */
export async function overlayFiles(env: DevEnv, origin: string, signal?: AbortSignal): Promise<Map<string, string> | undefined> {
  const path = `ports/${origin}`;
  const execOptions = {...options(signal, MOST_OVERLAY_BYTES), encoding: 'latin1' as const};
  const result = await must(runScript(env, FILES, [path], execOptions), `reading the overlay of ${origin}`);
  return result.stdoutTruncated ? undefined : readGitFiles(Buffer.from(result.stdout, 'latin1'), `${path}/`);
}

/** Returns the paths in which the overlay of the port differs from HEAD with the diff, and those that the diff has outside the port; none if they are equal. */
export async function differenceFrom(
  env: DevEnv,
  port: Omit<Port, 'caseId'> & {readonly diff: Diff},
): Promise<readonly string[]> {
  const running = runScript(env, DIFFERENCE, overlayPaths(port.origin), {...options(port.signal, 1048576), stdin: port.diff});
  return namesIn((await must(running, 'comparing the overlay with the diff')).stdout);
}

/**
 * Resets the port's overlay to HEAD, composes the port from it, and removes the case's mark. Idempotent. A port that does not compose even from the clean overlay was so before; the dev-env is released all the same.
 */
export async function restoreOverlay(env: DevEnv, port: Port): Promise<void> {
  const state = await overlayState(env, undefined, port.signal);
  if (state.ours !== port.caseId) return;
  sameCommit(env, state);
  await revertUnrecorded(env, port);
  await must(runScript(env, UNMARK, [], {...options(port.signal), writesGit: true}), 'removing the mark');
}

/** Resets the port's overlay to HEAD, by a reset of the dev-env where that fails, and composes the port from it; else the mark stays. */
async function revertUnrecorded(env: DevEnv, port: Port): Promise<void> {
  const paths = overlayPaths(port.origin);
  try {
    await forget(env, port);
    await must(runScript(env, RESTORE, paths, {...options(port.signal), writesGit: true}), 'restoring the overlay');
  } catch (error) {
    await resetInstead(env, port, error);
  }
  await compose(env, port.origin, port.signal);
}

/** Resets the dev-env where an attempt left what cannot be put back; throws the error where the dev-env cannot, or has changes that are not the port's. */
async function resetInstead(env: DevEnv, {origin, signal}: Port, error: unknown): Promise<void> {
  if (!(error instanceof OverlayFailed) || env.reset === undefined) throw error;
  const elsewhere = await runScript(env, ELSEWHERE, overlayPaths(origin), options(signal));
  if (elsewhere.rc !== 0 || elsewhere.stdout !== '') throw error;
  await env.reset(signal);
}

function options(signal: AbortSignal | undefined, tailBytes = 32768): ExecOptions {
  return {timeoutSeconds: SECONDS, tailBytes, signal};
}

async function must(running: Promise<ExecResult>, what: string): Promise<ExecResult> {
  const result = await running;
  if (succeeded(result)) return result;
  const why = result.timedOut
    ? `took more than ${SECONDS} s`
    : `ended with exit code ${result.rc}: ${result.stderr.trim().slice(-500)}`;
  throw new OverlayFailed(`In the dev-env ${what} ${why}`);
}
