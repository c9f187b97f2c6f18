import {type ChildProcess, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, readFileSync, symlinkSync} from 'node:fs';
import {basename, join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {jest} from '@jest/globals';
import {appears, BuildHost, failureOf, names, read} from './build-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(60_000);

let host: BuildHost;
beforeEach(() => {
  host = new BuildHost();
});
afterEach(() => host.remove());

test('a failure becomes a complete bundle and one request', async () => {
  host.write('logs/devel___foo.log', 'line 1\nfoo.c:3:1: error: no such thing\n');
  host.write('etc/dsynth.ini', '[LiveSystem]\n');
  host.write('etc/LiveSystem-make.conf', 'WITH=1\n');
  const composed = {
    Makefile: 'PORTNAME=foo\n',
    'Makefile.DragonFly': 'USES+=x\n',
    'files/patch-a b.c': '--- a\n',
    distinfo: 'SHA256\n',
  };
  const overlay = {STATUS: 'PORT\n', 'dragonfly/patch-x': '+++ b\n', 'diffs/Makefile.diff': '---\n', 'overlay.dops': 'port x\n'};
  for (const [name, text] of Object.entries(composed)) host.write(`ports/devel/foo/${name}`, text);
  for (const [name, text] of Object.entries(overlay)) host.write(`DeltaPorts/ports/devel/foo/${name}`, text);
  expect(host.run('hook_run_start', {PORTS_QUEUED: '1'})).toEqual({status: 0, stderr: ''});
  expect(host.fail()).toEqual({status: 0, stderr: ''});

  const dir = host.bundle();
  expect(dir).toMatch(/\/runs\/run-LiveSystem-\d{8}-\d{6}Z-\d+\/ports\/devel_foo-\d{8}-\d{6}Z$/);
  for (const [name, text] of Object.entries(composed)) expect(read(join(dir, 'port', name))).toBe(text);
  for (const [name, text] of Object.entries(overlay)) expect(read(join(dir, 'overlay', name))).toBe(text);
  expect(read(join(dir, 'dsynth.ini'))).toBe('[LiveSystem]\n');
  expect(read(join(dir, 'LiveSystem-make.conf'))).toBe('WITH=1\n');
  expect(read(join(dir, 'logfile.txt'))).toBe(`logfile=${host.logs}/devel___foo.log\n`);
  expect(existsSync(join(dir, 'capture_notes.txt'))).toBe(false);
  const meta = read(join(dir, 'meta.txt'))
    .split('\n')
    .map((line) => line.split('='));
  expect(meta.map(([key]) => key)).toEqual([
    ...['ts_utc', 'result', 'origin', 'origin_base', 'flavor', 'pkgname', 'profile', 'dir_logs', 'dir_ports', 'dir_buildbase'],
    ...['dir_packages', 'dir_repository', 'dir_options', 'dir_distfiles', 'target', ''],
  ]);
  expect(Object.fromEntries(meta)).toMatchObject({
    result: 'failure',
    origin: 'devel/foo',
    pkgname: 'foo-1.0.txz',
    target: '@LiveSystem',
  });

  const [job, ...others] = host.jobs();
  expect(others).toEqual([]);
  const ts = basename(dir).slice('devel_foo-'.length);
  expect(job).toMatch(new RegExp(`^${ts}-LiveSystem-devel_foo-\\d+\\.job$`));
  expect(read(join(host.evidence, 'queue/pending', job ?? ''))).toBe(
    `type=report\ncreated_ts_utc=${ts}\nprofile=LiveSystem\norigin=devel/foo\nflavor=devel/foo\n` +
      `run_id=${basename(join(dir, '../..'))}\nbundle_id=${basename(dir)}\ntarget=@LiveSystem\n`,
  );
  await appears(join(dir, 'logs/full.log.gz'));
  expect(gunzipSync(readFileSync(join(dir, 'logs/full.log.gz'))).toString()).toBe('line 1\nfoo.c:3:1: error: no such thing\n');
  expect(host.log()).toBe('');
});

test('a flavor is in the ids and in the name of the log; a link, a big file and a work directory stay out', () => {
  host.write('logs/devel___foo@py311.log', 'x\n');
  host.write('ports/devel/foo/big', Buffer.alloc(1_048_577));
  host.write('ports/devel/foo/work/obj.o', 'x');
  host.write('ports/devel/foo/Makefile', 'X=1\n');
  symlinkSync('/etc/passwd', join(host.top, 'ports/devel/foo/pkg-descr'));
  host.fail({FLAVOR: 'py311'});
  const dir = host.bundle();
  expect(basename(dir)).toMatch(/^devel_foo@py311-\d/);
  expect(host.jobs()[0]).toMatch(/-LiveSystem-devel_foo-@py311-\d+\.job$/);
  expect(read(join(dir, 'meta.txt'))).toContain('\nflavor=py311\n');
  expect(host.errors()).toContain('== Tail (last 200 lines) ==\nx\n');
  expect(names(join(dir, 'port'))).toEqual(['Makefile']);
  expect(read(join(dir, 'capture_notes.txt'))).toMatch(/port\/big: 1048577 bytes/);
  expect(read(join(dir, 'capture_notes.txt'))).toMatch(/port\/pkg-descr -> \/etc\/passwd: is a link/);
});

test('twenty failures of one port at once give twenty bundles and twenty requests', async () => {
  host.write('logs/devel___foo.log', 'x\n');
  const hooks = Array.from({length: 20}, () => host.start('hook_pkg_failure', failureOf('devel/foo')));
  const codes = await Promise.all(hooks.map(async (hook) => (await once(hook, 'exit'))[0]));
  expect(codes).toEqual(Array(20).fill(0));
  const ids = host.bundles().map((dir) => basename(dir));
  expect(new Set(ids).size).toBe(20);
  expect(ids.every((id) => /^devel_foo-\d{8}-\d{6}Z(-\d+)?$/.test(id))).toBe(true);
  const asked = host.jobs().map((job) => /bundle_id=(.*)/.exec(read(join(host.evidence, 'queue/pending', job)))?.[1]);
  expect(asked.sort()).toEqual(ids.sort());
});

test.each(['../../etc', 'devel/../../x', 'devel', '/abs/port', 'devel/.hidden', 'a/b/c', 'devel/foo;id', ''])(
  'ORIGIN %j makes no path',
  (origin) => {
    expect(host.run('hook_pkg_failure', failureOf(origin)).status).toBe(0);
    expect(host.bundles()).toEqual([]);
    expect(host.jobs()).toEqual([]);
    expect(host.log()).toContain('ORIGIN must be category/port');
  },
);

test('a value with a newline forges no further key', () => {
  host.fail({PKGNAME: 'foo\norigin=evil/port'});
  expect(read(join(host.bundle(), 'meta.txt'))).toContain('\npkgname=fooorigin=evil/port\n');
});

test('a hook that is killed while it works leaves no half bundle', async () => {
  spawnSync('mkfifo', [join(host.top, 'fifo')]);
  // The copied ports tree: `ls` of the hook waits on a fifo in its place, so that the kill hits the middle for sure.
  host.write('logs/devel___foo.log', 'x\n');
  const common = join(host.etc, 'hook_common.sh');
  host.write('etc/hook_common.sh', `${read(common)}\nls() { echo here >${host.top}/fifo; sleep 600; }\n`);
  host.write('etc/hook_evidence.sh', read(join(host.etc, 'hook_evidence.sh')).replace('-exec ls -ln {} +', '-print | ls'));
  host.write('ports/devel/foo/Makefile', 'x\n');
  const hook: ChildProcess = host.start('hook_pkg_failure', failureOf('devel/foo'));
  expect(readFileSync(join(host.top, 'fifo'), 'utf8')).toBe('here\n');
  process.kill(-(hook.pid ?? 0), 'SIGKILL');
  await once(hook, 'exit');
  expect(host.bundles().map((dir) => basename(dir))).toEqual([expect.stringMatching(/^\.devel_foo-/)]);
  expect(host.jobs()).toEqual([]);
});
