import {createHash} from 'node:crypto';
import {chmod, cp, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {stripVTControlCharacters} from 'node:util';
import {execa} from 'execa';
import {ownDevEnv} from '../devenv/command.ts';
import {installRoot} from '../setup/paths.ts';
import {createDemoTrees} from './trees.ts';

export const DEMO_TARGET = '@demo';
/** Dev-env for attempts and proofs. */
export const REPAIR_ENV = 'demo';
/** Dev-env in which the bulk run fails, as on a build host. */
export const BULK_ENV = 'demo-bulk';

/** dsynth's log directory inside a dev-env with hooks. */
export const LOGS_INSIDE = '/build/synth/logs';

export interface DemoEnvs {
  /** Environment variables with which `dev-env` finds the demo's dev-envs. */
  readonly env: NodeJS.ProcessEnv;
  /** dsynth's log directory on the worker's side: its LOGS_ROOT. */
  readonly logs: string;
}

/**
 * Creates the demo's dev-envs below `dir`, one for the bulk run and those for repairs, unless they exist and their sources are
 * unchanged. Throws with dev-env's message if isolation is not available.
 */
export async function ensureDemoEnvs(
  dir: string,
  log: (line: string) => void,
  repairEnvs: readonly string[] = [REPAIR_ENV],
): Promise<DemoEnvs> {
  const logs = join(dir, 'logs');
  const env = {PORTWRIGHT_ENVS_DIR: join(dir, 'envs')};
  // The hooks use no log directory that others may write.
  await mkdir(logs, {recursive: true, mode: 0o755});
  const trees = await createDemoTrees(join(dir, 'trees'));
  const stamp = join(dir, 'envs.stamp');
  const digest = await digestFiles([
    join(installRoot(), 'demo'),
    join(installRoot(), 'hooks'),
    join(installRoot(), 'src', 'devenv', 'linux'),
  ]);
  const all = [...repairEnvs, BULK_ENV];
  const states = await Promise.all(all.map((name) => isReady(name, env)));
  if ((await readFile(stamp, 'utf8').catch(() => '')) === digest && !states.includes(false)) return {env, logs};

  const common = [
    '--target',
    DEMO_TARGET,
    '--freebsd-ports',
    trees.freebsdPorts,
    '--delta-root',
    trees.deltaPorts,
    '--distfiles',
    trees.distfiles,
    '--framework',
    trees.framework,
  ];
  const hooks = await installHooks(join(dir, 'hooks'));
  log(`Creating ${all.length} dev-envs for the demo: one for the bulk run, ${repairEnvs.length} for repairs.`);
  for (const name of repairEnvs) await recreateEnv(name, common, env);
  await recreateEnv(BULK_ENV, [...common, '--hooks', hooks, '--bind', `${logs}:${LOGS_INSIDE}`, '--logs-dir', LOGS_INSIDE], env);
  await writeFile(stamp, digest, {mode: 0o600});
  return {env, logs};
}

/** Replaces `to` by the hooks and their configuration, as an operator installs them, and returns it. */
export async function installHooks(to: string): Promise<string> {
  await rm(to, {recursive: true, force: true});
  await cp(join(installRoot(), 'hooks'), to, {recursive: true});
  for (const name of (await readdir(to)).filter((file) => file.startsWith('hook_'))) await chmod(join(to, name), 0o755);
  await writeFile(join(to, 'portwright-hooks.conf'), `PORTWRIGHT_TARGET=${DEMO_TARGET}\nDELTAPORTS_ROOT=/work/DeltaPorts\n`);
  return to;
}

/** Creates a dev-env in place of one of this name. Throws with dev-env's message. */
export async function recreateEnv(name: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  await devEnv(['destroy', '--yes', name], env, false);
  await devEnv(['create', '--name', name, ...args], env, true);
}

/** Returns whether a dev-env of this name can be used. */
export async function isReady(name: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const {stdout, exitCode} = await devEnv(['status', name], env, false);
  return exitCode === 0 && (JSON.parse(stdout) as {status: string}).status === 'ready';
}

async function devEnv(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  isRequired: boolean,
): Promise<{stdout: string; exitCode: number | undefined}> {
  const done = await execa(ownDevEnv(), ['dev-env', ...args], {env, reject: false, stdin: 'ignore'});
  if (isRequired && done.exitCode !== 0)
    throw new Error(`dev-env ${args[0]} failed (exit ${done.exitCode}): ${done.stderr.trim().slice(-1500)}`);
  return {stdout: done.stdout, exitCode: done.exitCode};
}

/** Runs dsynth with hooks over these ports in the bulk run's dev-env. Its exit code is no result of the ports, which are expected to fail. */
export async function bulkRun(origins: readonly string[], envs: DemoEnvs, log: (line: string) => void): Promise<void> {
  const dsynth = [
    'exec',
    BULK_ENV,
    '--',
    'sh',
    '-c',
    'exec dsynth -S -y -P -p "$DPORTS_DSYNTH_PROFILE" build "$@"',
    'dsynth',
    ...origins,
  ];
  const run = execa(ownDevEnv(), ['dev-env', ...dsynth], {env: envs.env, reject: false, stdin: 'ignore', all: true});
  for await (const line of run.iterable({from: 'all'})) log(`  dsynth: ${stripVTControlCharacters(line)}`);
  await run;
}

/** Returns a digest of the files in these directories: paths and contents. */
async function digestFiles(dirs: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const dir of dirs) {
    const entries = await readdir(dir, {recursive: true, withFileTypes: true});
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(`${file}\n`).update(await readFile(file));
  }
  return hash.digest('hex');
}
