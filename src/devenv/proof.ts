import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {type PackageFile, packageFindings} from '../case/effect/index.ts';
import {type Finding, portName} from '../case/types.ts';
import {firstErrors, textCauses} from './build-findings.ts';
import {type BuildVerb, type CleanBuild, cleanBuild, lastGoodPackage, notVerified} from './clean-build.ts';
import {type DevEnv, type ExecResult, succeeded} from './client.ts';
import {compose, requireEnvironment} from './compose.ts';
import {withDefaults} from './exec.ts';
import {GIT, TRAPS} from './git-script.ts';
import {applyDiff, beginAttempt, type Diff, differenceFrom, isBlank, OverlayDirty, overlayState} from './overlay.ts';
import {PORT_MAKE} from './port-scripts.ts';
import {PRELUDE, runScript} from './scripts.ts';

export interface ProofInput {
  readonly caseId: string;
  /** The port that is built. */
  readonly origin: string;
  readonly flavor?: string;
  /** Ports whose overlays the diff may change, in the order in which they are composed; the port that is built unless given. */
  readonly scope?: readonly string[];
  /** Whether the port is another than the case's: it is left out where it is ignored with and without the diff. */
  readonly isOther?: boolean;
  /** The recorded diff; nothing else of an attempt counts. */
  readonly diff: Diff;
  /** Whether the port is built as the tree has it, without a diff. */
  readonly isUnchanged?: boolean;
  /** File of the worker's that gets all output; a repeated proof truncates it. */
  readonly logFile: string;
  readonly buildIdleSeconds: number;
  readonly buildTotalSeconds: number;
  /** Whether a second build, without DEVELOPER, must pass too. */
  readonly twice?: boolean;
  readonly signal?: AbortSignal | undefined;
}

interface Tree {
  readonly commit: string;
  /** False in what is written now: where the port's directory differs from the commit, there is no proof. */
  readonly dirty: boolean;
}

/** rebuild_proof.json but for `log`, which the caller knows. Times are ISO 8601 in UTC, digests SHA-256 in hex. */
export interface Proof {
  readonly rebuild_ok: boolean;
  readonly origin: string;
  readonly dsynth_profile: string;
  readonly build_command: string;
  /** Command of the build without DEVELOPER; missing where the policy asks for none. */
  readonly bulk_build_command?: string;
  readonly timestamp_utc: string;
  readonly diff_sha256: string;
  /** Before the diff was applied. */
  readonly trees: {readonly deltaports: Tree; readonly freebsd_ports: Tree};
  readonly log_sha256: string;
  readonly started_utc: string;
  readonly finished_utc: string;
  /** Findings on the package that came out. */
  readonly findings: readonly Finding[];
  readonly failure?: {
    readonly step: 'apply' | 'reapply' | 'build';
    /** dsynth's phase in which the build failed, such as `check-plist`. */
    readonly phase?: string;
    /** Set if the build with DEVELOPER passed and the one without it failed. */
    readonly isWithoutDeveloper?: true;
    readonly tail: string;
    readonly signature?: string;
  };
  /** Why another port was not built; then there is neither a build nor a failure. */
  readonly leftOut?: string;
}

/**
 * Proves a recorded diff by clean builds from a fresh overlay: one as a developer tests a port, and with `twice` another as a bulk
 * build does it. Throws what the overlay's functions throw; that the diff does not apply,
 * compose or build is a proof with `rebuild_ok: false`. Afterwards the overlay has the diff and the case's marker: call `restoreOverlay`.
 */
