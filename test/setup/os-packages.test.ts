import {chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ensureOsPackages, onPath} from '../../src/setup/os-packages.ts';

let dir: string;
let said: string[];
const say = (line: string) => said.push(line);
/** A machine whose PATH has only what the test puts there, and sh. */
const machine = (uid: number, release = 'ID=debian\n') => {
  writeFileSync(join(dir, 'os-release'), release);
  return {platform: 'linux', path: dir, osRelease: join(dir, 'os-release'), uid} as const;
};
const program = (name: string, script: string) => {
  writeFileSync(join(dir, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(dir, name), 0o755);
};
const aptGet = (code = 0) => program('apt-get', `echo "$@" >>${dir}/apt.log; echo apt says no >&2; exit ${code}`);

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'os-packages-'));
  said = [];
  symlinkSync('/bin/sh', join(dir, 'sh'));
});
afterEach(() => rmSync(dir, {recursive: true}));

test('lists first what it installs, each package once', async () => {
  aptGet();
  await ensureOsPackages(say, machine(0));
  expect(said).toEqual([
    'Installs the OS packages bmake bubblewrap gcc libc6-dev patch git util-linux mount tar xz-utils gzip, since these commands are missing: bmake bwrap cc patch git unshare setpriv prlimit flock mount tar xz gzip.',
  ]);
  expect(readFileSync(join(dir, 'apt.log'), 'utf8')).toBe(
    'update\ninstall -y --no-install-recommends bmake bubblewrap gcc libc6-dev patch git util-linux mount tar xz-utils gzip\n',
  );
});

test('installs only what is missing, by sudo when it is not root', async () => {
  aptGet();
  program('sudo', `echo sudo "$1" >>${dir}/apt.log; shift; [ "$1" = true ] || exec "$@"`);
  for (const command of 'bmake cc patch git unshare setpriv prlimit flock mount tar xz gzip'.split(' '))
    program(command, 'exit 0');
  await ensureOsPackages(say, machine(1000));
  expect(readFileSync(join(dir, 'apt.log'), 'utf8')).toBe(
    'sudo -n\nsudo -n\nupdate\ninstall -y --no-install-recommends bubblewrap\n',
  );
  program('bwrap', 'exit 0');
  await ensureOsPackages(say, machine(1000));
  expect(said).toHaveLength(1);
});

test('a program that is not on PATH is found by its absolute path', async () => {
  program('daemon', 'exit 0');
  expect(await onPath(join(dir, 'daemon'), '')).toBe(join(dir, 'daemon'));
  expect(await onPath(join(dir, 'missing'), dir)).toBeUndefined();
});

test('without root and sudo it names the one command to run', async () => {
  aptGet();
  const refused = ensureOsPackages(say, machine(1000));
  await expect(refused).rejects.toThrow(
    /Run this once[\s\S]*sudo sh -c 'apt-get update && .*apt-get install .* bmake bubblewrap/,
  );
  expect(await onPath('apt.log', dir)).toBeUndefined();
  expect(said).toEqual([]);
});

test('names the commands on a Linux that is not Debian, and wants Linux elsewhere', async () => {
  await expect(ensureOsPackages(say, machine(0, 'ID=fedora\n'))).rejects.toThrow(/commands are missing: bmake bwrap/);
  await expect(ensureOsPackages(say, {...machine(0), platform: 'darwin'})).rejects.toThrow(/needs Linux; this is darwin/);
});

test('reports the output of apt-get when it fails', async () => {
  aptGet(100);
  await expect(ensureOsPackages(say, machine(0))).rejects.toThrow(/apt says no/);
});
