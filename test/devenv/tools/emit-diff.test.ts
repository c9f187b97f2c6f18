import {chmod} from 'node:fs/promises';
import {execa} from 'execa';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const emit = (relpath: string, origin = 'net/foo') => resultOf(fake.context, 'emit_diff', {origin, relpath});
const HOME = '/work/DeltaPorts/ports/net/foo';

test('no change is an empty diff', async () => {
  expect(await emit('')).toMatchObject({
    ok: true,
    rc: 0,
    origin: 'net/foo',
    relpath: '',
    diff: '',
    diff_truncated: false,
    stdout_tail: '',
  });
});

test('shows changed, new, ignored and deleted files', async () => {
  await fake.put(`${HOME}/Makefile.DragonFly`, 'CFLAGS+=\t-DNEW\n');
  await fake.put(`${HOME}/dragonfly/patch-a`, 'a\n');
  await fake.put(`${HOME}/x.orig`, 'ignored\n');
  const {diff} = await emit('');
  expect(diff).toContain('-CFLAGS+=\t-DOLD\n+CFLAGS+=\t-DNEW\n');
  expect(diff).toContain('diff --git a/ports/net/foo/dragonfly/patch-a b/ports/net/foo/dragonfly/patch-a\nnew file mode 100644');
  expect(diff).toContain('+ignored');
  expect((await emit('dragonfly')).diff).not.toContain('CFLAGS');
});

test('of a long diff the start is shown', async () => {
  await fake.put(`${HOME}/dragonfly/patch-a`, 'some line of the new patch\n'.repeat(2000));
  const {diff, ...keys} = await emit('');
  expect(String(diff)).toMatch(/^diff --git /);
  expect(String(diff).length).toBeLessThan(20_000);
  expect(keys).toMatchObject({diff_truncated: true, hint: expect.stringContaining('relpath')});
});

test('leaves neither index nor objects behind', async () => {
  await fake.put(`${HOME}/dragonfly/patch-a`, 'a\n');
  const objects = () => execa('sh', ['-c', 'find "$1" -type f | sort | xargs cksum', 'x', fake.at('/work/DeltaPorts/.git')]);
  const before = (await objects()).stdout;
  await emit('');
  expect((await objects()).stdout).toBe(before);
  expect((await execa('ls', ['-A', fake.work])).stdout).not.toContain('portwright');
});

test('what the tree configures is not run', async () => {
  const config = ['diff.external', 'core.fsmonitor', 'core.pager', 'diff.evil.textconv', 'diff.evil.command'];
  await fake.put('/work/.bin/evil', '#!/bin/sh\ntouch /work/evil-ran\ncat "$@"\n');
  await chmod(fake.at('/work/.bin/evil'), 0o755);
  for (const key of config) await execa('git', ['config', key, '/work/.bin/evil'], {cwd: fake.at('/work/DeltaPorts')});
  await fake.put(`${HOME}/.gitattributes`, '* diff=evil\n');
  await fake.put(`${HOME}/Makefile.DragonFly`, 'x\n');
  expect(await emit('Makefile.DragonFly')).toMatchObject({ok: true, diff: expect.stringContaining('+x')});
  expect((await execa('ls', [fake.work])).stdout).not.toContain('evil-ran');
});

test.each(['../other', '/etc', 'a/../../other', '.git/config', 'a\0'])('refuses relpath %j', async (relpath) => {
  expect(await emit(relpath)).toMatchObject({ok: false, kind: 'outside'});
});

test('a relpath is not a pattern, and the origin is that of the case', async () => {
  await fake.put(`${HOME}/Makefile.DragonFly`, 'x\n');
  expect(await emit('*')).toMatchObject({ok: true, diff: ''});
  expect(await emit('', 'net/other')).toMatchObject({ok: false, kind: 'other_origin'});
});
