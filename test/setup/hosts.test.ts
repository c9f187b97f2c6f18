import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {BuildHost} from '../../src/case/host/host.ts';
import {collectedLogs, hostsFile, readHosts} from '../../src/setup/hosts.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'portwright-hosts-'));
});
afterAll(() => rm(dir, {recursive: true}));

test('the file is the named one, or beside the policy, or in the state directory', () => {
  const state = {PORTWRIGHT_STATE_DIR: '/var/db/portwright'};
  expect(hostsFile(state)).toBe('/var/db/portwright/hosts.json');
  const policy = {...state, DP_HARNESS_POLICY: '/etc/portwright/policy.json'};
  expect(hostsFile(policy)).toBe('/etc/portwright/hosts.json');
  expect(hostsFile({...policy, PORTWRIGHT_HOSTS: '/etc/hosts.json'})).toBe('/etc/hosts.json');
});

test('there are no hosts without a file, and in an empty one', () => {
  expect(readHosts({PORTWRIGHT_STATE_DIR: dir})).toEqual([]);
  expect(readHosts({PORTWRIGHT_STATE_DIR: dir, PORTWRIGHT_HOSTS: '/dev/null'})).toEqual([]);
});

test('a changed file is read again', async () => {
  const env = {PORTWRIGHT_HOSTS: join(dir, 'changed.json')};
  const names = () => readHosts(env).map(({name}) => name);
  await writeFile(env.PORTWRIGHT_HOSTS, '{"hosts": {"b1": {"local": true}}}');
  expect(names()).toEqual(['b1']);
  await writeFile(env.PORTWRIGHT_HOSTS, '{"hosts": {"b1": {"local": true}, "b2": {"ssh": {"address": "b2"}}}}');
  expect(names()).toEqual(['b1', 'b2']);
});

test('an error names the file, each fault and what to do', async () => {
  const file = join(dir, 'wrong.json');
  const read = () => readHosts({PORTWRIGHT_HOSTS: file});
  expect(read).toThrow(
    `PORTWRIGHT_HOSTS names ${file}, which is not there. Correct it or unset it; \`portwright host add\` creates`,
  );
  await writeFile(file, '{hosts');
  expect(read).toThrow(new RegExp(`The hosts file ${file} is not JSON: .* Correct it`));
  await writeFile(file, '{"hosts": {"b1": {"ssh": {"address": "-v", "port": 0}}}}');
  expect(read).toThrow(
    new RegExp(`The hosts file ${file} is not valid: .*ssh.address must be a host name.*ssh.port must be 1 or more`),
  );
});

test('each log directory of a host has a directory in the state directory', () => {
  const host = {name: 'b1', evidence: 'collect', logs: ['/build/synth/logs', '/build/a_b', '/build/a/b']};
  const locals = collectedLogs({PORTWRIGHT_STATE_DIR: '/var/db/p'}, host as unknown as BuildHost);
  expect(locals).toEqual([
    {remote: '/build/synth/logs', local: '/var/db/p/hosts/b1/build_synth_logs'},
    {remote: '/build/a_b', local: '/var/db/p/hosts/b1/build_a%5Fb'},
    {remote: '/build/a/b', local: '/var/db/p/hosts/b1/build_a_b'},
  ]);
  expect(collectedLogs({}, {...host, evidence: 'mount'} as unknown as BuildHost)).toEqual([]);
});
