import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {portName} from '../case/types.ts';
import {firstErrors, textCauses} from './build-findings.ts';
import type {DevEnv, ExecResult} from './client.ts';
import {withDefaults} from './exec.ts';
import {applyDiff, beginAttempt, compose, type Diff, isBlank, overlayState} from './overlay.ts';
import {DSYNTH, GIT, PRELUDE, runScript} from './scripts.ts';

export interface ProofInput {
  readonly caseId: string;
  readonly origin: string;
  readonly flavor?: string;
  /** The recorded diff; nothing else of an attempt counts. */
  readonly diff: Diff;
  /** File of the worker's that gets all output; a repeated proof truncates it. */
  readonly logFile: string;
  readonly buildIdleSeconds: number;
  readonly buildTotalSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

interface Tree {
  readonly commit: string;
  readonly dirty: boolean;
}

/** rebuild_proof.json but for `log`, which the caller knows. Times are ISO 8601 in UTC, digests SHA-256 in hex. */
export interface Proof {
  readonly rebuild_ok: boolean;
  readonly origin: string;
  readonly dsynth_profile: string;
  readonly build_command: string;
  readonly timestamp_utc: string;
  readonly diff_sha256: string;
  /** Before the diff was applied. */
  readonly trees: {readonly deltaports: Tree; readonly freebsd_ports: Tree};
  readonly log_sha256: string;
  readonly started_utc: string;
  readonly finished_utc: string;
  readonly failure?: {
    readonly step: 'apply' | 'reapply' | 'build';
    /** dsynth's phase in which the build failed, such as `check-plist`. */
    readonly phase?: string;
    readonly tail: string;
    readonly signature?: string;
  };
}

/** ORIGIN FLAVOR: `test` deletes the package, builds clean and checks the plist. */
const TEST = `${PRELUDE}${DSYNTH}
cd /work/DeltaPorts
dsynth_quietly test "$1" "$2"
`;

const PORT_LOG = `${PRELUDE}${DSYNTH}
enter /work "$logs"
log=$(log_of "$1" "$2")
regular "\${log##*/}" "$log"
cat "$log"
`;

/**
 * Proves a recorded diff by a clean build from a fresh overlay. Throws what the overlay's functions throw; that the diff does not apply,
 * compose or build is a proof with `rebuild_ok: false`. Afterwards the overlay has the diff and the case's marker: call `restoreOverlay`.
 */
export async function proveRebuild(env: DevEnv, input: ProofInput): Promise<Proof> {
  await writeFile(input.logFile, '', {mode: 0o640});
  const logged = withDefaults(env, {logFile: input.logFile, signal: input.signal});
  const started = new Date().toISOString();
  await beginAttempt(logged, {caseId: input.caseId, origin: input.origin, signal: input.signal});
  const trees = await treesOf(env, input.signal);
  const {profile} = trees;
  const failure = await firstFailure(logged, input);
  const finished = new Date().toISOString();
  return {
    rebuild_ok: failure === undefined,
    origin: input.origin,
    dsynth_profile: profile,
    build_command: `dsynth -S -y -p ${profile} test ${portName(input)}`,
    timestamp_utc: finished,
    diff_sha256: createHash('sha256').update(input.diff).digest('hex'),
    trees: trees.trees,
    log_sha256: await digestOf(input.logFile),
    started_utc: started,
    finished_utc: finished,
    ...(failure ? {failure} : {}),
  };
}

/** Bytes of the end of the port's log that are searched for the first errors. */
const LOG_BYTES = 8 << 20;

async function firstFailure(env: DevEnv, input: ProofInput): Promise<Proof['failure']> {
  if (isBlank(input.diff)) return {step: 'apply', tail: 'The diff is empty: there is nothing to prove.'};
  const applied = await applyDiff(env, input.diff);
  if (!succeeded(applied)) return {step: 'apply', tail: tailOf(applied)};
  if ((await overlayState(env, input.signal)).clean) return {step: 'apply', tail: 'The diff changes nothing in the overlay.'};
  const composed = await compose(env, input.origin);
  if (!succeeded(composed)) return {step: 'reapply', tail: tailOf(composed)};
  const limits = {timeoutSeconds: input.buildTotalSeconds, idleSeconds: input.buildIdleSeconds};
  const port = [input.origin, input.flavor ?? ''];
  const built = await runScript(env, TEST, port, {...limits, fresh: true});
  // dsynth prints little; what happened is in the port's own log, which goes into the proof's as well.
  const {stdout: log} = await runScript(env, PORT_LOG, port, {timeoutSeconds: 600, tailBytes: LOG_BYTES});
  if (succeeded(built)) return undefined;
  const {signature, failedPhase} = textCauses(log);
  return {step: 'build', phase: failedPhase || undefined, tail: `${firstErrors(log)}\n\n${tailOf(built)}`.trim(), signature};
}

const TREES = `${PRELUDE}${GIT}
printf '%s\\n' "\${DPORTS_DSYNTH_PROFILE:?}"
for overlay in /work/DeltaPorts /work/freebsd-ports; do
  commit=$(git -c safe.directory="$overlay" rev-parse HEAD 2>/dev/null) || commit=unknown
  dirty=$(git -c safe.directory="$overlay" status --porcelain --untracked-files=normal 2>/dev/null | head -n 1) || dirty=unknown
  printf '%s %s\\n' "$commit" "\${dirty:+dirty}"
done
`;

async function treesOf(env: DevEnv, signal?: AbortSignal): Promise<{profile: string; trees: Proof['trees']}> {
  const result = await runScript(env, TREES, [], {timeoutSeconds: 600, signal});
  const [profile = '', overlay = '', ports = ''] = result.stdout.split('\n');
  return {profile, trees: {deltaports: treeOf(overlay), freebsd_ports: treeOf(ports)}};
}

function treeOf(line: string): Tree {
  const [commit = '', dirty = ''] = line.split(' ');
  return {commit, dirty: dirty === 'dirty'};
}

function succeeded(result: ExecResult): boolean {
  return result.rc === 0 && result.timedOut === undefined;
}

function tailOf(result: ExecResult): string {
  const late = result.timedOut ? `Ended by the ${result.timedOut} time limit.\n` : '';
  return `${late}${result.stdout.slice(-6000)}\n${result.stderr.slice(-2000)}`.trim();
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
