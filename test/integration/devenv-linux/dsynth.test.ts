import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {installRoot} from '../../../src/setup/paths.ts';
import {DEV_ENV, Envs, type Ran} from './support.ts';

const envs = new Envs();
beforeAll(async () => {
  await envs.create('env1');
});
afterAll(() => envs.remove());

const HOOKS = join(installRoot(), 'hooks');
const PORTS = '/work/artifacts/compose/@2026Q2/devel';
const dsynth = (...args: string[]) => envs.run(['exec', 'env1', '--', 'dsynth', '-S', '-S', '-y', '-p', 'env1', ...args]);
const log = async (name: string) => (await envs.sh('env1', 'cat "/work/dsynth/logs/$1.log"', name)).stdout;
const packages = async () => (await envs.sh('env1', 'ls /work/dsynth/packages/All')).stdout;
const counts = (ran: Ran) =>
  ran.stdout
    .match(/Initial queue.*meta-nodes: \d+/s)?.[0]
    .replace(/\s+/g, ' ')
    .trim();
/** Gives the port devel/hunk this line. */
const hunk = (line: string) =>
  envs.sh('env1', 'sed "s,^CATEGORIES.*,&\\n$1," /work/freebsd-ports/devel/hunk/Makefile >"$2"', line, `${PORTS}/hunk/Makefile`);
const clean = () => envs.run(['reset', 'env1']);
const phases = (text: string) => [...text.matchAll(/^-- Phase: (.*)$/gm)].map((match) => match[1]);

const FETCH = 'check-sanity pkg-depends fetch-depends fetch checksum'.split(' ');
const STAGE = (
  'extract-depends extract patch-depends patch build-depends lib-depends configure build run-depends ' + 'stage'
).split(' ');
const BUILD = [...FETCH, ...STAGE, 'package'];
const DUMPS = 'Environment showconfig CONFIGURE_ENV CONFIGURE_ARGS MAKE_ENV MAKE_ARGS PLIST_SUB SUB_LIST /etc/make.conf'.split(
  ' ',
);

test('a port that builds: package, log of all phases, success list; its work directory in obj survives', async () => {
  await envs.sh('env1', 'mkdir -p obj/devel/good && touch obj/devel/good/mine');
  const ran = await dsynth('build', 'devel/good');
  expect(ran.rc).toBe(0);
  expect(counts(ran)).toBe('Initial queue size: 1 packages built: 1 ignored: 0 skipped: 0 failed: 0 missing: 0 meta-nodes: 0');
  expect(ran.stdout).toMatch(/^Rebuild succeeded$/m);
  expect(await packages()).toBe('good-1.0.txz');
  const text = await log('devel___good');
  expect(phases(text)).toEqual(BUILD);
  const bar = '-'.repeat(79);
  expect(text).toMatch(
    new RegExp(`^${bar}\n-- Phase: check-sanity\n${bar}\n===>  check-sanity for good-1.0\n\nSUCCEEDED 00:00:0\\d\n\n${bar}`),
  );
  expect(text).toMatch(/SUCCEEDED 00:00:0\d\nTOTAL TIME 00:00:\d\d\s*$/);
  const success = await log('01_success_list');
  expect(success).toMatch(/^\[000\] SUCCESS devel\/good +00:00:\d\d$/);
  expect(success).toHaveLength(79);
  expect((await envs.sh('env1', 'ls obj/devel/good')).stdout).toBe('mine');
});

test('a package is not built again; force deletes it first and rebuilds the repository', async () => {
  const again = await dsynth('build', 'devel/good');
  expect(again.stdout).not.toContain('[XXX]');
  expect(counts(again)).toContain('queue size: 0 packages built: 0');
  expect(await log('00_last_results')).toContain('[XXX] devel/good Already-Built');
  await envs.sh('env1', 'echo stale >/work/dsynth/packages/All/good-1.0.txz; rm /work/dsynth/packages/packagesite.txz');
  const forced = await dsynth('force', 'devel/good');
  expect(forced.stdout).toContain('Removed: /work/dsynth/packages/All/good-1.0.txz');
  expect(forced.stdout).toMatch(/^Rebuild succeeded$/m);
  expect((await envs.sh('env1', 'tar -xOf /work/dsynth/packages/packagesite.txz')).stdout).toContain('All/good-1.0.txz');
  expect(phases(await log('devel___good'))).toEqual(BUILD);
});

