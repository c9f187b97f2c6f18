import {access, constants, stat} from 'node:fs/promises';
import {type BuildHost, qualifiedName} from '../../case/host/host.ts';
import {hostPrefix, reachFault} from '../../devenv/host-reach.ts';
import {runOnHost} from '../../devenv/on-host.ts';
import {checkDevEnv} from './dev-envs.ts';
import {type Finding, fail, ok, warn} from './finding.ts';
import {checkDsynth} from './host/dsynth.ts';
import {checkHostEvidence} from './host/evidence.ts';
import {clockOf, HOST_TOOLS, missingTools, TOOLS_SCRIPT} from './host/tools.ts';

const SECONDS = 60;
const SKEW_WARN_MS = 60_000;
const SKEW_FAIL_MS = 600_000;

/** Checks everything that a case needs on a build host. Where it cannot be reached nothing else is checked. */
export async function checkHost(host: BuildHost, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const reached = await checkReach(host, env);
  if (reached.some(({level}) => level === 'fail')) return reached;
  const checks = [
    checkBase(host, env),
    checkDsynth(host, env),
    checkHostEvidence(host, env),
    ...host.devEnvs.map(async (devEnv) => [await checkDevEnv(env, qualifiedName(devEnv, host.name))].flat()),
  ];
  const found = await Promise.all(checks.map((check) => check.catch((error: Error) => [failed(host, error)])));
  return [...reached, ...unused(host), ...found.flat()];
}

function failed({name}: BuildHost, error: Error): Finding {
  return fail(name, `a check failed: ${error.message}`, 'Correct that, and check again.');
}

function unused({name, devEnvs, logs}: BuildHost): Finding[] {
  if (devEnvs.length + logs.length > 0) return [];
  return [
    warn(
      name,
      'the hosts file has neither dev-envs nor log directories of it, so it is not used.',
      'Add some to the hosts file.',
    ),
  ];
}

async function checkReach(host: BuildHost, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const {name, reach} = host;
  if (reach === 'local') return [ok(`${name} reach`, 'it is this machine.')];
  const files = (await Promise.all([keyFault(name, reach.identity), knownHostsFault(name, reach.knownHosts)])).flat();
  if (files.length > 0) return files;
  const fault = await reachFault(host, env);
  if (fault !== undefined) return [fail(`${name} ssh`, fault.found, fault.todo)];
  return [ok(`${name} ssh`, `${reach.address} is reached, and its login shell runs commands.`)];
}

/** ssh uses no private key that others can read. */
async function keyFault(name: string, file: string | undefined): Promise<Finding[]> {
  if (file === undefined) return [];
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || (await isClosed(file)))
    return [
      fail(
        `${name} identity`,
        `${file} is not there, or not readable.`,
        `Make a key: ssh-keygen -t ed25519 -f ${file}; or correct the hosts file.`,
      ),
    ];
  if ((found.mode & 0o077) === 0) return [];
  return [fail(`${name} identity`, `others can read ${file}, so ssh does not use it.`, `Run: chmod 600 ${file}`)];
}

async function knownHostsFault(name: string, file: string | undefined): Promise<Finding[]> {
  const isUnreadable = file !== undefined && (await stat(file).catch(() => undefined)) !== undefined && (await isClosed(file));
  return isUnreadable ? [fail(`${name} known_hosts`, `${file} is not readable.`, `Run: chmod 644 ${file}`)] : [];
}

async function isClosed(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => false,
    () => true,
  );
}

/** Checks the tools of the base system and the clock. */
async function checkBase(host: BuildHost, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const before = Date.now();
  const {stdout} = await runOnHost(hostPrefix(host, env), TOOLS_SCRIPT, [HOST_TOOLS], {env, timeoutSeconds: SECONDS});
  const after = Date.now();
  const missing = missingTools(stdout);
  const tools =
    missing.length === 0
      ? ok(`${host.name} tools`, 'all tools of the hooks are there.')
      : fail(`${host.name} tools`, `not there: ${missing.join(', ')}.`, 'Install them; they belong to the base system.');
  return [tools, checkClock(host, clockOf(stdout), before, after)];
}

/** Compares a host's clock with this machine's. It was read at some time from `before` to `after`, in milliseconds. */
export function checkClock({name}: BuildHost, clock: number | undefined, before: number, after: number): Finding {
  const what = `${name} clock`;
  if (clock === undefined) return warn(what, '`date -u +%s` there prints no seconds.', 'Compare the clocks by hand.');
  // The host's clock is read in full seconds.
  const skew = Math.max(0, before - clock - 1000, clock - after);
  const todo = 'Set both clocks, by ntpd for example; deadlines and the order of failures follow them.';
  const found = `it differs from this machine's by ${Math.round(skew / 1000)} seconds.`;
  if (skew > SKEW_FAIL_MS) return fail(what, found, todo);
  return skew > SKEW_WARN_MS ? warn(what, found, todo) : ok(what, 'it agrees with that of this machine.');
}
