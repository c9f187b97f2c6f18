import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {devEnvPlace, envNames, envNamesFor} from '../../src/devenv/named.ts';
import {DevEnvUnavailable} from '../../src/devenv/unavailable.ts';

const dir = mkdtempSync(join(tmpdir(), 'portwright-named-'));
afterAll(() => rmSync(dir, {recursive: true}));

const env = {
  PORTWRIGHT_STATE_DIR: dir,
  PORTWRIGHT_HOSTS: join(dir, 'hosts.json'),
  DP_HARNESS_ENV: 'plain, own@b1',
  DPORTSV3_CMD: '/opt/dportsv3 --fast',
};
writeFileSync(
  env.PORTWRIGHT_HOSTS,
  JSON.stringify({
    hosts: {
      b1: {ssh: {address: 'b1.example.org', user: 'root'}, dev_envs: ['2026Q2', 'other'], targets: ['@2026Q2']},
      b2: {ssh: {address: 'b2'}, dportsv3: '/usr/bin/env A=1 /build/dportsv3', dev_envs: ['2026Q2']},
      here: {local: true, dev_envs: ['2026Q3'], targets: ['@2026Q3']},
      mine: {local: true, dportsv3: '/mine/dportsv3', dev_envs: ['2026Q2'], targets: ['@2026Q4']},
    },
  }),
);

test('a dev-env of a host is NAME@HOST, and is used for the targets of its host', () => {
  expect(envNames(env)).toEqual(['plain', 'own@b1', '2026Q2@b1', 'other@b1', '2026Q2@b2', '2026Q3@here', '2026Q2@mine']);
  expect(envNamesFor('@2026Q2', env)).toEqual(['plain', 'own@b1', '2026Q2@b1', 'other@b1', '2026Q2@b2']);
  expect(envNamesFor('@2026Q3', env)).toEqual(['plain', 'own@b1', '2026Q2@b2', '2026Q3@here']);
});

test('a name of a remote host is a command over ssh, and the name there', () => {
  const {command, nameThere, host} = devEnvPlace('2026Q2@b1', env);
  expect(command.slice(-5)).toEqual(['-l', 'root', '--', 'b1.example.org', '/build/synth/DeltaPorts/dportsv3']);
  expect({nameThere, host: host?.name}).toEqual({nameThere: '2026Q2', host: 'b1'});
  expect(devEnvPlace('2026Q2@b2', env).command.slice(-5)).toEqual(['--', 'b2', '/usr/bin/env', 'A=1', '/build/dportsv3']);
});

test('a name of this machine is its own command, or that of DPORTSV3_CMD', () => {
  expect(devEnvPlace('2026Q3@here', env)).toMatchObject({command: ['/opt/dportsv3', '--fast'], nameThere: '2026Q3'});
  expect(devEnvPlace('2026Q2@mine', env)).toMatchObject({command: ['/mine/dportsv3'], nameThere: '2026Q2'});
});

test('a name of no host is one for DPORTSV3_CMD, also with @ in it', () => {
  for (const name of ['plain', 'own@b1', 'unlisted'])
    expect(devEnvPlace(name, env)).toEqual({command: ['/opt/dportsv3', '--fast'], nameThere: name});
});

test('a NAME@HOST that is no longer in the file is a dev-env that is unavailable, with what to do', () => {
  expect(() => devEnvPlace('gone@b1', env)).toThrow(DevEnvUnavailable);
  expect(() => devEnvPlace('gone@b1', env)).toThrow(/must be one of .*hosts\.json; gone@b1 is not.*portwright host list/);
});
