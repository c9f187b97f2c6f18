import {readdir, readFile, rm, symlink} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const HOME = '/work/DeltaPorts/ports/net/foo';
const OTHER = '/work/DeltaPorts/ports/net/other';
const PATCH = '--- a.orig\n+++ a\n@@ -1 +1 @@\n-x\n+y\n';
const MATERIALIZE = 'file materialize dragonfly/patch-b.c -> dragonfly/patch-b.c';
const put = (path: string, content = /diff$|patch-/.test(path) ? PATCH : 'x\n') =>
  resultOf(fake.context, 'put_file', {path: `${HOME}/${path}`, content});
const dops = (more = '') => fake.put(`${HOME}/overlay.dops`, `port net/foo\ntype port\ntarget @any\n${more}`);
const read = (path: string) => readFile(fake.at(path), 'utf8');
/** A port with nothing but STATUS. */
const other = () => ({...fake.context, origin: 'net/other'});

test.each([
  [
    'Makefile.DragonFly',
    'USES+=\talias ssl\n',
    'mk add USES alias\nmk add USES ssl',
    {blocked_by: 'compat_makefile_authoring_lock'},
  ],
  ['Makefile.DragonFly.main', 'A=\n.if 1\nB:=\tc\n.endif\n', 'mk unset A\nmk block set condition "1" <<\'MK\'\nB:=\tc\nMK', {}],
  ['diffs/REMOVE', 'files/patch-a\n', 'file remove files/patch-a', {}],
  [
    'diffs/Makefile.diff',
    '--- Makefile.orig\n+++ Makefile\n@@ -1 +1 @@\n-x\n+y\n',
    'text replace-once file Makefile from "x" to "y"',
    {},
  ],
])(
  '%s is not written where overlay.dops counts, and the statements for the same change are named',
  async (path, content, form, more) => {
    await dops('# patch apply diffs/Makefile.diff\n');
    const refusal = {ok: false, kind: 'dops_overlay', error: expect.stringContaining(form), ...more};
    expect(await put(path, content)).toMatchObject(refusal);
    expect(await resultOf(other(), 'put_file', {path: `${OTHER}/${path}`, content})).toMatchObject(refusal);
    const replaced = {path: `${HOME}/Makefile.DragonFly`, old_text: '-DOLD', new_text: '-DNEW'};
    expect(await resultOf(fake.context, 'replace_in_file', replaced)).toMatchObject({ok: false, kind: 'dops_overlay'});
    expect(await read(`${HOME}/Makefile.DragonFly`)).toBe('CFLAGS+=\t-DOLD\n');
    expect(await readdir(fake.at(HOME))).toEqual(['Makefile.DragonFly', 'overlay.dops']);
    expect(await readdir(fake.at(OTHER))).toEqual(['STATUS']);
  },
);

test('a diff that overlay.dops applies, overlay.dops itself and other files are written', async () => {
  await dops('patch apply diffs/Makefile.diff\n');
  expect(await put('diffs/Makefile.diff')).toMatchObject({ok: true});
  expect(await put('newport/Makefile')).toMatchObject({ok: true});
  expect(await put('overlay.dops', 'port net/foo\nmk add\n')).toMatchObject({
    ok: true,
    errors: [expect.stringContaining('line 2, column 7: E_PARSE_EXPECTED_TOKEN')],
  });
});

test('a patch is written, and overlay.dops gets the statement that brings it into the port', async () => {
  await rm(fake.at(`${HOME}/Makefile.DragonFly`));
  const own = 'file materialize dragonfly/patch-a.c -> dragonfly/patch-a.c\n';
  await dops(`${own}target @main\nmk set A "1"\n`);
  expect(await put('dragonfly/patch-a.c')).not.toHaveProperty('note');
  const result = await put('dragonfly/patch-b.c');
  expect(result).toMatchObject({ok: true, note: expect.stringContaining(MATERIALIZE)});
  expect(result).not.toHaveProperty('warnings');
  expect(await read(`${HOME}/overlay.dops`)).toBe(
    `port net/foo\ntype port\ntarget @any\n${own}${MATERIALIZE}\ntarget @main\nmk set A "1"\n`,
  );
  await fake.put('/work/genpatch-out/net_foo/patch-a.c', `${PATCH}`);
  await fake.put('/work/genpatch-out/net_foo/patch-c.c', `${PATCH}`);
  const {result: installed, effects} = await call(fake.context, 'install_patches', {origin: 'net/foo'});
  expect(installed).toMatchObject({ok: true, installed: ['patch-a.c', 'patch-c.c']});
  expect(String(installed.note).split('\n').slice(1)).toEqual(['file materialize dragonfly/patch-c.c -> dragonfly/patch-c.c']);
  expect(effects).toEqual({edited: true});
  expect(await put('dragonfly/extra.h')).toMatchObject({
    note: expect.stringContaining('no effect until overlay.dops has:\nfile materialize dragonfly/extra.h -> dragonfly/extra.h'),
    warnings: [expect.stringContaining('dragonfly/extra.h has no effect')],
  });
});

