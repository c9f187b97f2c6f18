import {readdir, readFile, symlink} from 'node:fs/promises';
import {checkDops} from '../../../src/devenv/tools/dops-overlay.ts';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const HOME = '/work/DeltaPorts/ports/net/foo';
const PATCH = '--- a.orig\n+++ a\n@@ -1 +1 @@\n-x\n+y\n';
const put = (path: string, content = /diff$|patch-/.test(path) ? PATCH : 'x\n') =>
  resultOf(fake.context, 'put_file', {path: `${HOME}/${path}`, content});
const dops = (more = '') => fake.put(`${HOME}/overlay.dops`, `port net/foo\ntype port\ntarget @any\n${more}`);

test.each([
  ['Makefile.DragonFly', 'mk operation', {blocked_by: 'compat_makefile_authoring_lock'}],
  ['Makefile.DragonFly.main', 'mk operation', {}],
  ['diffs/REMOVE', 'file remove PATH', {}],
  ['diffs/Makefile.diff', 'patch apply diffs/Makefile.diff', {}],
])('%s is not written where overlay.dops counts', async (path, instead, more) => {
  await dops('# patch apply diffs/Makefile.diff\n');
  expect(await put(path)).toMatchObject({ok: false, kind: 'dops_overlay', error: expect.stringContaining(instead), ...more});
  const replaced = {path: `${HOME}/Makefile.DragonFly`, old_text: '-DOLD', new_text: '-DNEW'};
  expect(await resultOf(fake.context, 'replace_in_file', replaced)).toMatchObject({ok: false, kind: 'dops_overlay'});
  expect(await readFile(fake.at(`${HOME}/Makefile.DragonFly`), 'utf8')).toBe('CFLAGS+=\t-DOLD\n');
  expect(await readdir(fake.at(HOME))).toEqual(['Makefile.DragonFly', 'overlay.dops']);
});

test('a diff that overlay.dops applies, overlay.dops itself and other files are written', async () => {
  await dops('patch apply diffs/Makefile.diff\n');
  expect(await put('diffs/Makefile.diff')).toMatchObject({ok: true});
  expect(await put('newport/Makefile')).toMatchObject({ok: true});
  expect(await put('overlay.dops', 'port net/foo\n')).toMatchObject({ok: true});
});

test('a patch is written, with the line that it still needs', async () => {
  await dops('file materialize dragonfly/patch-a.c -> dragonfly/patch-a.c\n');
  expect(await put('dragonfly/patch-a.c')).not.toHaveProperty('note');
  expect(await put('dragonfly/patch-b.c')).toMatchObject({
    ok: true,
    note: expect.stringContaining('file materialize dragonfly/patch-b.c -> dragonfly/patch-b.c'),
  });
  await fake.put('/work/genpatch-out/net_foo/patch-a.c', 'a\n');
  await fake.put('/work/genpatch-out/net_foo/patch-c.c', 'c\n');
  const {result, effects} = await call(fake.context, 'install_patches', {origin: 'net/foo'});
  expect(result).toMatchObject({ok: true, installed: ['patch-a.c', 'patch-c.c']});
  expect(String(result.note).split('\n').slice(1)).toEqual(['file materialize dragonfly/patch-c.c -> dragonfly/patch-c.c']);
  expect(effects).toEqual({edited: true});
});

test('a new overlay.dops does not switch off what the port has', async () => {
  expect(await put('overlay.dops')).toMatchObject({
    ok: false,
    kind: 'dops_overlay',
    error: expect.stringContaining('switch off'),
  });
  const other = {...fake.context, origin: 'net/other'};
  const path = '/work/DeltaPorts/ports/net/other/overlay.dops';
  expect(await resultOf(other, 'put_file', {path, content: 'port net/other\n'})).toMatchObject({ok: true});
});

test('an overlay.dops that is a link is not followed, nor taken for none', async () => {
  await fake.put('/work/elsewhere', 'patch apply diffs/a.diff\n');
  await symlink('/work/elsewhere', fake.at(`${HOME}/overlay.dops`));
  expect(await put('diffs/a.diff')).toMatchObject({ok: false, kind: 'symlink'});
});

test.each(['newport/Makefile', 'overlay.dops.bak', 'diffs.txt', 'files/diffs/a.diff', 'Makefile.DragonFly.d/note', 'Makefile'])(
  '%s does not concern overlay.dops: the dev-env is not asked',
  async (path) => {
    const exec = (): Promise<never> => Promise.reject(new Error('The dev-env was asked.'));
    expect(await checkDops({...fake.context, env: {...fake.context.env, exec}}, [path])).toEqual({});
  },
);

test('of several paths only those that it concerns are checked', async () => {
  await dops();
  expect(await checkDops(fake.context, ['Makefile.DragonFly.d/note', 'newport/dragonfly/patch-a'])).toEqual({});
  const {refusal, note} = await checkDops(fake.context, ['Makefile.DragonFly.d/note', 'dragonfly/patch-a']);
  expect(refusal).toBeUndefined();
  expect(note).toContain('file materialize dragonfly/patch-a -> dragonfly/patch-a');
});
