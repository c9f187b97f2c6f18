import {chmodSync, chownSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {buildHost} from '../../../src/case/host/host.ts';
import {parseAddress} from '../../../src/cli/host/add.ts';
import {leaseRefusal} from '../../../src/cli/host/remove.ts';
import {addHost} from '../../../src/setup/edit-hosts.ts';
import {portwright, scratch} from '../program.ts';

let place: ReturnType<typeof scratch>;
let file: string;
beforeEach(() => {
  place = scratch();
  file = join(place.dir, 'etc', 'hosts.json');
});
afterEach(() => place.remove());

const host = (...args: string[]) => portwright(['host', ...args], {PORTWRIGHT_HOSTS: file, PORTWRIGHT_STATE_DIR: place.dir});

test('a host is added, listed and removed; a name twice is refused', async () => {
  const given = ['--dev-env', '2026Q2', 'b', '--target', '@2026Q2', '--logs', '/build/synth/logs', '--known-hosts', '/etc/known'];
  const added = await host('add', 'b1', '--ssh', 'root@b1.example.org:2222', ...given);
  expect(added).toMatchObject({code: 0, stderr: '', stdout: expect.stringContaining('Next: `portwright host check b1`')});
  expect(readFileSync(file, 'utf8')).toBe(
    `${JSON.stringify(
      {
        hosts: {
          b1: {
            ssh: {address: 'b1.example.org', user: 'root', port: 2222, known_hosts: '/etc/known'},
            dev_envs: ['2026Q2', 'b'],
            targets: ['@2026Q2'],
            logs: ['/build/synth/logs'],
          },
        },
      },
      null,
      2,
    )}\n`,
  );
  const again = await host('add', 'b1', '--local');
  expect(again).toMatchObject({code: 1, stderr: expect.stringMatching(/already has a host b1\. Choose another name/)});

  const {stdout} = await host('list');
  expect(stdout).toMatch(/^b1 +root@b1\.example\.org:2222 +2026Q2 b +@2026Q2 +\/build\/synth\/logs +collect$/m);
  expect(JSON.parse((await host('list', '--json')).stdout)).toMatchObject({
    file,
    hosts: [{name: 'b1', devEnvs: ['2026Q2', 'b']}],
  });

  const removed = await host('remove', 'b1');
  expect(removed).toMatchObject({code: 0, stdout: expect.stringMatching(/stays in .*hosts\/b1\/build_synth_logs/)});
  expect(removed.stderr).toMatch(/could not be asked: Temporal at .* cannot be reached/);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({hosts: {}});
  expect(await host('remove', 'b1')).toMatchObject({code: 1, stderr: expect.stringMatching(/has no host "b1"; it has none/)});
});

test('a host that the rules refuse is not written, and an invalid file is not written over', async () => {
  await expect(addHost(file, 'B1', {local: true})).rejects.toThrow(/has the key "B1", which must be a host's name/);
  expect(existsSync(file)).toBe(false);
  const broken = join(place.dir, 'broken.json');
  writeFileSync(broken, '{"hosts": {"a": {}}}');
  await expect(addHost(broken, 'b1', {local: true})).rejects.toThrow(/hosts\.a must have either local or ssh/);
  expect(readFileSync(broken, 'utf8')).toBe('{"hosts": {"a": {}}}');
});

test('a host is not removed while a case works in one of its dev-envs', () => {
  const b1 = buildHost('b1', {ssh: {address: 'b1'}, dev_envs: ['2026Q2']});
  const lease = (env: string) => [{env, holder: {workflowId: 'port:@2026Q2:net/foo/attempt-1', runId: 'r'}}];
  expect(leaseRefusal(b1, lease('2026Q2@b1'))).toMatch(/2026Q2@b1 is leased to port:@2026Q2:net\/foo\/attempt-1\. Wait for/);
  expect(leaseRefusal(b1, [...lease('2026Q2'), ...lease('2026Q2@b2')])).toBeUndefined();
});

test('the file has the group of its directory, and then the owner that it had', async () => {
  const dir = join(place.dir, 'shared');
  const shared = join(dir, 'hosts.json');
  mkdirSync(dir);
  if (process.getuid?.() === 0) chownSync(dir, 0, 12345);
  await addHost(shared, 'a', {local: true});
  expect(statSync(shared).gid).toBe(statSync(dir).gid);
  if (process.getuid?.() === 0) chownSync(shared, 12345, 12346);
  const {uid, gid} = statSync(shared);
  await addHost(shared, 'b', {local: true});
  expect(statSync(shared)).toMatchObject({uid, gid});
});

test.each([
  ['the group of the worker', 0o750, 0o640],
  ['its owner alone, such as the state directory', 0o700, 0o600],
])('in a directory for %s, the file is for the same users', async (_name, dirMode, mode) => {
  const dir = join(place.dir, 'of-users');
  mkdirSync(dir);
  chmodSync(dir, dirMode);
  await addHost(join(dir, 'hosts.json'), 'a', {local: true});
  expect(statSync(join(dir, 'hosts.json')).mode & 0o777).toBe(mode);
});

test('other keys of the file stay', async () => {
  const other = join(place.dir, 'hosts.json');
  writeFileSync(other, '{"$schema": "hosts.schema.json", "hosts": {"a": {"local": true}}}');
  await addHost(other, 'b1', {ssh: {address: 'b1'}});
  expect(JSON.parse(readFileSync(other, 'utf8'))).toEqual({
    $schema: 'hosts.schema.json',
    hosts: {a: {local: true}, b1: {ssh: {address: 'b1'}}},
  });
});

test.each([
  ['b1', {address: 'b1'}],
  ['root@b1', {address: 'b1', user: 'root'}],
  ['root@b1:22', {address: 'b1', user: 'root', port: 22}],
  ['fe80::1%em0', {address: 'fe80::1%em0'}],
  ['root@[::1]:2222', {address: '::1', user: 'root', port: 2222}],
])('%s is an address', (text, parts) => {
  expect(parseAddress(text)).toEqual(parts);
});

test.each(['b1:', 'b1:ssh', '[::1', '::1:x:22'])('%s is no address', (text) => {
  expect(() => parseAddress(text)).toThrow(/--ssh must be \[user@\]address\[:port\].*got/);
});
