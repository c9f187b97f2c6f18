import {execFileSync} from 'node:child_process';
import {chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {type AddressInfo, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {delimiter, join} from 'node:path';
import {endChild, startWithLifeline} from '../../src/setup/lifeline.ts';
import {onPath} from '../../src/setup/os-packages.ts';
import {type Link, openLink} from './link.ts';
import {until} from './processes.ts';

/** Users with uid 0 and different login shells, as BSDs have them. */
export const LOGIN_SHELLS = {root: '/bin/tcsh', toor: '/bin/sh'} as const;
export type HostUser = keyof typeof LOGIN_SHELLS;

/** A host behind a real sshd: this machine, with another passwd and /run. */
export interface SshHost {
  /** The way to sshd, for all of its clients. */
  readonly link: Link;
  /** `ssh`, options and the host, with host keys checked. */
  command(user: HostUser): string[];
  end(): Promise<void>;
}

/** Script that starts sshd in a new mount namespace: DIR SSHD. */
const START = `
mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/shadow" /etc/shadow && mount -t tmpfs tmpfs /run && mkdir -m 755 /run/sshd || exit 1
exec "$2" -D -e -f "$1/sshd_config"
`;

/**
 * Starts sshd on loopback, at a free port; `path` is the PATH of its sessions. It ends with this process, and so do the links through
 * which its sessions are reached. Needs root.
 */
export async function startSshd(sessions: {readonly path?: string} = {}): Promise<SshHost> {
  const dir = mkdtempSync(join(tmpdir(), 'portwright-sshd-'));
  const path = [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter);
  const sshd = await onPath('/usr/sbin/sshd');
  if (sshd === undefined) throw new Error('The tests need sshd (Debian: openssh-server). Run: portwright setup --tests');
  const port = await freePort();
  writeHost(dir, port, sessions.path === undefined ? [] : [`SetEnv PATH=${sessions.path}`]);
  const log = join(dir, 'log');
  writeFileSync(log, '');
  const child = startWithLifeline(['unshare', '--mount', '--propagation', 'private', '/bin/sh', '-c', START, 'sshd', dir, sshd], {
    env: {PATH: path},
    stdout: {file: log},
  });
  await until(
    () => `sshd does not listen: ${readFileSync(log, 'utf8')}`,
    () => readFileSync(log, 'utf8').includes('Server listening'),
    10_000,
  );
  const link = await openLink(port);
  writeFileSync(join(dir, 'known_hosts'), `[127.0.0.1]:${link.port} ${readFileSync(join(dir, 'host_key.pub'), 'utf8')}`);
  return {
    link,
    command: (user) => clientCommand(dir, link.port, user),
    async end() {
      await link.end();
      await endChild(child, 1000);
      rmSync(dir, {recursive: true, force: true});
    },
  };
}

function clientCommand(dir: string, port: number, user: HostUser): string[] {
  const options = ['BatchMode=yes', 'StrictHostKeyChecking=yes', 'IdentitiesOnly=yes', `UserKnownHostsFile=${dir}/known_hosts`];
  const words = options.flatMap((option) => ['-o', option]);
  return ['ssh', '-F', 'none', ...words, '-i', join(dir, 'key'), '-p', String(port), `${user}@127.0.0.1`];
}

/** Writes keys, users and sshd's configuration. Its users have their home below `dir`, or StrictModes would refuse /tmp. */
function writeHost(dir: string, port: number, settings: readonly string[]): void {
  for (const key of ['key', 'host_key']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, key)]);
  const home = join(dir, 'home');
  mkdirSync(join(home, '.ssh'), {recursive: true, mode: 0o700});
  copyFileSync(join(dir, 'key.pub'), join(home, '.ssh', 'authorized_keys'));
  writeFileSync(join(home, '.cshrc'), 'echo noise of .cshrc\n');
  const others = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .filter((line) => !/^(root|toor|sshd|):/.test(line));
  const users = Object.entries(LOGIN_SHELLS).map(([name, shell]) => `${name}:x:0:0::${home}:${shell}`);
  writeFileSync(join(dir, 'passwd'), [...users, 'sshd:x:65533:65534::/run/sshd:/usr/sbin/nologin', ...others].join('\n'));
  writeFileSync(
    join(dir, 'shadow'),
    Object.keys(LOGIN_SHELLS)
      .map((name) => `${name}:*:19000::::::\n`)
      .join(''),
  );
  for (const [name, mode] of [
    ['passwd', 0o644],
    ['shadow', 0o600],
  ] as const)
    chmodSync(join(dir, name), mode);
  writeFileSync(
    join(dir, 'sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${dir}/host_key`,
      'PidFile none',
      'UsePAM no',
      'StrictModes yes',
      'PermitRootLogin prohibit-password',
      'PasswordAuthentication no',
      'AuthorizedKeysFile .ssh/authorized_keys',
      'MaxStartups 100',
      ...settings,
      '',
    ].join('\n'),
  );
}

/** Returns a port of loopback that nobody listens at. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const {port} = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}