test('test dumps what DEVELOPER does, checks the plist, installs and deinstalls last, and rebuilds no repository', async () => {
  await envs.sh('env1', 'rm /work/dsynth/packages/packagesite.txz');
  const ran = await dsynth('test', 'devel/good');
  expect(ran.stdout).not.toContain('Rebuild');
  expect((await envs.sh('env1', 'ls /work/dsynth/packages')).stdout).toBe('All\nmeta.conf');
  const text = await log('devel___good');
  expect(phases(text)).toEqual([...DUMPS, ...FETCH, ...STAGE, 'check-plist', 'package', 'install', 'deinstall']);
  expect(text).toMatch(/\nTOTAL TIME 00:00:\d\d\n\n-+\n-- Phase: install\n/);
  expect(text).toMatch(/-- Phase: \/etc\/make.conf\n-+\n(.*\n)*DEVELOPER=1\n/);
  expect((await envs.sh('env1', 'find /usr/local -type f')).stdout).toBe('');
});

test('an install that fails is a failure of that phase behind TOTAL TIME, and leaves nothing in /usr/local', async () => {
  const broken = 'do-install=\tmkdir ${PREFIX}/left; touch ${PREFIX}/left/file; exit 1';
  await hunk(`MAKE_ENV=ONE=1\\nSUB_LIST=TWO=2\\n${broken}`);
  await envs.sh('env1', 'touch /usr/local/mine');
  expect(await dsynth('test', 'devel/hunk')).toMatchObject({rc: 0});
  expect(await log('02_failure_list')).toMatch(/^\[000\] FAILURE devel\/hunk +install 00:00:\d\d$/);
  const text = await log('devel___hunk');
  expect(text).toMatch(/TOTAL TIME[\s\S]*FAILED 00:00:\d\d\s*$/);
  expect(text).toMatch(/-- Phase: MAKE_ENV\n-+\nONE=1\n\nSUCCEEDED[\s\S]*-- Phase: SUB_LIST\n-+\nTWO=2\n\nSUCCEEDED/);
  expect((await envs.sh('env1', 'find /usr/local; rm /usr/local/mine')).stdout).toBe('/usr/local\n/usr/local/mine');
  expect(await packages()).not.toContain('hunk');
});

test('a failed test leaves no package of before', async () => {
  await envs.sh('env1', 'cp /work/dsynth/packages/All/good-1.0.txz /work/dsynth/packages/All/broken-1.0.txz');
  expect((await dsynth('test', 'devel/broken')).rc).toBe(0);
  expect(await packages()).not.toContain('broken');
});

test('a port that fails: exit 0, the phase and the number of those that need it in the failure list', async () => {
  const copied = 'mkdir needsignored && sed "s/broken/ignored/g" needsbroken/Makefile >needsignored/Makefile';
  await envs.sh('env1', `cd ${PORTS} && ${copied}`);
  const ran = await dsynth('build', 'devel/needsbroken', 'devel/ignored', 'devel/needsignored');
  expect(ran.rc).toBe(0);
  expect(counts(ran)).toBe('Initial queue size: 4 packages built: 0 ignored: 1 skipped: 2 failed: 1 missing: 0 meta-nodes: 0');
  const failure = await log('02_failure_list');
  expect(failure).toMatch(/^\[000\] FAILURE devel\/broken 1 +build 00:00:\d\d$/);
  expect(failure).toHaveLength(79);
  expect(await log('03_ignored_list')).toBe('[XXX] devel/ignored 1 ignored due to is ignored on purpose ');
  expect((await log('04_skipped_list')).split('\n')).toEqual([
    '[XXX] devel/needsbroken skipped due to devel/broken ',
    '[XXX] devel/needsignored skipped due to devel/ignored->is ignored on purpose  ',
  ]);
  const text = await log('devel___broken');
  expect(phases(text)?.at(-1)).toBe('build');
  expect(text).toContain('a.c:1:1: error: broken on purpose');
  expect(text).toMatch(/make: stopped in \/work\/artifacts\/compose\/@2026Q2\/devel\/broken\n\nFAILED 00:00:\d\d\s*$/);
  expect(await log('00_last_results')).toContain("[000] devel/broken Build phase 'build' failed exit 1");
  expect(ran.stdout).not.toContain('Build phase');
});

