import {readFileSync} from 'node:fs';
import {checkHosts} from '../../../src/case/host/check.ts';
import {hostPart, qualifiedName, servesTarget} from '../../../src/case/host/host.ts';

const schema = JSON.parse(readFileSync('policy/hosts.schema.json', 'utf8'));

const FULL = {
  ssh: {
    address: 'b1.example.org',
    user: 'root',
    port: 2222,
    identity: '/etc/portwright/id',
    known_hosts: '/etc/portwright/known',
  },
  dportsv3: '/usr/bin/env DPORTS_DEV_ROOT=/build /build/DeltaPorts/dportsv3',
  dev_envs: ['2026Q2', '2026Q2-b'],
  targets: ['@2026Q2'],
  logs: ['/build/synth/logs'],
  evidence: 'push',
};

test('a host has the values of the file', () => {
  expect(checkHosts(schema, {hosts: {b1: FULL}})).toEqual({
    ok: true,
    hosts: [
      {
        name: 'b1',
        reach: {
          address: 'b1.example.org',
          user: 'root',
          port: 2222,
          identity: '/etc/portwright/id',
          knownHosts: '/etc/portwright/known',
        },
        dportsv3: '/usr/bin/env DPORTS_DEV_ROOT=/build /build/DeltaPorts/dportsv3',
        devEnvs: ['2026Q2', '2026Q2-b'],
        targets: ['@2026Q2'],
        logs: ['/build/synth/logs'],
        evidence: 'push',
      },
    ],
  });
});

test('evidence is collected over ssh and read in place on this machine, unless the file has another value', () => {
  const none = {devEnvs: [], targets: [], logs: []};
  expect(checkHosts(schema, {hosts: {far: {ssh: {address: 'b1'}}, here: {local: true}}})).toEqual({
    ok: true,
    hosts: [
      {name: 'far', reach: {address: 'b1'}, dportsv3: '/build/synth/DeltaPorts/dportsv3', ...none, evidence: 'collect'},
      {name: 'here', reach: 'local', ...none, evidence: 'mount'},
    ],
  });
});

const ssh = (more: object) => ({hosts: {b1: {ssh: {address: 'b1', ...more}}}});
const host = (more: object) => ({hosts: {b1: {ssh: {address: 'b1'}, ...more}}});

test.each([
  ['no object', [], /^the hosts file must be an object/],
  ['an unknown key', {hosts: {}, host: {}}, /^host is not a key of the hosts file\..*policy\/hosts\.schema\.json/],
  ['a name with an upper-case letter', {hosts: {B1: {local: true}}}, /has the key "B1", which must be a host's name: at most 63/],
  ['neither reach', {hosts: {b1: {}}}, /hosts\.b1 must have either local or ssh/],
  ['both', host({local: true}), /hosts\.b1 must have either local or ssh/],
  ['no address', {hosts: {b1: {ssh: {}}}}, /hosts\.b1\.ssh lacks the key address\./],
  ['an option as the address', ssh({address: '-oProxyCommand=x'}), /ssh\.address must be a host name.*got "-oProxyCommand=x"/],
  ['a blank in the address', ssh({address: 'a b'}), /ssh\.address must be a host name/],
  ['a line break in the address', ssh({address: 'a\n'}), /ssh\.address must be a host name.*got "a\\n"/],
  ['a user in the address', ssh({address: 'root@a'}), /ssh\.address must be a host name/],
  ['an option as the user', ssh({user: '-lroot'}), /ssh\.user must be a user's name/],
  ['a port above the last', ssh({port: 65536}), /ssh\.port must be 65535 or less; got 65536\.$/],
  ['a relative identity', ssh({identity: 'id'}), /ssh\.identity must be an absolute path/],
  ['an identity that ssh would expand', ssh({identity: '/home/%u/id'}), /ssh\.identity must be an absolute path/],
  ['a path with ..', host({logs: ['/build/../etc']}), /logs\.0 must be an absolute path.*no part of dots alone/],
  ['a command with an operator of sh', host({dportsv3: '/bin/a;b'}), /dportsv3 must be a command line of letters/],
  ['a command that ssh would search for', host({dportsv3: 'dportsv3'}), /dportsv3 must be an absolute path.*got "dportsv3"/],
  ['a dev-env of another host', host({dev_envs: ['a@b']}), /dev_envs\.0 must be a dev-env's name/],
  ['a dev-env twice', host({dev_envs: ['a', 'a']}), /dev_envs must be a list without repetitions/],
  ['a target without @', host({targets: ['2026Q2']}), /targets\.0 must be a branch with one leading @/],
  [
    'a dev-env that two hosts have',
    {hosts: {a: {ssh: {address: 'x', port: 22}, dev_envs: ['e']}, b: {ssh: {address: 'x', user: 'ann'}, dev_envs: ['e']}}},
    /hosts\.b\.dev_envs has e, which is a dev-env of a at the same address/,
  ],
  [
    'evidence that is fetched from this machine',
    {hosts: {b1: {local: true, evidence: 'push'}}},
    /evidence is push, but.*in place/,
  ],
])('%s is refused with the key and the rule', (_name, value, fault) => {
  const checked = checkHosts(schema, value);
  expect(checked.ok ? [] : checked.faults).toEqual([expect.stringMatching(fault)]);
});

test('an IPv6 address with a zone is an address', () => {
  expect(checkHosts(schema, ssh({address: 'fe80::1%em0'})).ok).toBe(true);
  expect(checkHosts(schema, ssh({address: '::1'})).ok).toBe(true);
});

test('the part behind the last @ of a dev-env is its host', () => {
  expect(hostPart(qualifiedName('2026Q2', 'b1'))).toBe('b1');
  expect(hostPart('2026Q2')).toBeUndefined();
  expect(hostPart('@2026Q2')).toBeUndefined();
});

test('a host without targets serves all of them', () => {
  const [all, one] = [{targets: []}, {targets: ['@2026Q2']}].map((more) => {
    const checked = checkHosts(schema, host(more));
    if (!checked.ok) throw new Error(checked.faults.join());
    return checked.hosts[0] as NonNullable<(typeof checked.hosts)[0]>;
  });
  expect([all, one].map((found) => found && servesTarget(found, '@main'))).toEqual([true, false]);
  expect(one && servesTarget(one, '@2026Q2')).toBe(true);
});
