import {execFileSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {jest} from '@jest/globals';
import {buildHost, type HostEntry} from '../../../src/case/host/host.ts';
import {hostPrefix, reachFault} from '../../../src/devenv/host-reach.ts';
import {runOnHost} from '../../../src/devenv/on-host.ts';
import {until} from '../../support/processes.ts';
import {type SshHost, startSshd} from '../../support/sshd.ts';

jest.setTimeout(60_000);

const state = mkdtempSync(join(tmpdir(), 'pw-reach-'));
const env = {...process.env, PORTWRIGHT_STATE_DIR: state};
let sshd: SshHost;
let reach: NonNullable<HostEntry['ssh']> & {port: number; identity: string; known_hosts: string};
beforeAll(async () => {
  sshd = await startSshd();
  const command = sshd.command('root');
  const identity = command[command.indexOf('-i') + 1] as string;
  const port = Number(command[command.indexOf('-p') + 1]);
  reach = {address: '127.0.0.1', user: 'root', port, identity, known_hosts: join(dirname(identity), 'known_hosts')};
});
afterAll(async () => {
  await sshd.end();
  rmSync(state, {recursive: true});
});

const found = async (more: Partial<typeof reach>) => (await reachFault(buildHost('b1', {ssh: {...reach, ...more}}), env))?.found;

test('each fault is known by what this ssh prints', async () => {
  const changed = join(state, 'changed');
  const other = join(state, 'id');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
  const [place] = readFileSync(reach.known_hosts, 'utf8').split(' ');
  writeFileSync(changed, `${place} ${readFileSync(`${other}.pub`, 'utf8')}`);
  expect(await found({known_hosts: join(state, 'none')})).toBe('The host key of 127.0.0.1 is not known.');
  expect(await found({known_hosts: changed})).toMatch(/^The host key of 127\.0\.0\.1 is not the known one/);
  expect(await found({identity: other})).toBe('127.0.0.1 accepts no key of the user root.');
  expect(await found({port: 1})).toBe('Nothing listens at 127.0.0.1, port 1.');
  expect(await found({address: 'nowhere.invalid'})).toBe('The name nowhere.invalid cannot be resolved.');
});

test('commands share a connection, and a cut link costs none of the later ones', async () => {
  const prefix = hostPrefix(buildHost('b1', {ssh: reach}), env);
  const remotePort = async () =>
    (await runOnHost(prefix, 'echo "$SSH_CONNECTION"', [], {env, timeoutSeconds: 30})).stdout.split(' ')[1];
  const first = await remotePort();
  expect(first).toMatch(/^\d+$/);
  expect(await remotePort()).toBe(first);
  const sockets = (): string[] => readdirSync(join(state, 'ssh'));
  expect(sockets()).toHaveLength(1);
  sshd.link.cut();
  // Its last command would be lost with a connection that does not know of its end yet.
  await until(
    () => `the connection did not end: ${sockets()}`,
    () => sockets().length === 0,
    10_000,
  );
  const again = await remotePort();
  expect(again).toMatch(/^\d+$/);
  expect(again).not.toBe(first);
});
