import {mkdir, readdir, readFile, rm, symlink} from 'node:fs/promises';
import type {ToolContext} from '../../../src/devenv/tools/tool.ts';
import type {FakeWork} from '../../support/fake-work.ts';
import {patchedWork, recompose, SRC} from '../../support/patch-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

const OVERLAY = '/work/DeltaPorts/ports/net/foo';
const PATCH = `${OVERLAY}/dragonfly/patch-src_main.c`;
const MAIN = 'int a;\nint b;\nint c;\nint main(void) { return 0; }\n';
const path = `${SRC}/src/main.c`;

let fake: FakeWork;
beforeEach(async () => {
  fake = await patchedWork();
});
afterEach(() => fake.end());
const read = (file: string) => readFile(fake.at(file), 'utf8');
const edit = (old_text: string, new_text: string, more: object = {}) => ({old_text, new_text, ...more});
const patch = (edits: readonly object[], context: ToolContext = fake.context, file = path) =>
  resultOf(context, 'patch_source', {path: file, edits});

/** Makes the port's overlay one with these files only. */
async function overlay(files: Readonly<Record<string, string>>): Promise<void> {
  await rm(fake.at(OVERLAY), {recursive: true, force: true});
  for (const [name, text] of Object.entries(files)) await fake.put(`${OVERLAY}/${name}`, text);
  await recompose(fake);
}

/** Text of every file of the overlay and the work tree. */
async function everything(): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  await mkdir(fake.at(OVERLAY), {recursive: true});
  for (const top of [OVERLAY, SRC, '/work/genpatch-out'])
    for (const entry of await readdir(fake.at(top), {recursive: true, withFileTypes: true}))
      if (entry.isFile())
        files[`${entry.parentPath}/${entry.name}`] = await readFile(`${entry.parentPath}/${entry.name}`, 'utf8');
  return files;
}

test('edits a source file, and installs its patch in a compat overlay', async () => {
  const done = await call(fake.context, 'patch_source', {path, edits: [edit('int a;', 'long a;'), edit('int c;', 'long c;')]});
  const text =
    '--- src/main.c.orig\n+++ src/main.c\n@@ -1,4 +1,4 @@\n-int a;\n+long a;\n int b;\n-int c;\n+long c;\n int main(void) { return 0; }\n';
  expect(done).toMatchObject({
    result: {
      ok: true,
      path,
      installed: PATCH,
      patch: text,
      edits: [
        {line: 1, matched: 'exact'},
        {line: 3, matched: 'exact'},
      ],
    },
    effects: {edited: true},
    summary: 'ports/net/foo/dragonfly/patch-src_main.c',
  });
  expect([await read(PATCH), await read(path), await read(`${path}.orig`)]).toEqual([
    text,
    'long a;\nint b;\nlong c;\nint main(void) { return 0; }\n',
    MAIN,
  ]);
  expect(await readdir(fake.at(OVERLAY))).not.toContain('overlay.dops');
});

test('another call on the same file extends the same patch, also in a new work tree', async () => {
  await patch([edit('int a;', 'long a;')]);
  expect(await patch([edit('int b;', 'long b;')])).toMatchObject({
    ok: true,
    patch: expect.stringContaining('+long a;\n+long b;'),
  });
  await recompose(fake);
  expect(await patch([edit('int c;', 'long c;')])).toMatchObject({
    ok: true,
    patch: expect.stringContaining('-int a;\n-int b;\n-int c;\n+long a;\n+long b;\n+long c;'),
    baseline: expect.stringContaining('without dragonfly/patch-src_main.c'),
  });
  expect(await readdir(fake.at(`${OVERLAY}/dragonfly`))).toEqual(['patch-src_main.c']);
  await recompose(fake);
  expect(await read(path)).toMatch(/^long a;\nlong b;\nlong c;/);
});

test('from the first edit to a build it takes one call, a compose and the build', async () => {
  await overlay({'Makefile.DragonFly': 'FIXED=1\n'});
  expect(await patch([edit('int a;', 'long a;')])).toMatchObject({ok: true});
  const {effects} = await call(fake.context, 'materialize_dports', {origin: 'net/foo'});
  const context = {...fake.context, composedTree: effects?.composedTree ?? ''};
  expect(await resultOf(context, 'dsynth_build', {origin: 'net/foo'})).toMatchObject({rebuild_ok: true});
});

test('a port without an overlay gets overlay.dops with the line for the patch; an overlay.dops gets the line once', async () => {
  await overlay({});
  expect(await patch([edit('int a;', 'long a;')])).toMatchObject({ok: true, note: expect.stringContaining('was created')});
  const line = 'file materialize dragonfly/patch-src_main.c -> dragonfly/patch-src_main.c\n';
  expect(await read(`${OVERLAY}/overlay.dops`)).toMatch(new RegExp(`^port net/foo\n[^]*${line}$`));
  expect(await patch([edit('int b;', 'long b;')])).not.toHaveProperty('note');
  expect((await read(`${OVERLAY}/overlay.dops`)).split(line)).toHaveLength(2);
});