test('dependencies are built first, installed for the build and gone after it', async () => {
  await clean();
  const ran = await dsynth('build', 'devel/needsgood');
  expect(counts(ran)).toContain('queue size: 2 packages built: 2');
  expect(phases(await log('devel___needsgood'))[0]).toBe('setup');
  expect((await envs.sh('env1', 'find /usr/local -type f')).stdout).toBe('');
});

test('a flavor reaches the port and names log and package', async () => {
  await dsynth('build', 'devel/flavored@py311');
  expect(await log('01_success_list')).toMatch(/^\[000\] SUCCESS devel\/flavored@py311 /);
  expect(await packages()).toContain('flavored-py311-1.0.txz');
  expect(phases(await log('devel___flavored@py311'))).toEqual(BUILD);
});

test('a port named without its flavor is all its flavors, and its meta-node is complete whatever became of them', async () => {
  const ran = await dsynth('force', 'devel/flavored');
  expect(counts(ran)).toBe('Initial queue size: 2 packages built: 1 ignored: 0 skipped: 0 failed: 1 missing: 0 meta-nodes: 1');
  expect(await log('01_success_list')).toMatch(
    /^\[000\] SUCCESS devel\/flavored@py311 .*\n\[XXX\] devel\/flavored meta-node complete$/,
  );
  expect(await log('02_failure_list')).toMatch(/^\[000\] FAILURE devel\/flavored@py312 1 +build /);
  expect((await envs.sh('env1', 'ls /work/dsynth/logs | grep flavored')).stdout).toBe(
    'devel___flavored@py311.log\ndevel___flavored@py312.log',
  );
});

test('a Makefile that make cannot read ends the run before anything is built, with the reason in its output', async () => {
  await envs.sh('env1', `echo ".if" >>${PORTS}/removed/Makefile`);
  for (const [port, reason] of [
    ['devel/removed', /devel\/removed: .*(Malformed conditional|parsing)[\s\S]*DPort corrupt: devel\/removed/],
    ['devel/absent', /DPort not found: devel\/absent/],
  ] as const) {
    const ran = await dsynth('build', 'devel/good', port);
    expect(ran).toMatchObject({rc: 1, stdout: expect.stringMatching(reason)});
    expect(ran.stdout).toMatch(/1 packages failed to probe\nunable to continue, aborting$/);
  }
  expect(await log('00_last_results')).toContain('devel/absent: ');
});

test('dbuild and dtest fail where dsynth did not build a port, which they name', async () => {
  const run = (...args: string[]) => envs.run(['exec', 'env1', '--', ...args]);
  expect((await run('dbuild', 'devel/flavored@py311')).rc).toBe(0);
  const failing = await run('dtest', 'devel/flavored', 'devel/ignored', 'devel/good');
  expect(failing.rc).toBe(1);
  expect(failing.stderr.split('\n')).toEqual([
    expect.stringMatching(/^devel\/flavored was not built; \/work\/dsynth\/logs\/00_last_results.log/),
    expect.stringMatching(/^devel\/ignored was not built;/),
  ]);
  expect((await run('dbuild', 'devel/good')).rc).toBe(0);
});

test('wrong arguments are refused with exit 1', async () => {
  for (const [args, text] of [
    [['frob', 'devel/good'], "Unknown directive 'frob'\nRun 'dsynth help' for usage"],
    [['-Z', 'build'], 'Unknown option: ?'],
    [['build', 'good'], 'Bad specifications, exiting'],
    [['build', '../good'], 'Bad specifications, exiting'],
    [['-p', 'other', 'build', 'devel/good'], 'Directory missing: /usr/dports'],
    [['init'], 'init will not overwrite /etc/dsynth'],
    [['configure'], 'Not Implemented'],
  ] as const)
    expect(await dsynth(...args)).toMatchObject({rc: 1, stderr: expect.stringContaining(text)});
});

