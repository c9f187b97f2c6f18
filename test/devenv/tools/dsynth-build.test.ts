import {readdir, readFile} from 'node:fs/promises';
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
