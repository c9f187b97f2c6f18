import {readdir, readFile, rm} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const MAKEFILE = '/work/DeltaPorts/ports/net/foo/Makefile.DragonFly';
const FLAG = '.dports-agent-hooks-disabled';

async function composed() {
  const {effects} = await call(fake.context, 'materialize_dports', {origin: 'net/foo'});
  return {...fake.context, composedTree: effects?.composedTree ?? 'none'};
}
const build = (context: typeof fake.context) => call(context, 'dsynth_build', {origin: 'net/foo'});

test('without a compose, or with an edit after it, nothing is built', async () => {
  expect((await build(fake.context)).result).toMatchObject({ok: false, blocked_by: 'stale_compose'});
  const context = await composed();
  await fake.put('/work/DeltaPorts/ports/net/foo/dragonfly/patch-new', 'x\n');
  const stale = await build(context);
  expect(stale.result).toMatchObject({
    ok: false,
    blocked_by: 'stale_compose',
    error: expect.stringContaining('materialize_dports'),
  });
  expect(stale.effects).toBeUndefined();
  await expect(readFile(fake.at('/work/dsynth/calls'))).rejects.toThrow();
});

test('builds as the proof does, with the hooks disabled', async () => {
  await fake.put(MAKEFILE, 'FIXED=1\n');
  const done = await build(await composed());
  expect(done.result).toMatchObject({ok: true, rc: 0, origin: 'net/foo', rebuild_ok: true});
  expect(done.effects).toEqual({rebuildOk: true});
  expect(await readFile(fake.at('/work/dsynth/calls'), 'utf8')).toBe(
    'dsynth -S -y -p fake test net/foo; flag: /work/.dports-agent-hooks-disabled\n',
  );
  expect(await readdir(fake.work)).not.toContain(FLAG);
});

test('a failure brings the first errors of the log, with the way to more', async () => {
  const done = await build(await composed());
  expect(done.result).toMatchObject({ok: false, rc: 1, rebuild_ok: false, log_path: '/work/dsynth/logs/net___foo.log'});
  expect(done.result.findings).toMatch(/^1\. line \d+, .*compiler\n(.*\n)*?> .*error: 'X' undeclared/m);
  const line = Number(/line (\d+)/.exec(String(done.result.findings))?.[1]);
  const log = (await readFile(fake.at('/work/dsynth/logs/net___foo.log'), 'utf8')).split('\n');
  expect(log[line - 1]).toContain("error: 'X' undeclared");
  expect(JSON.stringify(done.result).length).toBeLessThan(1500);
  expect(done.effects).toEqual({rebuildOk: false, errorSignature: expect.stringMatching(/^[0-9a-f]{16}$/)});
  expect(await readdir(fake.work)).not.toContain(FLAG);
});

test('of a long failure no more than 3 KB is shown', async () => {
  const failed = [
    '-- Phase: build',
    ...Array.from(
      {length: 40},
      (_, at) =>
        `cc -O2 ${'-DSOME_OPTION '.repeat(30)} -c file${at}.c\nfile${at}.c:${at}:1: error: unknown type name 'thing${at}_t'`,
    ),
    '*** Error code 1',
    'FAILED 00:00:01',
    '',
  ].join('\n');
  await fake.put('/work/failed.log', failed);
  await fake.put(
    '/work/.bin/dsynth',
    '#!/bin/sh\ncp /work/failed.log /work/dsynth/logs/net___foo.log\n: >/work/dsynth/logs/01_success_list.log\ni=0; while [ $i -lt 200 ]; do echo "words of dsynth $i"; i=$((i+1)); done; exit 1\n',
  );
  const {result} = await build(await composed());
  expect(result).toMatchObject({
    findings: expect.stringContaining("file0.c:0:1: error: unknown type name 'thing0_t'"),
    total_lines: 83,
  });
  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThanOrEqual(3072);
});