test('status names what build would build, prepare-system builds what is installed, which is nothing', async () => {
  await clean();
  expect((await dsynth('status', 'devel/needsgood')).stdout).toMatch(
    /N => devel\/good\n {2}N => devel\/needsgood\nTotal packages that would be built: 2\/2$/,
  );
  expect((await dsynth('prepare-system')).stdout).toMatch(/Initial queue size: 0[\s\S]*Rebuild succeeded$/);
});

test('dsynth.ini: the first blank-separated part of a value, the last of two keys; a wrong line ends dsynth', async () => {
  const before = (await envs.sh('env1', 'cat /etc/dsynth/dsynth.ini')).stdout;
  const ini = (...lines: string[]) =>
    envs.write(
      'env1',
      'etc_dsynth/dsynth.ini',
      [
        '; x',
        '[Global Configuration]',
        'profile_selected= own more',
        '[other]',
        'x=y',
        '[own]',
        ...lines,
        'Directory_logs= /unread',
      ].join('\n'),
    );
  const places = ['packages', 'options', 'buildbase'].map((name) => `Directory_${name}= /work/dsynth/${name} x`);
  const rest = [
    'Directory_distfiles=/usr/distfiles x',
    'Directory_repository=/work/dsynth/packages/All',
    'Directory_portsdir\t=\t/work/artifacts/compose/@2026Q2',
  ];
  const build = () => envs.run(['exec', 'env1', '--', 'dsynth', '-y', 'just-build', 'devel/good']);
  await ini(...places, ...rest, 'Directory_logs= /work/none', 'Directory_logs= /work/dsynth/own');
  expect(await build()).toMatchObject({rc: 0, stderr: ''});
  expect((await envs.sh('env1', 'cat /work/dsynth/own/01*')).stdout).toContain('SUCCESS devel/good');
  await ini(...places, ...rest, 'Directory_log= /x');
  expect(await build()).toMatchObject({
    rc: 1,
    stderr: expect.stringContaining('parseConfigFile: Unknown directive in profile section line 13: Directory_log= /x'),
  });
  await ini('Directory_logs=');
  expect((await build()).stderr).toContain('Syntax error in config line 7: Directory_logs=');
  await envs.write('env1', 'etc_dsynth/dsynth.ini', `${before}\n`);
  await clean();
});

