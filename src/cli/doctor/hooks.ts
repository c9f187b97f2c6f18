import {execFile} from 'node:child_process';
import {constants} from 'node:fs';
import {access, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {CONFIG_BASES} from '../../evidence/dsynth-config.ts';
import {installRoot} from '../../setup/paths.ts';
import {type Finding, fail, ok, warn} from './finding.ts';

const HOOKS = ['hook_run_start', 'hook_run_end', 'hook_pkg_success', 'hook_pkg_failure', 'hook_pkg_ignored', 'hook_pkg_skipped'];
const PARTS = ['hook_common.sh', 'hook_evidence.sh'];
const CONFS = ['portwright-hooks.conf', 'dportsv3-hooks.conf'];

/**
 * Checks that the hooks in `dir`, else in dsynth's config base, exist, are executable and are those of this installation; and their conf.
 * Where dsynth does not run on this machine, `hosts` are those whose hooks are checked with them.
 */
export async function checkHooks(dir: string | undefined, hosts: readonly string[] = []): Promise<Finding[]> {
  const base = dir ?? (await firstExisting(CONFIG_BASES));
  if (base === undefined) return [withoutDsynth(hosts)];
  const found = await Promise.all([...HOOKS, ...PARTS].map((name) => checkHook(base, name)));
  const bad = found.filter(({level}) => level !== 'ok');
  const hooks = bad.length === 0 ? [ok('hooks', `all ${HOOKS.length} in ${base} are those of this installation.`)] : bad;
  return [...hooks, await checkConf(base)];
}

export function withoutDsynth(hosts: readonly string[]): Finding {
  const found = `neither ${CONFIG_BASES.join(' nor ')} is on this machine, so dsynth does not run here`;
  if (hosts.length > 0) return ok('hooks', `${found}; those of ${hosts.join(', ')} are checked with the host.`);
  return warn('hooks', `${found}.`, 'Run `sh doctor-build-host` from hooks/ on the build host, or name a directory by --hooks.');
}

async function checkHook(base: string, name: string): Promise<Finding> {
  const source = join(installRoot(), 'hooks', name);
  const text = await readFile(join(base, name), 'utf8').catch(() => undefined);
  const copy = `cp ${source} ${base}/`;
  if (text === undefined) return fail(name, `it is not in ${base}, or not readable.`, `Run: ${copy}`);
  if (HOOKS.includes(name) && !(await may(join(base, name), constants.X_OK)))
    return fail(name, `it is not executable; dsynth skips it.`, `Run: chmod 755 ${join(base, name)}`);
  if (text === (await readFile(source, 'utf8'))) return ok(name, 'there.');
  return warn(
    name,
    `it differs from that of this installation: it is older, or belongs to the existing system.`,
    `Compare them; then: ${copy}`,
  );
}

async function checkConf(base: string): Promise<Finding> {
  const name = (
    await Promise.all(CONFS.map(async (one) => ((await may(join(base, one), constants.F_OK)) ? one : undefined)))
  ).find((one) => one !== undefined);
  if (name === undefined)
    return ok('hooks conf', `none in ${base}; the target is @<PROFILE>, and the worker delivers the spool.`);
  const path = join(base, name);
  if (!(await may(path, constants.R_OK))) return fail('hooks conf', `${path} is not readable.`, `Run: chmod 644 ${path}`);
  const problem = await promisify(execFile)('/bin/sh', ['-n', path]).then(
    () => undefined,
    (error: {stderr?: string}) => String(error.stderr ?? ''),
  );
  if (problem === undefined) return ok('hooks conf', `${path} can be read.`);
  return warn(
    'hooks conf',
    `sh cannot read ${path}: ${problem.trim()}`,
    'Fix it; until then only its plain KEY=value lines count.',
  );
}

async function firstExisting(dirs: readonly string[]): Promise<string | undefined> {
  for (const dir of dirs) if (await may(dir, constants.F_OK)) return dir;
  return undefined;
}

async function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
