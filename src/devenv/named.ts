import {type BuildHost, hostPart, qualifiedName, servesTarget} from '../case/host/host.ts';
import {hostsFile, readHosts} from '../setup/hosts.ts';
import type {DevEnv} from './client.ts';
import {devEnvCommand} from './command.ts';
import {openDevEnv} from './exec.ts';
import type {Work} from './on-host.ts';
import {sshCommand} from './ssh-command.ts';
import {DevEnvUnavailable} from './unavailable.ts';

/** Where a dev-env is. */
export interface DevEnvPlace {
  /** Start of the command line that reaches it. */
  readonly command: string[];
  /** Its name there. */
  readonly nameThere: string;
  /** Its host in the hosts file; undefined for a plain name, which the command of DPORTSV3_CMD knows. */
  readonly host?: BuildHost;
}

/** Returns the dev-envs that a worker may use: those that DP_HARNESS_ENV names, separated by commas or blanks, and each NAME@HOST of the hosts file. */
export function envNames(env: NodeJS.ProcessEnv): string[] {
  return [...plainNames(env), ...readHosts(env).flatMap(namesOf)];
}

/** Returns the dev-envs that the settings allow for a target: without those of hosts that the hosts file has for other targets. */
export function envNamesFor(target: string, env: NodeJS.ProcessEnv): string[] {
  const hosts = readHosts(env).filter((host) => servesTarget(host, target));
  return [...plainNames(env), ...hosts.flatMap(namesOf)];
}

/** Returns the dev-envs that DP_HARNESS_ENV names. */
export function plainNames({DP_HARNESS_ENV: names = ''}: NodeJS.ProcessEnv): string[] {
  return names.split(/[\s,]+/).filter((name) => name !== '');
}

function namesOf({name: host, devEnvs}: BuildHost): string[] {
  return devEnvs.map((name) => qualifiedName(name, host));
}

/**
 * Resolves a dev-env's name to a command and its name there. NAME@HOST is a dev-env of a host in the hosts file; any other name is one for the
 * command of DPORTSV3_CMD. Throws DevEnvUnavailable for a NAME@HOST that neither the hosts file nor DP_HARNESS_ENV has.
 */
export function devEnvPlace(name: string, env: NodeJS.ProcessEnv): DevEnvPlace {
  const host = hostOfDevEnv(name, env);
  if (host !== undefined) return {command: hostCommand(host, env), nameThere: name.slice(0, -host.name.length - 1), host};
  if (hostPart(name) !== undefined && !plainNames(env).includes(name))
    throw new DevEnvUnavailable(
      `A dev-env NAME@HOST must be one of ${hostsFile(env)}; ${name} is not. \`portwright host list\` shows them, \`portwright host add\` adds a host.`,
    );
  return {command: devEnvCommand(env), nameThere: name};
}

/** Returns the host of a dev-env NAME@HOST; undefined for a name that the hosts file does not have. */
export function hostOfDevEnv(name: string, env: NodeJS.ProcessEnv): BuildHost | undefined {
  return readHosts(env).find((host) => namesOf(host).includes(name));
}

function hostCommand(host: BuildHost, env: NodeJS.ProcessEnv): string[] {
  if (host.reach === 'local') return devEnvCommand(host.dportsv3 === undefined ? env : {...env, DPORTSV3_CMD: host.dportsv3});
  return [...sshCommand(host, env), ...(host.dportsv3 ?? '').split(' ')];
}

/** Opens the dev-env that a name stands for, on behalf of `work`; nothing is run yet. Throws DevEnvUnavailable for a name of none. */
export function openNamedDevEnv(name: string, env: NodeJS.ProcessEnv, work?: Work): DevEnv {
  const {command, nameThere} = devEnvPlace(name, env);
  return openDevEnv(name, {command, nameThere, env, ...(work === undefined ? {} : {work})});
}