describe('hooks', () => {
  const HOOK = `#!/bin/sh
{ env | sort; echo "stdin $(readlink /proc/self/fd/0)"; echo "args $#"; echo "nice $(nice)"; echo "cwd $(/bin/pwd)"; } >/tmp/$(basename $0)
ps -o args= -p "$PPID" >>/tmp/parents
echo thrown away
echo complaint >&2
exit 3
`;
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
  const expected = (...own: string[]) => [
    ...[...DIRS, ...own].sort(),
    'stdin /dev/null',
    'args 0',
    `nice ${niceness + 10}`,
    'cwd /work/obj',
  ];
  let ran: Ran;
  let niceness: number;

  beforeAll(async () => {
    niceness = Number((await envs.sh('env1', 'nice')).stdout);
    for (const name of NAMES) await envs.write('env1', `etc_dsynth/hook_${name}`, HOOK, 0o755);
    await envs.sh(
      'env1',
      `sed 's/^PKGFILE=/#&/' /usr/share/mk/bsd.port.mk >/tmp/mk; sed 's,^.include.*,.include "/tmp/mk",' ${PORTS}/broken/Makefile >/tmp/x; cp /tmp/x ${PORTS}/hunk/Makefile`,
    );
    ran = await envs.run([
      ...['exec', '--cwd', '/work/obj', 'env1', '--', 'env', 'SECRET=x', 'dsynth', '-S', '-S', 'build'],
      ...['devel/flavored@py311', 'devel/broken', 'devel/ignored', 'devel/needsbroken'],
    ]);
  });

  test('each gets the environment of the contract and nothing else, niced, in the directory of dsynth', async () => {
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
    expect(ran.rc).toBe(0);
    expect(counts(ran)).toContain('packages built: 1 ignored: 1 skipped: 1 failed: 1');
    const text = await log('00_last_results');
    expect(text).toContain('devel/broken: complaint');
    expect(text).toContain('[XXX] devel/broken SCRIPT hook_pkg_failure (/etc/dsynth/hook_pkg_failure)');
    expect(text).toContain('[XXX] (null) SCRIPT hook_run_end (/etc/dsynth/hook_run_end)');
    expect(text + ran.stdout).not.toContain('thrown away');
  });

  test('a port whose package is unknown has the name (null)', async () => {
    await dsynth('just-build', 'devel/hunk');
    expect(await seen('pkg_failure')).toContain('PKGNAME=(null)');
  });

  test('they run on fetch-only too, whose command line their parent has; only sources are fetched', async () => {
    await envs.sh('env1', 'rm -f /tmp/parents /tmp/hook_*');
    const fetched = await dsynth('fetch-only', 'devel/needsgood');
    expect(counts(fetched)).toContain('packages built: 2');
    expect(phases(await log('devel___good'))).toEqual(FETCH.filter((phase) => phase !== 'pkg-depends'));
    expect(await packages()).toBe('flavored-py311-1.0.txz');
    expect(await seen('pkg_success')).toContain('RESULT=success');
    const {stdout} = await envs.sh('env1', 'cat /tmp/parents');
    expect(stdout.match(/dsynth .* fetch-only devel\/needsgood$/gm)).toHaveLength(4);
  });

  test('our own record a build, and nothing of fetch-only', async () => {
    for (const name of await readdir(HOOKS)) {
      const content = await readFile(join(HOOKS, name), 'utf8');
      await envs.write('env1', `etc_dsynth/${name}`, content, name.startsWith('hook_') ? 0o755 : 0o644);
    }
    await envs.sh('env1', 'chmod 755 /work/dsynth/logs');
    const recorded = () => envs.sh('env1', 'cat /work/dsynth/logs/evidence/runs/*/results.txt | cut -f 1-4');
    await dsynth('fetch-only', 'devel/broken');
    expect((await recorded()).stdout).toBe('');
    await dsynth('just-build', 'devel/broken', 'devel/flavored@py311', 'devel/hunk');
    expect((await recorded()).stdout.split('\n').sort()).toEqual([
      'devel/broken\t\tbroken-1.0.txz\tfailure',
      'devel/hunk\t\t\tfailure',
    ]);
    await dsynth('force', 'devel/flavored');
    expect((await recorded()).stdout.split('\n').sort()).toEqual([
      'devel/broken\t\tbroken-1.0.txz\tfailure',
      'devel/flavored\tpy311\tflavored-py311-1.0.txz\tsuccess',
      'devel/flavored\tpy312\tflavored-py312-1.0.txz\tfailure',
      'devel/hunk\t\t\tfailure',
    ]);
    await envs.sh('env1', 'rm /etc/dsynth/hook_*');
  });
});

test('a second dsynth exits with 1 at once, and the first goes on', async () => {
  await clean();
  await hunk('do-build=\techo >/tmp/building; cat /tmp/go');
  await envs.sh('env1', 'mkfifo /tmp/building /tmp/go');
  const first = execa(DEV_ENV, ['exec', 'env1', '--', 'dsynth', '-y', 'build', 'devel/hunk'], {env: envs.env, reject: false});
  await envs.sh('env1', 'cat /tmp/building');
  for (const directive of ['build', 'frob'])
    expect(await dsynth(directive, 'devel/good')).toMatchObject({
      rc: 1,
      stdout: '',
      stderr: 'main: Another dsynth is using /work/dsynth/build, exiting',
    });
  expect(await log('00_last_results')).toMatch(/^\[000\] START {3}devel\/hunk [^\n]*$/);
  await envs.sh('env1', 'echo >/tmp/go');
  expect((await first).stdout).toContain('SUCCESS devel/hunk');
});
