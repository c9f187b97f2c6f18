import {chmod, lstat, readdir, readFile, rm, symlink} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const HOME = '/work/DeltaPorts/ports/net/foo';
const FRAGMENT = `${HOME}/Makefile.DragonFly`;
const revert = (path: string) => resultOf(fake.context, 'revert_file', {path});

test('puts a changed or deleted file back, with its mode', async () => {
  await fake.put(FRAGMENT, 'CFLAGS+=\t-DNEW\n');
  await chmod(fake.at(FRAGMENT), 0o755);
  const {result, effects} = await call(fake.context, 'revert_file', {path: FRAGMENT});
  expect(result).toMatchObject({ok: true, path: FRAGMENT, reverted: true, size: 15});
  expect(effects).toEqual({edited: true});
  expect(await readFile(fake.at(FRAGMENT), 'utf8')).toBe('CFLAGS+=\t-DOLD\n');
  expect((await lstat(fake.at(FRAGMENT))).mode & 0o777).toBe(0o644);
  await rm(fake.at(FRAGMENT));
  expect(await revert(FRAGMENT)).toMatchObject({ok: true, reverted: true});
  expect(await resultOf(fake.context, 'emit_diff', {origin: 'net/foo', relpath: ''})).toMatchObject({diff: ''});
  expect((await readdir(fake.work)).filter((name) => name.startsWith('.portwright'))).toEqual([]);
});

test('a new file is deleted, with the statements that use it', async () => {
  await fake.put(`${HOME}/overlay.dops`, 'port net/foo\nfile materialize dragonfly/patch-a -> dragonfly/patch-a\n');
  await fake.put(`${HOME}/dragonfly/patch-a`, 'x\n');
  expect(await revert(`${HOME}/dragonfly/patch-a`)).toMatchObject({ok: true, deleted: true});
  expect(await readFile(fake.at(`${HOME}/overlay.dops`), 'utf8')).toBe('port net/foo\n');
  expect(await readdir(fake.at(HOME))).toEqual(['Makefile.DragonFly', 'overlay.dops']);
});

test('only files of the overlay are put back, and none through a link', async () => {
  expect(await revert('/work/obj/net/foo/main.c')).toMatchObject({ok: false, kind: 'outside'});
  expect(await revert('/work/DeltaPorts/ports/net/other/STATUS')).toMatchObject({ok: false, kind: 'outside'});
  expect(await revert(HOME)).toMatchObject({ok: false, kind: 'outside'});
  expect(await revert(`${HOME}/*`)).toMatchObject({ok: false, kind: 'missing'});
  await rm(fake.at(FRAGMENT));
  await symlink('/work/DeltaPorts/ports/net/other/STATUS', fake.at(FRAGMENT));
  expect(await revert(FRAGMENT)).toMatchObject({ok: false, kind: 'symlink'});
  expect(await readFile(fake.at('/work/DeltaPorts/ports/net/other/STATUS'), 'utf8')).toBe('PORT\n');
});
