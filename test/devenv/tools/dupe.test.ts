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