test('a port without overlay.dops gets one with its first patch; STATUS becomes its header', async () => {
  const header = (type: string, reason: string) => `port net/other\ntype ${type}\nreason "${reason}"\n\ntarget @any\n\n`;
  const path = `${OTHER}/dragonfly/patch-b.c`;
  expect(await resultOf(other(), 'put_file', {path, content: PATCH})).toMatchObject({
    ok: true,
    note: expect.stringContaining('overlay.dops was created'),
  });
  expect(await read(`${OTHER}/overlay.dops`)).toBe(`${header('port', 'Repairs the port on DragonFly')}${MATERIALIZE}\n`);
  expect(await readdir(fake.at(OTHER))).toEqual(['dragonfly', 'overlay.dops']);
  await rm(fake.at(OTHER), {recursive: true});
  await fake.put(`${OTHER}/STATUS`, 'LOCK\nneeds gcc 4.7\nLast attempt: 1.0\n');
  await fake.put('/work/genpatch-out/net_other/patch-b.c', PATCH);
  expect(await resultOf(other(), 'install_patches', {origin: 'net/other'})).toMatchObject({
    ok: true,
    note: expect.stringContaining('overlay.dops was created'),
  });
  expect(await read(`${OTHER}/overlay.dops`)).toBe(
    `${header('lock', 'Repairs the port on DragonFly; needs gcc 4.7')}${MATERIALIZE}\n`,
  );
  expect(await readdir(fake.at(OTHER))).toEqual(['dragonfly', 'overlay.dops']);
});

test('a masked port is not changed, and a refused write creates no overlay.dops', async () => {
  const path = `${OTHER}/dragonfly/patch-b.c`;
  const digest = 'a'.repeat(64);
  const refused = await resultOf(other(), 'put_file', {path, content: PATCH, expected_sha256: digest});
  expect(refused).toMatchObject({ok: false, kind: 'sha256_mismatch'});
  expect(await readdir(fake.at(OTHER))).not.toContain('overlay.dops');
  await rm(fake.at(`${OTHER}/dragonfly`), {recursive: true, force: true});
  await fake.put(`${OTHER}/STATUS`, 'MASK\n');
  expect(await resultOf(other(), 'put_file', {path, content: PATCH})).toMatchObject({ok: false, kind: 'masked_port'});
  const add = {statement: 'mk add USES ssl'};
  expect(await resultOf(other(), 'dops_add', add)).toMatchObject({ok: false, kind: 'masked_port'});
  expect(await readdir(fake.at(OTHER))).toEqual(['STATUS']);
});

test('a port of the old form stays in it, unless the policy takes overlay.dops only', async () => {
  expect(await put('overlay.dops')).toMatchObject({
    ok: false,
    kind: 'dops_overlay',
    error: expect.stringContaining('switch off'),
  });
  expect(await put('Makefile.DragonFly', 'A=\tb\n')).toMatchObject({ok: true});
  expect(await put('dragonfly/patch-b.c')).not.toHaveProperty('note');
  const strict = {...fake.context, overlayForm: 'dops' as const};
  for (const name of ['Makefile.DragonFly', 'dragonfly/patch-b.c', 'diffs/a.diff'])
    expect(await resultOf(strict, 'put_file', {path: `${HOME}/${name}`, content: `${PATCH}\n`})).toMatchObject({
      ok: false,
      kind: 'compat_refused',
    });
  await fake.put('/work/genpatch-out/net_foo/patch-a.c', PATCH);
  expect(await resultOf(strict, 'install_patches', {origin: 'net/foo'})).toMatchObject({ok: false, kind: 'compat_refused'});
  const path = `${OTHER}/overlay.dops`;
  expect(await resultOf(other(), 'put_file', {path, content: 'port net/other\nmk set A "1"\n'})).toMatchObject({ok: true});
});

test('an overlay.dops that is a link is not followed, nor taken for none', async () => {
  await fake.put('/work/elsewhere', 'patch apply diffs/a.diff\n');
  await symlink('/work/elsewhere', fake.at(`${HOME}/overlay.dops`));
  expect(await put('diffs/a.diff')).toMatchObject({ok: false, kind: 'symlink'});
  expect(await put('overlay.dops')).toMatchObject({ok: false, kind: 'symlink'});
});

test.each(['newport/Makefile', 'overlay.dops.bak', 'diffs.txt', 'newport/diffs/a.diff', 'Makefile.DragonFly.d/note', 'Makefile'])(
  '%s does not concern overlay.dops',
  async (path) => {
    await fake.put(`${HOME}/overlay.dops`, Buffer.from([0xff]));
    expect(await put(path)).toEqual({ok: true, path: `${HOME}/${path}`, sha256: expect.any(String), size: expect.any(Number)});
    expect(await put('dragonfly/patch-a')).toMatchObject({ok: false, kind: 'not_utf8'});
  },
);
