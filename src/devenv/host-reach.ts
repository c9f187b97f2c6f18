import type {BuildHost, SshReach} from '../case/host/host.ts';
import {hostsFile} from '../setup/hosts.ts';
import {runOnHost} from './on-host.ts';
import {sshCommand} from './ssh-command.ts';
import {DevEnvUnavailable} from './unavailable.ts';

/** More than ssh needs to give up, and than a host with a slow name service needs to let a user in. */
const ANSWER_SECONDS = 30;

/** Why no command can be run on a host, and what to do. */
export interface ReachFault {
  /** As sentences. */
  readonly found: string;
  readonly todo: string;
}

/** Returns the start of a command line of ssh that reaches a host; empty for this machine. */
export function hostPrefix(host: BuildHost, env: NodeJS.ProcessEnv): string[] {
  return host.reach === 'local' ? [] : sshCommand(host, env);
}

/** Runs nothing on a host, to see whether it can be reached. Returns undefined if so; this machine always can. */
export async function reachFault(host: BuildHost, env: NodeJS.ProcessEnv, signal?: AbortSignal): Promise<ReachFault | undefined> {
  const {reach} = host;
  if (reach === 'local') return undefined;
  try {
    await runOnHost(sshCommand(host, env), ':', [], {env, timeoutSeconds: ANSWER_SECONDS, signal});
    return undefined;
  } catch (error) {
    if (!(error instanceof DevEnvUnavailable)) throw error;
    return faultOf(reach, error.message, hostsFile(env));
  }
}

/** Faults by what ssh prints about them, the more specific ones first. */
const FAULTS: readonly (readonly [RegExp, (reach: SshReach, file: string) => ReachFault])[] = [
  [/Could not resolve hostname/i, unresolved],
  [/Connection refused/i, refused],
  [/REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/i, changedKey],
  [/Host key verification failed|host key is known for/i, unknownKey],
  [/Permission denied|Too many authentication failures/i, noAccess],
  [/timed out|time limit|No route to host|unreachable|Host is down/i, silent],
];

/** Returns the fault that the output of ssh shows. ssh ends with 255 for its own faults; any other is of the login shell. */
export function faultOf(reach: SshReach, message: string, file: string): ReachFault {
  const known = FAULTS.find(([printed]) => printed.test(message));
  if (known !== undefined) return known[1](reach, file);
  if (/\(exit code 255\)/.test(message))
    return {found: `ssh cannot log in to ${reach.address}: ${printedIn(message)}`, todo: attempt(reach)};
  return {
    found: `The login shell of ${userAt(reach)} must run /bin/sh; it does not: ${printedIn(message)}`,
    todo: `Give the user a shell that runs commands. Try: ${plainSsh(reach)} /bin/sh -c id`,
  };
}

function unresolved(reach: SshReach, file: string): ReachFault {
  return {
    found: `The name ${reach.address} cannot be resolved.`,
    todo: `Correct the address in ${file}, or add the name to DNS or ssh_config. ${attempt(reach)}`,
  };
}

function refused(reach: SshReach, file: string): ReachFault {
  const {address, port = 22} = reach;
  return {
    found: `Nothing listens at ${address}, port ${port}.`,
    todo: `Start sshd there, or correct the port in ${file}. ${attempt(reach)}`,
  };
}

function silent(reach: SshReach): ReachFault {
  const {address, port = 22} = reach;
  return {
    found: `${address} does not answer at port ${port}.`,
    todo: `Is it up, and does a firewall pass that port? ${attempt(reach)}`,
  };
}

function unknownKey(reach: SshReach): ReachFault {
  return {found: `The host key of ${reach.address} is not known.`, todo: `Run ${addingKey(reach)}`};
}

function changedKey(reach: SshReach): ReachFault {
  return {
    found: `The host key of ${reach.address} is not the known one: it was installed again, or another machine answers in its place.`,
    todo: `Find out which. Only if it was installed again, run \`ssh-keygen -R '${keyName(reach)}' -f ${keyFile(reach)}\` and ${addingKey(reach)}`,
  };
}

function noAccess(reach: SshReach): ReachFault {
  const {user, port = 22, address, identity} = reach;
  const key = identity === undefined ? '' : ` -i ${identity}.pub`;
  return {
    found: `${address} accepts no key of ${user === undefined ? 'this user' : `the user ${user}`}.`,
    todo: `Run \`ssh-copy-id${key} -p ${port} ${userAt(reach)}\`; a key with a passphrase needs an ssh-agent. ${attempt(reach)}`,
  };
}

function addingKey(reach: SshReach): string {
  const file = keyFile(reach);
  return (
    `\`ssh-keyscan -p ${reach.port ?? 22} ${reach.address} >>${file}\`, and compare \`ssh-keygen -lf ${file}\` with what the host itself prints ` +
    'for `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub`.'
  );
}

function attempt(reach: SshReach): string {
  return `Try: ${plainSsh(reach)} true`;
}

function keyFile({knownHosts = '~/.ssh/known_hosts'}: SshReach): string {
  return knownHosts;
}

/** A command line for an operator, without what only unattended use needs. */
function plainSsh(reach: SshReach): string {
  const {port, identity, knownHosts} = reach;
  return [
    'ssh',
    ...(port === undefined ? [] : [`-p ${port}`]),
    ...(identity === undefined ? [] : [`-i ${identity}`]),
    ...(knownHosts === undefined ? [] : [`-o UserKnownHostsFile=${knownHosts}`]),
    userAt(reach),
  ].join(' ');
}

function userAt({user, address}: SshReach): string {
  return user === undefined ? address : `${user}@${address}`;
}

/** The name of a host in a file of host keys. */
function keyName({address, port = 22}: SshReach): string {
  return port === 22 ? address : `[${address}]:${port}`;
}

/** What ssh or the host printed, in the error of `runOnHost`. */
function printedIn(message: string): string {
  const [, printed = message] = /ended before that \([^)]*\): (.*?)(?: Check with: .*)?$/s.exec(message) ?? [];
  return printed.replace(/\.?$/, '.');
}