test('the first error of a long log is found, in its phase and with its line', async () => {
  await fake.put(
    '/work/.bin/dsynth',
    `#!/bin/sh
: >/work/dsynth/logs/01_success_list.log
{ echo '-- Phase: build'; echo "early.c:1:1: error: 'FIRST' undeclared"
i=0; while [ $i -lt 11 ]; do awk 'BEGIN {for (i = 0; i < 20000; i++) print "cc -O2 -pipe -c file" i ".c -o file" i ".o and more"}'; i=$((i + 1)); done
echo '*** Error code 1'; echo 'FAILED 00:00:01'; } >/work/dsynth/logs/net___foo.log
exit 1
`,
  );
  const {result} = await build(await composed());
  expect(result).toMatchObject({total_lines: 220_004, log_path: '/work/dsynth/logs/net___foo.log'});
  expect(result.findings).toMatch(/in phase build, lines 1 to 220004 of 220004\.\n\n1\. line 2, build, compiler\n/);
  expect(result.log_tail).toMatch(/FAILED 00:00:01\n$/);
});

test('an ignored port is not a built one, though dsynth exits 0', async () => {
  await build(await composed());
  await fake.put(MAKEFILE, 'IGNORE=\tno\n');
  expect((await build(await composed())).result).toMatchObject({
    ok: false,
    rebuild_ok: false,
    stderr_tail: expect.stringContaining('neither as built nor as failed, ignored or skipped'),
    findings: '',
  });
});

test.each([
  [
    '02_failure_list.log',
    '[003] FAILURE net/foo 3      build 00:00:10',
    /dsynth failed to build net\/foo: .*Its log is .*net___foo\.log/,
  ],
  ['03_ignored_list.log', '[000] IGNORED net/foo 0 ', /dsynth ignored net\/foo/],
  ['04_skipped_list.log', '[000] SKIPPED net/foo ', /dsynth skipped net\/foo/],
])('a port in %s is reported as what it is, though dsynth exits 0 as always', async (list, line, why) => {
  await fake.put(
    '/work/.bin/dsynth',
    `#!/bin/sh\ncd /work/dsynth/logs\n: >01_success_list.log\necho '*** Error code 1' >net___foo.log\nprintf '%-80s\\n' '${line}' >${list}\n`,
  );
  const {result} = await build(await composed());
  expect(result).toMatchObject({ok: false, rebuild_ok: false, stderr_tail: expect.stringMatching(why)});
});

test('a port that make cannot read brings what make wrote, without the colors of dsynth', async () => {
  await fake.put(
    '/work/.bin/dsynth',
    `#!/bin/sh
cd /work/dsynth/logs
: >01_success_list.log
printf 'net/foo: make: "/x/Makefile" line 3: Malformed conditional\\nnet/bar: other\\n' >00_last_results.log
printf '\\033[0;31munable to continue, aborting\\n\\033[0;39m'
exit 1
`,
  );
  const {result} = await build(await composed());
  expect(result).toMatchObject({
    ok: false,
    rebuild_ok: false,
    stdout_tail: expect.stringMatching(/^unable to continue, aborting\n+$/),
  });
  expect(result.stderr_tail).toMatch(/net\/foo: make: .* line 3: Malformed conditional\n$/);
});

test('while another build runs, an error names it, and the call may be repeated', async () => {
  await fake.put('/work/dsynth/logs/00_last_results.log', '[000] START   net/bar   idep=00\n');
  await fake.put(
    '/work/.bin/dsynth',
    '#!/bin/sh\necho "main: Another dsynth is using /work/dsynth/build, exiting" >&2\nexit 1\n',
  );
  const context = {...(await composed()), buildIdleSeconds: 3};
  await fake.put(`/work/${FLAG}`, '');
  const done = await build(context);
  expect(done.result).toMatchObject({ok: false, kind: 'another_build', error: expect.stringContaining('it builds net/bar')});
  expect(done.effects).toBeUndefined();
  // It is the other build's.
  expect(await readdir(fake.work)).toContain(FLAG);
  await rm(fake.at(`/work/${FLAG}`));
  await build(context);
  expect(await readdir(fake.work)).not.toContain(FLAG);
});

