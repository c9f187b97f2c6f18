import {execa} from 'execa';
import {DEV_ENV, Envs, type Ran} from './support.ts';

const envs = new Envs();
beforeAll(async () => {
  await envs.create('env1');
});
afterAll(() => envs.remove());

const PORTS = '/work/artifacts/compose/@2026Q2/devel';
const dsynth = (...args: string[]) => envs.run(['exec', 'env1', '--', 'dsynth', '-S', '-y', '-p', 'env1', ...args]);
const log = async (name: string) => (await envs.sh('env1', 'cat "/work/dsynth/logs/$1.log"', name)).stdout;
const packages = async () => (await envs.sh('env1', 'ls /work/dsynth/packages/All')).stdout;
const counts = (ran: Ran) =>
  ran.stdout
    .match(/Initial queue.*/s)?.[0]
    .replace(/\s+/g, ' ')
    .trim();
const clean = () => envs.run(['reset', 'env1']);
const phases = (text: string) => [...text.matchAll(/^-- Phase: (.*)$/gm)].map((match) => match[1]);

const BUILD = (
  'check-sanity pkg-depends fetch-depends fetch checksum extract-depends extract patch-depends patch build-depends lib-depends ' +
  'configure build run-depends stage package'
).split(' ');

test('a port that builds: exit 0, package, log of all phases, success list; its work directory in obj survives', async () => {
  await envs.sh('env1', 'mkdir -p obj/devel/good && touch obj/devel/good/mine');
  const ran = await dsynth('build', 'devel/good');
  expect(ran.rc).toBe(0);
  expect(counts(ran)).toBe('Initial queue size: 1 packages built: 1 ignored: 0 skipped: 0 failed: 0');
  expect(await packages()).toBe('good-1.0.txz');
  const text = await log('devel___good');
  expect(phases(text)).toEqual(BUILD);
  const bar = '-'.repeat(79);
  expect(text).toMatch(
    new RegExp(`^${bar}\n-- Phase: check-sanity\n${bar}\n===>  check-sanity for good-1.0\n\nSUCCEEDED 00:00:0\\d\n\n${bar}`),
  );
  expect(text).toMatch(/SUCCEEDED 00:00:0\d\nTOTAL TIME 00:00:\d\d\s*$/);
  expect(await log('01_success_list')).toMatch(/^\[000\] SUCCESS devel\/good ##00:00:\d\d$/);
  expect((await envs.sh('env1', 'ls obj/devel/good')).stdout).toBe('mine');
});

test('a port that is built already is not built again; force and test delete its package first', async () => {
  const again = await dsynth('build', 'devel/good');
  expect(again).toMatchObject({rc: 0, stdout: expect.stringContaining('[XXX] devel/good ALREADY-BUILT')});
  expect(counts(again)).toContain('queue size: 0 packages built: 0');
  await envs.sh('env1', 'echo stale >/work/dsynth/packages/All/good-1.0.txz');
  expect((await dsynth('test', 'devel/good')).rc).toBe(0);
  expect((await envs.sh('env1', 'tar -tf /work/dsynth/packages/All/good-1.0.txz')).stdout).toContain('bin/good');
  expect(phases(await log('devel___good'))).toContain('check-plist');
  expect(counts(await dsynth('force', 'devel/good'))).toContain('packages built: 1');
  expect(phases(await log('devel___good'))).toEqual(BUILD);
});

test('a failed test leaves no package of before', async () => {
  await envs.sh('env1', 'cp /work/dsynth/packages/All/good-1.0.txz /work/dsynth/packages/All/broken-1.0.txz');
  expect((await dsynth('test', 'devel/broken')).rc).toBe(1);
  expect(await packages()).not.toContain('broken');
});

test('a port that fails: exit 1, the phase in the failure list, its log ends with the phase', async () => {
  const ran = await dsynth('build', 'devel/broken');
  expect(ran.rc).toBe(1);
  const text = await log('devel___broken');
  expect(phases(text)?.at(-1)).toBe('build');
  expect(text).toContain('a.c:1:1: error: broken on purpose');
  expect(text).toMatch(/make: stopped in \/work\/artifacts\/compose\/@2026Q2\/devel\/broken\n\nFAILED 00:00:\d\d\s*$/);
  expect(await log('02_failure_list')).toMatch(/^\[000\] FAILURE devel\/broken ## {11}build 00:00:\d\d$/);
  expect(await log('00_last_results')).toContain("[000] devel/broken Build phase 'build' failed exit 1");
});

test('IGNORE is ignored, and a port whose dependency failed is skipped; neither counts as success', async () => {
  const ran = await dsynth('build', 'devel/ignored', 'devel/needsbroken');
  expect(ran.rc).toBe(1);
  expect(counts(ran)).toBe('Initial queue size: 3 packages built: 0 ignored: 1 skipped: 1 failed: 1');
  expect(await log('03_ignored_list')).toBe('[XXX] devel/ignored ignored due to is ignored on purpose ');
  expect(await log('04_skipped_list')).toBe('[XXX] devel/needsbroken skipped due to devel/broken ');
  expect((await dsynth('build', 'devel/ignored')).rc).toBe(1);
});

test('dependencies are built first, installed for the build and gone after it', async () => {
  await clean();
  const ran = await dsynth('build', 'devel/needsgood');
  expect(ran.rc).toBe(0);
  expect(counts(ran)).toContain('queue size: 2 packages built: 2');
  expect(phases(await log('devel___needsgood'))[0]).toBe('setup');
  expect((await envs.sh('env1', 'find /usr/local -type f')).stdout).toBe('');
});

test('a flavor reaches the port and names log and package', async () => {
  expect((await dsynth('build', 'devel/flavored')).rc).toBe(1);
  expect((await dsynth('build', 'devel/flavored@py311')).rc).toBe(0);
  expect(await packages()).toContain('flavored-py311-1.0.txz');
  expect(phases(await log('devel___flavored@py311'))).toEqual(BUILD);
});

test('a Makefile that does not parse fails as a port, with the error in its log', async () => {
  await envs.sh('env1', `echo ".if" >>${PORTS}/removed/Makefile`);
  expect((await dsynth('build', 'devel/removed')).rc).toBe(1);
  expect(await log('devel___removed')).toMatch(/Malformed conditional|parsing/);
});

test('wrong arguments are refused with the rule', async () => {
  for (const [args, text] of [
    [['build'], 'build needs a port'],
    [['frob', 'devel/good'], "got 'frob'"],
    [['build', '../good'], "got '../good'"],
    [['build', 'devel/absent'], "No port 'devel/absent'"],
    [['-p', 'other', 'build', 'devel/good'], "Profile 'other'"],
  ] as const)
    expect(await dsynth(...args)).toMatchObject({rc: 1, stderr: expect.stringContaining(text)});
});

describe('hooks', () => {
  const HOOK =
    '#!/bin/sh\n{ env | sort; echo "stdin $(readlink /proc/self/fd/0)"; echo "args $#"; } >/tmp/$(basename $0)\necho thrown away\necho complaint >&2\nexit 3\n';
  const NAMES = ['run_start', 'run_end', 'pkg_success', 'pkg_failure', 'pkg_ignored', 'pkg_skipped'];
  const DIRS = [
    'DIR_BUILDBASE=/work/dsynth/build',
    'DIR_DISTFILES=/usr/distfiles',
    'DIR_LOGS=/work/dsynth/logs',
    'DIR_OPTIONS=/work/dsynth/options',
    'DIR_PACKAGES=/work/dsynth/packages',
    'DIR_PORTS=/work/artifacts/compose/@2026Q2',
    'DIR_REPOSITORY=/work/dsynth/packages/All',
    'PROFILE=env1',
  ];
  /** What the hook saw, without PWD, which its own shell sets. */
  const seen = async (name: string) => (await envs.sh('env1', 'grep -v ^PWD= /tmp/hook_$1', name)).stdout.split('\n');
  const expected = (...own: string[]) => [...[...DIRS, ...own].sort(), 'stdin /dev/null', 'args 0'];
  let ran: Ran;

  beforeAll(async () => {
    await clean();
    for (const name of NAMES) await envs.write('env1', `etc_dsynth/hook_${name}`, HOOK, 0o755);
    ran = await envs.run([
      'exec',
      'env1',
      '--',
      'env',
      'SECRET=x',
      'dsynth',
      'build',
      'devel/flavored@py311',
      'devel/broken',
      'devel/ignored',
      'devel/needsbroken',
    ]);
  });

  test('each gets the environment of the contract, and nothing else', async () => {
    const pkg = (result: string, origin: string, flavor: string, file: string) =>
      expected(`RESULT=${result}`, `ORIGIN=${origin}`, `FLAVOR=${flavor}`, `PKGNAME=${file}`);
    expect(await seen('run_start')).toEqual(expected('PORTS_QUEUED=4'));
    expect(await seen('pkg_success')).toEqual(pkg('success', 'devel/flavored', 'py311', 'flavored-py311-1.0.txz'));
    expect(await seen('pkg_failure')).toEqual(pkg('failure', 'devel/broken', 'devel/broken', 'broken-1.0.txz'));
    expect(await seen('pkg_ignored')).toEqual(pkg('ignored', 'devel/ignored', 'devel/ignored', 'ignored-1.0.txz'));
    expect(await seen('pkg_skipped')).toEqual(pkg('skipped', 'devel/needsbroken', 'devel/needsbroken', 'needsbroken-1.0.txz'));
    expect(await seen('run_end')).toEqual(expected('PORTS_BUILT=1', 'PORTS_FAILED=1', 'PORTS_IGNORED=1', 'PORTS_SKIPPED=1'));
  });

  test('that they fail changes no result; stderr and a line go to 00_last_results, stdout nowhere', async () => {
    expect(counts(ran)).toContain('packages built: 1 ignored: 1 skipped: 1 failed: 1');
    const text = await log('00_last_results');
    expect(text).toContain('complaint');
    expect(text).toContain('[XXX] devel/broken SCRIPT hook_pkg_failure (/etc/dsynth/hook_pkg_failure)');
    expect(text + ran.stdout).not.toContain('thrown away');
  });
});

test('a second build in the same environment waits for the first', async () => {
  await clean();
  const slow = 'do-build=\ttouch /tmp/building; until [ -e /tmp/go ]; do sleep 0.05; done';
  await envs.sh(
    'env1',
    'sed "s,^CATEGORIES.*,&\\n$1," /work/freebsd-ports/devel/hunk/Makefile >"$2"',
    slow,
    `${PORTS}/hunk/Makefile`,
  );
  const first = dsynth('build', 'devel/hunk');
  await envs.sh('env1', 'until [ -e /tmp/building ]; do sleep 0.05; done');
  const second = execa(DEV_ENV, ['exec', 'env1', '--', 'dsynth', 'build', 'devel/good'], {env: envs.env, reject: false});
  await new Promise((done) => second.stdout.once('data', done));
  expect(await packages()).toBe('');
  await envs.sh('env1', 'touch /tmp/go');
  expect((await first).rc).toBe(0);
  const waited = await second;
  expect(waited.exitCode).toBe(0);
  expect(waited.stdout).toMatch(/^dsynth: Waiting for the build that is running in this environment\./);
  expect(waited.stdout).toContain('SUCCESS devel/good');
}, 30_000);