export async function proveRebuild(env: DevEnv, input: ProofInput): Promise<Proof> {
  await writeFile(input.logFile, '', {mode: 0o640});
  const logged = withDefaults(env, {logFile: input.logFile, signal: input.signal});
  const started = new Date().toISOString();
  await beginAttempt(logged, {caseId: input.caseId, origin: scopeOf(input), signal: input.signal});
  const trees = await treesOf(env, input);
  const {profile} = trees;
  const last = await lastGoodPackage(env, input);
  const ignored = input.isOther ? await ignoredBefore(logged, input) : undefined;
  const {failure, files, leftOut} = await build(logged, input, ignored);
  const finished = new Date().toISOString();
  return {
    rebuild_ok: failure === undefined && leftOut === undefined,
    origin: input.origin,
    dsynth_profile: profile,
    build_command: commandOf('test'),
    ...(input.twice ? {bulk_build_command: commandOf('force')} : {}),
    timestamp_utc: finished,
    diff_sha256: createHash('sha256').update(input.diff).digest('hex'),
    trees: trees.trees,
    log_sha256: await digestOf(input.logFile),
    started_utc: started,
    finished_utc: finished,
    findings: failure === undefined && leftOut === undefined ? packageFindings(last, files) : [],
    ...(failure ? {failure} : {}),
    ...(leftOut === undefined ? {} : {leftOut}),
  };

  function commandOf(verb: BuildVerb): string {
    return `dsynth -S -y -p ${profile} ${verb} ${portName(input)}`;
  }
}

type Failure = NonNullable<Proof['failure']>;

interface Built {
  readonly failure?: Failure;
  /** Files of the package of the last build. */
  readonly files?: readonly PackageFile[] | undefined;
  readonly leftOut?: string;
}

function scopeOf({scope, origin}: ProofInput): readonly string[] {
  return scope ?? [origin];
}

/** Returns the ports that are composed for the build; the port that is built is the last. */
function composedFor(input: ProofInput): readonly string[] {
  return [...scopeOf(input).filter((one) => one !== input.origin), input.origin];
}

/** Returns why dsynth would ignore a port as it is without the diff; undefined where it would build it, or the port does not compose. */
async function ignoredBefore(env: DevEnv, input: ProofInput): Promise<string | undefined> {
  return succeeded(await compose(env, composedFor(input))) ? whyIgnored(env, input) : undefined;
}

/** ORIGIN: what IGNORE of the composed port has; \`absent\` where the composed tree does not have the port. */
const IGNORED = `${PRELUDE}
origin=$1 flavor=${PORT_MAKE}
if [ ! -f "$compose/$origin/Makefile" ]; then echo absent; exit 0; fi
value=$(port_make -V '\${IGNORE}' 2>/dev/null) || value=
[ -z "$value" ] || printf 'IGNORE: %s\\n' "$value"
`;

async function whyIgnored(env: DevEnv, {origin, signal}: ProofInput): Promise<string | undefined> {
  const {stdout} = await runScript(env, IGNORED, [origin], {timeoutSeconds: 120, tailBytes: 4096, signal});
  if (stdout === 'absent\n') return 'the composed tree does not have it';
  return stdout.startsWith('IGNORE: ') ? stdout.trim().slice(0, 300) : undefined;
}

/** Applies, composes and builds. A port that was ignored before is left out if it is ignored with the diff as well. */
async function build(env: DevEnv, input: ProofInput, ignored: string | undefined): Promise<Built> {
  const unready = await makeReady(env, input);
  if (unready !== undefined) return {failure: unready};
  if (ignored !== undefined && (await whyIgnored(env, input)) !== undefined) return {leftOut: ignored};
  const tested = await buildAs('test', env, input);
  if (tested.failure !== undefined || !input.twice) return tested;
  const bulk = await buildAs('force', env, input);
  if (bulk.failure === undefined) return bulk;
  return {
    ...bulk,
    failure: {
      ...bulk.failure,
      isWithoutDeveloper: true,
      tail: `The build without DEVELOPER failed, the one with it passed.\n${bulk.failure.tail}`,
    },
  };
}

async function makeReady(env: DevEnv, input: ProofInput): Promise<Failure | undefined> {
  const unapplied = input.isUnchanged ? undefined : await applyRecorded(env, input);
  if (unapplied !== undefined) return unapplied;
  const before = await strayFrom(env, input);
  if (before !== undefined) return {step: 'apply', tail: before};
  const composed = await compose(env, composedFor(input));
  requireEnvironment(env, composed);
  return succeeded(composed) ? undefined : {step: 'reapply', tail: tailOf(composed)};
}