test('nothing is changed where an edit does not match, and the refusal has the place', async () => {
  const before = await everything();
  const good = edit('int a;', 'long a;');
  expect(await patch([good, edit('int x;', 'long x;')])).toMatchObject({
    ok: false,
    kind: 'not_found',
    error: expect.stringMatching(/^edits\[1\]: old_text is not in/),
  });
  expect(await patch([good, edit('int', 'long')])).toMatchObject({ok: false, kind: 'not_unique'});
  expect(await patch([edit('int a;', 'int a;')])).toMatchObject({ok: false, kind: 'bad_arguments'});
  expect(await patch([edit('', 'x')])).toMatchObject({ok: false, kind: 'bad_arguments'});
  expect(await everything()).toEqual(before);
  expect(await patch([edit('int', 'long', {all: true})])).toMatchObject({ok: true, edits: [{line: 1, count: 4}]});
  expect(await read(path)).toBe(MAIN.replaceAll('int', 'long'));
});

test('nothing is changed where the overlay takes no patch', async () => {
  const ofDops = {...fake.context, overlayForm: 'dops' as const};
  const before = await everything();
  expect(await patch([edit('int a;', 'long a;')], ofDops)).toMatchObject({ok: false, kind: 'compat_refused'});
  await symlink('/work/DeltaPorts/ports/net/other', fake.at(`${OVERLAY}/dragonfly`));
  expect(await patch([edit('int a;', 'long a;')])).toMatchObject({ok: false, kind: 'symlink'});
  await rm(fake.at(`${OVERLAY}/dragonfly`));
  expect(await everything()).toEqual(before);
  await fake.put(`${OVERLAY}/overlay.dops`, "port net/foo\nmk target set x <<'END'\n\tfalse\n");
  const broken = await everything();
  expect(await patch([edit('int a;', 'long a;')])).toMatchObject({ok: false, kind: 'dops_errors'});
  expect(await everything()).toEqual(broken);
});

test('what was written is put back where a later write fails', async () => {
  await overlay({});
  const before = await everything();
  // The list of stored baselines is written after overlay.dops and the patch.
  await mkdir(fake.at('/work/obj/net/foo/.portwright-duped'));
  expect(await patch([edit('int a;', 'long a;')])).toMatchObject({
    ok: false,
    error: expect.stringMatching(/^nothing was changed/),
  });
  expect(await everything()).toEqual(before);
  expect((await readdir(fake.work)).filter((name) => name.startsWith('.portwright-tmp'))).toEqual([]);
});

test('a repeated call of a killed worker is answered as the first one was', async () => {
  const once = {...fake.context, call: {key: 'a'.repeat(32), again: false}};
  const first = await patch([edit('int a;', 'long a;')], once);
  const again = await patch([edit('int a;', 'long a;')], {...once, call: {...once.call, again: true}});
  expect(again).toMatchObject({ok: true, installed: first.installed, patch: first.patch});
  expect(await read(path)).toMatch(/^long a;\nint b/);
});

test('a file is added by one edit with an empty old_text', async () => {
  const added = `${SRC}/src/compat.h`;
  expect(await patch([edit('', 'int n;\n')], fake.context, added)).toMatchObject({
    ok: true,
    patch: '--- src/compat.h.orig\n+++ src/compat.h\n@@ -0,0 +1 @@\n+int n;\n',
  });
  await recompose(fake);
  expect(await read(added)).toBe('int n;\n');
  expect(await patch([edit('x', 'y')], fake.context, `${SRC}/src/none.h`)).toMatchObject({ok: false, kind: 'missing'});
});

test('edits that lead back to the baseline are refused with the call that drops the patch', async () => {
  await patch([edit('int a;', 'long a;')]);
  expect(await patch([edit('long a;', 'int a;')])).toMatchObject({
    ok: false,
    kind: 'no_difference',
    error: expect.stringContaining(`delete_file of ${PATCH}`),
  });
  expect(await read(path)).toMatch(/^long a/);
});

test('of a long patch the hunks near the edits are shown', async () => {
  await fake.put(path, Array.from({length: 4000}, (_, at) => `int number_${at}_of_a_long_file;\n`).join(''));
  const most = Array.from({length: 90}, (_, at) => edit(`int number_${at * 40}_`, `long number_${at * 40}_`));
  expect(await patch(most)).toMatchObject({ok: true, hint: expect.stringContaining('90 hunks')});
  const {patch: shown, hint} = await patch([edit('int number_3999_', 'long number_3999_')]);
  expect(shown).toMatch(/^--- src\/main.c.orig\n\+\+\+ src\/main.c\n@@ -3997,4 \+3997,4 @@/);
  expect(String(shown).match(/^@@ /gm)).toHaveLength(1);
  expect(hint).toContain('91 hunks');
});

test('stays in the source of the port, and needs its work tree', async () => {
  await symlink('/work/DeltaPorts/ports/net/other', fake.at(`${SRC}/out`));
  const one = [edit('PORT', 'x')];
  expect(await patch(one, fake.context, `${OVERLAY}/Makefile.DragonFly`)).toMatchObject({ok: false, kind: 'outside'});
  expect(await patch(one, fake.context, '/work/obj/net/foo/cookie')).toMatchObject({ok: false, kind: 'outside'});
  expect(await patch(one, fake.context, `${SRC}/out/STATUS`)).toMatchObject({ok: false, kind: 'outside'});
  await rm(fake.at('/work/obj/net/foo'), {recursive: true});
  await mkdir(fake.at('/work/obj/net/foo/foo-2'), {recursive: true});
  const gone = await patch(one, fake.context, '/work/obj/net/foo/foo-2/x.c');
  expect(gone).toMatchObject({ok: false, kind: 'missing', error: expect.stringContaining('make_patch')});
});
