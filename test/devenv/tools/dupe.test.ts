import {readFile, symlink} from 'node:fs/promises';
import type {FakeWork} from '../../support/fake-work.ts';
import {patchedWork, recompose, SRC} from '../../support/patch-work.ts';
import {resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await patchedWork();
});
afterEach(() => fake.end());
const dupe = (path: string) => resultOf(fake.context, 'dupe', {path});
const read = (path: string) => readFile(fake.at(path), 'utf8');
const MAIN = 'int a;\nint b;\nint c;\nint main(void) { return 0; }\n';

test('copies the current file over a .orig that patch left', async () => {
  await fake.put(`${SRC}/src/main.c.orig`, 'left by patch\n');
  expect(await dupe(`${SRC}/src/main.c`)).toMatchObject({ok: true, path: `${SRC}/src/main.c`});
  expect(await read(`${SRC}/src/main.c.orig`)).toBe(MAIN);
});

test('a second call retains the first baseline, until the work tree is recreated', async () => {
  await dupe(`${SRC}/src/main.c`);
  await fake.put(`${SRC}/src/main.c`, 'edited\n');
  expect(await dupe(`${SRC}/src/main.c`)).toMatchObject({ok: true, stdout_tail: expect.stringContaining('stays the baseline')});
  expect(await read(`${SRC}/src/main.c.orig`)).toBe(MAIN);
  await recompose(fake);
  await fake.put(`${SRC}/src/main.c`, 'other\n');
  await fake.put(`${SRC}/src/main.c.orig`, 'left by patch\n');
  await dupe(`${SRC}/src/main.c`);
  expect(await read(`${SRC}/src/main.c.orig`)).toBe('other\n');
});

test('a file that is to be added has an empty baseline', async () => {
  expect(await dupe(`${SRC}/src/new.c`)).toMatchObject({ok: true});
  expect(await read(`${SRC}/src/new.c.orig`)).toBe('');
});

test('the baseline is without the port patch of the same file', async () => {
  const patch =
    '--- src/main.c.orig\n+++ src/main.c\n@@ -1,4 +1,4 @@\n-int a;\n+long a;\n int b;\n int c;\n int main(void) { return 0; }\n';
  await fake.put('/work/DeltaPorts/ports/net/foo/dragonfly/patch-src_main.c', patch);
  await recompose(fake);
  expect(await read(`${SRC}/src/main.c`)).toMatch(/^long a/);
  expect(await dupe(`${SRC}/src/main.c`)).toMatchObject({
    ok: true,
    stdout_tail: expect.stringContaining('dragonfly/patch-src_main.c'),
  });
  expect(await read(`${SRC}/src/main.c.orig`)).toBe(MAIN);
});

const DRAGONFLY = '/work/DeltaPorts/ports/net/foo/dragonfly';
const diff = (name: string, before: string, after: string) =>
  `--- ${name}.orig\n+++ ${name}\n@@ -1,4 +1,4 @@\n-${before}\n+${after}\n int b;\n int c;\n int main(void) { return 0; }\n`;
const materialize = () => resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});

test('an overlay patch that upstream has already stays in the baseline', async () => {
  // The patch fails, since the source has its change; reversing it works all the same.
  await fake.put(`${DRAGONFLY}/patch-src_main.c`, diff('src/main.c', 'short a;', 'int a;'));
  await materialize();
  expect(await resultOf(fake.context, 'make_patch', {origin: 'net/foo'})).toMatchObject({ok: false});
  expect(await dupe(`${SRC}/src/main.c`)).toMatchObject({ok: true, stdout_tail: expect.stringContaining('not applied')});
  expect(await read(`${SRC}/src/main.c.orig`)).toBe(MAIN);
});

test('after extract no patch leaves the baseline', async () => {
  await fake.put(`${DRAGONFLY}/patch-src_main.c`, diff('src/main.c', 'short a;', 'int a;'));
  await materialize();
  await resultOf(fake.context, 'extract', {origin: 'net/foo'});
  await dupe(`${SRC}/src/main.c`);
  expect(await read(`${SRC}/src/main.c.orig`)).toBe(MAIN);
});

test('where another patch failed, a patch that was applied leaves the baseline, and so does one that was applied in part', async () => {
  const half = `${diff('main_one.c', 'int a;', 'long a;')}@@ -7,2 +7,2 @@\n-nothing like it\n+x\n int z;\n`;
  await fake.put(`${DRAGONFLY}/patch-a`, diff('src/main.c', 'int a;', 'long a;'));
  await fake.put(`${DRAGONFLY}/patch-main__one.c`, half);
  await materialize();
  expect(await resultOf(fake.context, 'make_patch', {origin: 'net/foo'})).toMatchObject({ok: false});
  expect([await read(`${SRC}/src/main.c`), await read(`${SRC}/main_one.c`)]).toEqual([
    expect.stringMatching(/^long a/),
    expect.stringMatching(/^long a/),
  ]);
  expect(await dupe(`${SRC}/src/main.c`)).toMatchObject({stdout_tail: expect.stringContaining('without dragonfly/patch-a')});
  expect(await dupe(`${SRC}/main_one.c`)).toMatchObject({stdout_tail: expect.stringContaining('in part')});
  expect([await read(`${SRC}/src/main.c.orig`), await read(`${SRC}/main_one.c.orig`)]).toEqual([MAIN, MAIN]);
});

test('the patch of a file is that which changes this file only, whatever its name', async () => {
  await fake.put(`${DRAGONFLY}/patch-old-name`, diff('src/main.c', 'int a;', 'long a;'));
  await recompose(fake);
  await dupe(`${SRC}/src/main.c`);
  await fake.put(`${SRC}/src/main.c`, MAIN.replace('int b', 'long b'));
  expect(await resultOf(fake.context, 'genpatch', {path: `${SRC}/src/main.c`})).toMatchObject({generated: 'patch-old-name'});
});

test('stays in the source of the port', async () => {
  await symlink('/work/DeltaPorts/ports/net/other', fake.at(`${SRC}/out`));
  await symlink('/work/DeltaPorts/ports/net/other/STATUS', fake.at(`${SRC}/link`));
  expect(await dupe('/work/DeltaPorts/ports/net/foo/Makefile.DragonFly')).toMatchObject({ok: false, kind: 'outside'});
  expect(await dupe('/work/obj/net/foo/cookie')).toMatchObject({ok: false, kind: 'outside'});
  expect(await dupe(`${SRC}/out/STATUS`)).toMatchObject({ok: false, kind: 'outside'});
  expect(await dupe(`${SRC}/link`)).toMatchObject({ok: false, kind: 'symlink'});
  expect(await dupe(`${SRC}/../../other/x`)).toMatchObject({ok: false, kind: 'outside'});
  expect(await dupe(`${SRC}/src`)).toMatchObject({ok: false, kind: 'is_directory'});
});
