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

test('forces the build of this port, with the hooks disabled', async () => {
  await fake.put(MAKEFILE, 'FIXED=1\n');
  const done = await build(await composed());
  expect(done.result).toMatchObject({ok: true, rc: 0, origin: 'net/foo', rebuild_ok: true});
  expect(done.effects).toEqual({rebuildOk: true});
  expect(await readFile(fake.at('/work/dsynth/calls'), 'utf8')).toBe(
    'dsynth -S -y -p fake force net/foo; flag: /work/.dports-agent-hooks-disabled\n',
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
  expect(result).toMatchObject({ok: false, rebuild_ok: false, stdout_tail: 'unable to continue, aborting\n'});
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
  expect(await readFile(fake.at('/work/dsynth/calls'), 'utf8')).toContain('force net/foo@py311;');
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