async function applyRecorded(env: DevEnv, input: ProofInput): Promise<Failure | undefined> {
  if (isBlank(input.diff)) return {step: 'apply', tail: 'The diff is empty: there is nothing to prove.'};
  const applied = await applyDiff(env, input.diff);
  if (!succeeded(applied)) return {step: 'apply', tail: tailOf(applied)};
  if ((await overlayState(env, scopeOf(input), input.signal)).clean)
    return {step: 'apply', tail: 'The diff changes nothing in the overlay.'};
  return undefined;
}

async function buildAs(verb: BuildVerb, env: DevEnv, input: ProofInput): Promise<Built> {
  const limits = {timeoutSeconds: input.buildTotalSeconds, idleSeconds: input.buildIdleSeconds};
  // dsynth prints little; what happened is in the port's own log, which goes into the proof's as well.
  const {log, unverified, files, ...built} = await cleanBuild(env, verb, input, limits);
  const after = await strayFrom(env, input);
  if (after !== undefined) return {failure: {step: 'build', tail: after}, files};
  if (!succeeded(built)) return {failure: buildFailure(log, built), files};
  return unverified.length === 0 ? {files} : {failure: {step: 'build', phase: 'checksum', tail: notVerified(unverified)}, files};
}

function buildFailure(log: CleanBuild['log'], built: ExecResult): Failure {
  const {signature, failedPhase} = textCauses(log);
  return {
    step: 'build',
    ...(failedPhase ? {phase: failedPhase} : {}),
    tail: `${firstErrors(log)}\n\n${tailOf(built)}`.trim(),
    signature,
  };
}

/** Returns what is wrong where the overlay is not HEAD and the recorded diff, nothing else; undefined where it is. */
async function strayFrom(env: DevEnv, input: ProofInput): Promise<string | undefined> {
  const origins = composedFor(input);
  const bookkeeping = input.isOther ? `ports/${input.origin}/overlay.toml` : undefined;
  // The composer may write it beside another port's overlay, whose directory no diff of this case may change.
  const differs = input.isUnchanged
    ? (await overlayState(env, origins, input.signal)).paths
    : await differenceFrom(env, {...input, origin: origins});
  const paths = differs.filter((path) => path !== bookkeeping);
  if (paths.length === 0) return undefined;
  const more = paths.length > 10 ? ` and ${paths.length - 10} more` : '';
  const places = origins.map((one) => `ports/${one}`).join(' and ');
  return (
    `A proof needs the overlay of ${origins.join(' and ')} to be the commit and the recorded diff, and nothing outside ${places}; ` +
    `it differs in ${paths.slice(0, 10).join(', ')}${more}.`
  );
}

/** ORIGIN...: the profile, the two commits, and the paths in which the ports differ from freebsd-ports' commit, ended by NUL. */
const TREES = `${PRELUDE}${GIT}${TRAPS}
printf '%s\\n' "\${DPORTS_DSYNTH_PROFILE:?}" "$head"
if [ ! -e /work/freebsd-ports/.git ]; then echo unknown; exit 0; fi
repository /work/freebsd-ports
printf '%s\\n' "$head"
changes "$@"
`;

/** Throws `OverlayDirty` where the port's directory of freebsd-ports is not its commit's: what is built from it would prove nothing. */
async function treesOf(env: DevEnv, input: ProofInput): Promise<{profile: string; trees: Proof['trees']}> {
  const {stdout} = await runScript(env, TREES, composedFor(input), {
    timeoutSeconds: 600,
    tailBytes: 1048576,
    signal: input.signal,
  });
  const [profile = '', overlay = '', ports = ''] = stdout.split('\n', 3);
  const rest = stdout.slice(profile.length + overlay.length + ports.length + 3);
  const paths = rest.split('\0').flatMap((name) => (name === '' ? [] : [`freebsd-ports/${name}`]));
  if (paths.length > 0) throw new OverlayDirty(env.name, {clean: false, head: ports, paths});
  return {profile, trees: {deltaports: {commit: overlay, dirty: false}, freebsd_ports: {commit: ports, dirty: false}}};
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
