import {readdir, readFile, symlink} from 'node:fs/promises';
import type {FakeWork} from '../../support/fake-work.ts';
import {patchedWork, SRC} from '../../support/patch-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await patchedWork();
});
afterEach(() => fake.end());
const genpatch = (path: string) => resultOf(fake.context, 'genpatch', {path});
const OUT = '/work/genpatch-out/net_foo';

test('makes the patch, named and labelled by the path below WRKSRC', async () => {
  await resultOf(fake.context, 'dupe', {path: `${SRC}/main_one.c`});
  await fake.put(`${SRC}/main_one.c`, 'long a;\nint b;\nint c;\nint main(void) { return 0; }\n');
  const done = await call(fake.context, 'genpatch', {path: `${SRC}/main_one.c`});
  expect(done.result).toMatchObject({
    ok: true,
    output_dir: OUT,
    generated: 'patch-main__one.c',
    patches: ['patch-main__one.c'],
    patch:
      '--- main_one.c.orig\n+++ main_one.c\n@@ -1,4 +1,4 @@\n-int a;\n+long a;\n int b;\n int c;\n int main(void) { return 0; }\n',
  });
  await fake.put(`${SRC}/src/main.c.orig`, 'x\n');
  expect(await genpatch(`${SRC}/src/main.c`)).toMatchObject({
    generated: 'patch-src_main.c',
    patches: ['patch-main__one.c', 'patch-src_main.c'],
  });
});

test('an added file is a patch against nothing', async () => {
  await resultOf(fake.context, 'dupe', {path: `${SRC}/new.h`});
  await resultOf(fake.context, 'put_file', {path: `${SRC}/new.h`, content: 'int n;\n'});
  expect(await genpatch(`${SRC}/new.h`)).toMatchObject({ok: true, patch: '--- new.h.orig\n+++ new.h\n@@ -0,0 +1 @@\n+int n;\n'});
});

test('a long patch is cut in the result only', async () => {
  await resultOf(fake.context, 'dupe', {path: `${SRC}/main_one.c`});
  await fake.put(`${SRC}/main_one.c`, 'int another_line;\n'.repeat(1000));
  const {patch, hint} = await genpatch(`${SRC}/main_one.c`);
  expect(String(patch)).toHaveLength(8192);
  expect(hint).toContain(`${OUT}/patch-main__one.c`);
  expect((await readFile(fake.at(`${OUT}/patch-main__one.c`), 'utf8')).length).toBeGreaterThan(17_000);
});

test('without a baseline or a difference there is no patch', async () => {
  expect(await genpatch(`${SRC}/main_one.c`)).toMatchObject({ok: false, kind: 'missing', error: expect.stringContaining('dupe')});
  await resultOf(fake.context, 'dupe', {path: `${SRC}/main_one.c`});
  await fake.put(`${OUT}/patch-main__one.c`, 'old');
  expect(await genpatch(`${SRC}/main_one.c`)).toMatchObject({ok: false, kind: 'no_difference'});
  expect(await readdir(fake.at(OUT))).toEqual([]);
});

test('stays in its bounds', async () => {
  expect(await genpatch('/work/DeltaPorts/ports/net/foo/Makefile.DragonFly')).toMatchObject({ok: false, kind: 'outside'});
  await fake.put(`${SRC}/a.orig`, 'x\n');
  await fake.put(`${SRC}/b.c`, 'x\n');
  await symlink('/work/DeltaPorts/ports/net/other/STATUS', fake.at(`${SRC}/a`));
  await symlink('/work/DeltaPorts/ports/net/other/STATUS', fake.at(`${SRC}/b.c.orig`));
  expect(await genpatch(`${SRC}/a`)).toMatchObject({ok: false, kind: 'symlink'});
  expect(await genpatch(`${SRC}/b.c`)).toMatchObject({ok: false, kind: 'missing'});
});
