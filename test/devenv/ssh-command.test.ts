import {chmod, mkdir, mkdtemp, rm, stat} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {buildHost, type HostEntry} from '../../src/case/host/host.ts';
import {shownCommand, sshCommand} from '../../src/devenv/ssh-command.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'pw-ssh-'));
});
afterAll(() => rm(dir, {recursive: true}));

const command = (ssh: HostEntry['ssh'], state = dir, env: NodeJS.ProcessEnv = {}) =>
  sshCommand(buildHost('b1', {ssh}), {PORTWRIGHT_STATE_DIR: state, ...env});
const option = (argv: readonly string[], key: string) =>
  argv.find((one) => one.startsWith(`${key}=`))?.slice(key.length + 1) ?? '(none)';

test('the command ends with the address behind --, and asks nothing', () => {
  const argv = command({address: 'b1.example.org', user: 'root', port: 2222, identity: '/k/id', known_hosts: '/k/known'});
  expect(argv.slice(0, 2)).toEqual(['ssh', '-T']);
  expect(argv.slice(-6)).toEqual(['-l', 'root', '-p', '2222', '--', 'b1.example.org']);
  expect(argv).toEqual(
    expect.arrayContaining([
      'BatchMode=yes',
      'StrictHostKeyChecking=yes',
      'IdentityFile=/k/id',
      'IdentitiesOnly=yes',
      'UserKnownHostsFile=/k/known',
    ]),
  );
});

test('what the file does not name is left to ssh_config', () => {
  const argv = command({address: 'b1'});
  expect(argv.slice(-2)).toEqual(['--', 'b1']);
  expect(argv.join(' ')).not.toMatch(/ -[lp] |IdentityFile|IdentitiesOnly|UserKnownHostsFile/);
});

test('connections are shared by a socket in a directory for this user alone, one for each way to log in', async () => {
  await mkdir(join(dir, 'ssh'), {recursive: true});
  await chmod(join(dir, 'ssh'), 0o755);
  const argv = command({address: 'b1'});
  const path = option(argv, 'ControlPath');
  expect(dirname(path)).toBe(join(dir, 'ssh'));
  expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  expect(option(argv, 'ControlMaster')).toBe('auto');
  expect(option(command({address: 'b1', user: 'ann'}), 'ControlPath')).not.toBe(path);
  expect(option(command({address: 'b1'}), 'ControlPath')).toBe(path);
});

test('the socket of a state directory with a long path is in the runtime directory, and fits', () => {
  const long = join(dir, 'a'.repeat(80));
  const path = option(command({address: 'b1'}, long, {XDG_RUNTIME_DIR: dir}), 'ControlPath');
  expect(dirname(dirname(path))).toBe(dir);
  // ssh appends 17 characters while it makes the socket.
  expect(path.length + 17).toBeLessThan(104);
});

test('the socket of a state directory whose path ssh would expand is elsewhere', () => {
  const path = option(command({address: 'b1'}, join(dir, '%h b'), {XDG_RUNTIME_DIR: dir}), 'ControlPath');
  expect(path).toMatch(/^[A-Za-z0-9/._-]+$/);
});

test('an operator is shown what matters of it', () => {
  const argv = command({address: 'b1', user: 'root', identity: '/k/id'});
  expect(shownCommand([...argv, '/x/dportsv3'])).toBe(
    'ssh -o IdentityFile=/k/id -o IdentitiesOnly=yes -l root -- b1 /x/dportsv3',
  );
  expect(shownCommand(['/opt/dportsv3', '-o', 'mine'])).toBe('/opt/dportsv3 -o mine');
});

test('a local host has no ssh command', () => {
  expect(() => sshCommand(buildHost('here', {local: true}), {})).toThrow('The host here is this machine');
});
