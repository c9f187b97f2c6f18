import {createHash} from 'node:crypto';
import {chmod, cp, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {ownDevEnv} from '../devenv/command.ts';
import {installRoot} from '../setup/paths.ts';
import {layDemoTrees} from './trees.ts';

export const DEMO_TARGET = '@demo';
/** Where repairs are tried and proved. */
export const REPAIR_ENV = 'demo';
/** Where the bulk run fails, as on a build host. */
export const BULK_ENV = 'demo-bulk';

/** dsynth's log directory inside the bulk run's env. */
const LOGS_INSIDE = '/build/synth/logs';

export interface DemoEnvs {
  /** Environment that `dev-env` needs to find the demo's envs. */
  readonly env: NodeJS.ProcessEnv;
  /** dsynth's log directory as the worker sees it: its LOGS_ROOT. */
  readonly logs: string;
}

/**
 * Makes the dev-envs of the demo below `dir`, one for the bulk run and those for repairs, unless they are there and what they
 * were made from has not changed. Throws with dev-env's own words if isolation cannot be had.
 */
export async function ensureDemoEnvs(
  dir: string,
  say: (line: string) => void,
  repairEnvs: readonly string[] = [REPAIR_ENV],
): Promise<DemoEnvs> {
  const logs = join(dir, 'logs');
  const env = {PORTWRIGHT_ENVS_DIR: join(dir, 'envs')};
  await mkdir(logs, {recursive: true});
  const trees = await layDemoTrees(join(dir, 'trees'));
  const stamp = join(dir, 'envs.stamp');
  const made = await digestOf([
    join(installRoot(), 'demo'),
    join(installRoot(), 'hooks'),
    join(installRoot(), 'src', 'devenv', 'linux'),
  ]);
  const all = [...repairEnvs, BULK_ENV];
  const there = await Promise.all(all.map((name) => ready(name, env)));
  if ((await readFile(stamp, 'utf8').catch(() => '')) === made && !there.includes(false)) return {env, logs};

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
  const hooks = await layHooks(join(dir, 'hooks'));
  say(`Makes the demo’s ${all.length} dev-envs: one for the bulk run, ${repairEnvs.length} for repairs.`);
  for (const name of repairEnvs) await make(name, common, env);
  await make(BULK_ENV, [...common, '--hooks', hooks, '--bind', `${logs}:${LOGS_INSIDE}`, '--logs-dir', LOGS_INSIDE], env);
  await writeFile(stamp, made);
  return {env, logs};
}

/** The hooks as an operator installs them, with their conf. */
async function layHooks(to: string): Promise<string> {
  await rm(to, {recursive: true, force: true});
  await cp(join(installRoot(), 'hooks'), to, {recursive: true});
  for (const name of (await readdir(to)).filter((one) => one.startsWith('hook_'))) await chmod(join(to, name), 0o755);
  await writeFile(join(to, 'portwright-hooks.conf'), `PORTWRIGHT_TARGET=${DEMO_TARGET}\nDELTAPORTS_ROOT=/work/DeltaPorts\n`);
  return to;
}

async function make(name: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  await devEnv(['destroy', '--yes', name], env, false);
  await devEnv(['create', '--name', name, ...args], env, true);
}

async function ready(name: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const {stdout, exitCode} = await devEnv(['status', name], env, false);
  return exitCode === 0 && (JSON.parse(stdout) as {status: string}).status === 'ready';
}

async function devEnv(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  must: boolean,
): Promise<{stdout: string; exitCode: number | undefined}> {
  const done = await execa(ownDevEnv(), ['dev-env', ...args], {env, reject: false, stdin: 'ignore'});
  if (must && done.exitCode !== 0)
    throw new Error(`dev-env ${args[0]} failed (exit ${done.exitCode}): ${done.stderr.trim().slice(-1500)}`);
  return {stdout: done.stdout, exitCode: done.exitCode};
}

/** Runs dsynth over these ports in the bulk run's env, hooks and all. Its exit code does not matter: ports are expected to fail. */
export async function bulkRun(origins: readonly string[], envs: DemoEnvs, say: (line: string) => void): Promise<void> {
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
  for await (const line of run.iterable({from: 'all'})) say(`  dsynth: ${line}`);
  await run;
}

/** Digest over the files of directories: path, mode and content. */
async function digestOf(dirs: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const dir of dirs) {
    const entries = await readdir(dir, {recursive: true, withFileTypes: true});
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(`${file}\n`).update(await readFile(file));
  }
  return hash.digest('hex');
}
