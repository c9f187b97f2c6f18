import {createHash} from 'node:crypto';
import {chmodSync, lstatSync, mkdirSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import type {BuildHost, SshReach} from '../case/host/host.ts';
import {stateDir} from '../setup/paths.ts';

/** Longest path of a unix socket on every system (macOS; Linux has 107), without its NUL. */
const SOCKET_PATH_MAX = 103;
/** ssh makes the socket under a temporary name first: the path, a dot and 16 characters. */
const SSH_SUFFIX = 17;
const SOCKET_NAME = 16;

/**
 * Options for unattended use. Only a known host key is accepted. A connection is shared by the commands of a minute, and given up when the
 * host has been silent for a minute, so that a host that vanished is noticed.
 */
const OPTIONS = {
  BatchMode: 'yes',
  StrictHostKeyChecking: 'yes',
  ConnectTimeout: '10',
  ServerAliveInterval: '15',
  ServerAliveCountMax: '4',
  ClearAllForwardings: 'yes',
} as const;

/**
 * Returns the start of a command line that runs commands on a host over ssh, up to the address behind `--`. Connections are shared by sockets in
 * a directory for this user alone, which is created; not shared if there is no such directory. Throws for a local host.
 */
export function sshCommand(host: BuildHost, env: NodeJS.ProcessEnv): string[] {
  const {name, reach} = host;
  if (reach === 'local') throw new Error(`The host ${name} is this machine, which needs no ssh.`);
  const {address, user, port, identity, knownHosts} = reach;
  const options = {
    ...OPTIONS,
    ...sharing(reach, env),
    ...(identity === undefined ? {} : {IdentityFile: identity, IdentitiesOnly: 'yes'}),
    ...(knownHosts === undefined ? {} : {UserKnownHostsFile: knownHosts}),
  };
  return [
    'ssh',
    '-T',
    ...Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    address,
  ];
}

/** Options that matter to a program alone, and not to an operator who repeats a command by hand. */
const UNATTENDED = new Set([...Object.keys(OPTIONS), 'ControlMaster', 'ControlPath', 'ControlPersist']);

/** Returns a command line as operators are shown it: without the options for unattended use. */
export function shownCommand(command: readonly string[]): string {
  const isOption = (at: number): boolean =>
    command[at] === '-o' && UNATTENDED.has((command[at + 1] ?? '').split('=', 1)[0] ?? '');
  return command.filter((word, at) => word !== '-T' && !isOption(at) && !isOption(at - 1)).join(' ');
}

function sharing(reach: SshReach, env: NodeJS.ProcessEnv): Record<string, string> {
  const dir = socketDirs(env).find((one) => isUsable(one) && isPrivate(one));
  if (dir === undefined) return {ControlMaster: 'no', ControlPath: 'none'};
  // Whoever logs in differently must not use the same connection.
  const name = shortHash(JSON.stringify([reach.address, reach.user, reach.port, reach.identity, reach.knownHosts]));
  return {ControlMaster: 'auto', ControlPath: join(dir, name), ControlPersist: '60'};
}

/** Directories for the sockets, the best first: a state directory may have a path that is too long. */
function socketDirs(env: NodeJS.ProcessEnv): string[] {
  const state = resolve(stateDir(env));
  const other = `portwright-ssh-${shortHash(state)}`;
  return [join(state, 'ssh'), ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, other)] : []), join(tmpdir(), other)];
}

/** Whether a socket in the directory has a path that the system takes and ssh does not expand. */
function isUsable(dir: string): boolean {
  return /^[A-Za-z0-9/._+@,=-]+$/.test(dir) && dir.length + 1 + SOCKET_NAME + SSH_SUFFIX <= SOCKET_PATH_MAX;
}

/** Creates a directory for this user alone. Returns false if something else is in its place, as another user could put into /tmp. */
function isPrivate(dir: string): boolean {
  try {
    mkdirSync(dir, {recursive: true, mode: 0o700});
    const found = lstatSync(dir);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) return false;
    if ((found.mode & 0o077) !== 0) chmodSync(dir, 0o700);
    return true;
  } catch {
    return false;
  }
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, SOCKET_NAME);
}