test('a build that ends soon is waited for', async () => {
  await fake.put(MAKEFILE, 'FIXED=1\n');
  const own = await readFile(fake.at('/work/.bin/dsynth'), 'utf8');
  const busy = 'if [ ! -e /work/tried ]; then : >/work/tried; echo "main: Another dsynth is using /x, exiting" >&2; exit 1; fi';
  await fake.put('/work/.bin/dsynth', own.replace('\n', `\n${busy}\n`));
  expect((await build(await composed())).result).toMatchObject({ok: true, rebuild_ok: true});
});

test('a flavor is passed to the build', async () => {
  await fake.put(MAKEFILE, 'FIXED=1\n');
  const done = await build({...(await composed()), flavor: 'py311'});
  expect(done.result).toMatchObject({ok: true});
  expect(await readFile(fake.at('/work/dsynth/calls'), 'utf8')).toContain('test net/foo@py311;');
});

/** Replaces dsynth by one that prints this log; it lists the port as built if `isBuilt`. */
async function dsynthWith(log: string, isBuilt: boolean): Promise<void> {
  await fake.put('/work/built.log', log);
  const success = isBuilt ? 'echo "[001] SUCCESS net/foo" >01_success_list.log' : ': >01_success_list.log; exit 1';
  await fake.put('/work/.bin/dsynth', `#!/bin/sh\ncd /work/dsynth/logs\ncp /work/built.log net___foo.log\n${success}\n`);
}

test('orphaned and missing plist entries are a failure that names them', async () => {
  const log = [
    '-- Phase: check-plist',
    'Error: Orphaned: bin/foo',
    'Error: Orphaned: share/foo/a',
    'Error: Missing: lib/libold.so',
    '===> Error: Plist issues found.',
    '*** Error code 1',
    '',
  ].join('\n');
  await dsynthWith(log, false);
  expect((await build(await composed())).result).toMatchObject({
    rebuild_ok: false,
    orphaned: ['bin/foo', 'share/foo/a'],
    missing: ['lib/libold.so'],
  });
});

test('a build whose log shows no verified checksum is none, as in a proof', async () => {
  await fake.put('/work/freebsd-ports/net/foo/distinfo', `SHA256 (foo-1.0.tar.gz) = ${'0'.repeat(64)}\n`);
  await dsynthWith('built\n', true);
  expect(await build(await composed())).toMatchObject({
    result: {ok: false, rebuild_ok: false, error: expect.stringContaining('foo-1.0.tar.gz')},
    effects: {rebuildOk: false},
  });
  await dsynthWith('=> SHA256 Checksum OK for foo-1.0.tar.gz.\n', true);
  expect((await build(await composed())).result).toMatchObject({ok: true, rebuild_ok: true});
});

test('has what the guard finds in the present diff, and what is accepted instead', async () => {
  await fake.put(MAKEFILE, 'FIXED=1\n');
  const found = [
    {rule: 'hiding', severity: 'refuse' as const, path: MAKEFILE, reason: 'It sets BROKEN.'},
    {rule: 'large', severity: 'note' as const, path: MAKEFILE, reason: 'It has many lines.'},
  ];
  const context = await composed();
  const done = await build({...context, judge: async () => found});
  expect(done.result).toMatchObject({
    rebuild_ok: true,
    guard: expect.stringMatching(/^- refuse, rule hiding, .*BROKEN\.\n- hiding: /),
  });
  expect(done.result.guard).not.toContain('large');
  await fake.put(MAKEFILE, 'OTHER=1\n');
  const failed = await build({...(await composed()), judge: async () => found});
  expect(failed.result).toMatchObject({rebuild_ok: false, guard: expect.stringContaining('hiding')});
  expect((await build({...(await composed()), judge: async () => []})).result).not.toHaveProperty('guard');
});

test('is ended by its limits', async () => {
  await fake.put('/work/.bin/dsynth', '#!/bin/sh\necho started\nsleep 100\n');
  const done = await build({...(await composed()), buildIdleSeconds: 0.5});
  expect(done.result).toMatchObject({
    ok: false,
    rebuild_ok: false,
    timed_out: 'idle',
    error: expect.stringContaining('no output'),
  });
});
