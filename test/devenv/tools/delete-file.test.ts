import {createHash} from 'node:crypto';
import {readdir, readFile, rm, symlink} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const HOME = '/work/DeltaPorts/ports/net/foo';
const HEAD = 'port net/foo\ntype port\ntarget @any\n';
const MATERIALIZE = 'file materialize dragonfly/patch-a.c -> dragonfly/patch-a.c';
const remove = (path: string) => resultOf(fake.context, 'delete_file', {path: `${HOME}/${path}`});
const dops = () => readFile(fake.at(`${HOME}/overlay.dops`), 'utf8');

test('deletes a file of a compat overlay, and its directory that becomes empty', async () => {
  await fake.put(`${HOME}/dragonfly/patch-a.c`, 'x\n');
  const {result, effects} = await call(fake.context, 'delete_file', {path: `${HOME}/dragonfly/patch-a.c`});
  expect(result).toEqual({ok: true, path: `${HOME}/dragonfly/patch-a.c`, deleted: true});
  expect(effects).toEqual({edited: true});
  expect(await readdir(fake.at(HOME))).toEqual(['Makefile.DragonFly']);
  expect((await readdir(fake.work)).filter((name) => name.startsWith('.portwright'))).toEqual([]);
});

test('the statements of overlay.dops that use the file go with it, and nothing else of it', async () => {
  const other = 'file materialize dragonfly/patch-b.c -> dragonfly/patch-b.c\n# end\n';
  await fake.put(
    `${HOME}/overlay.dops`,
    `${HEAD}${MATERIALIZE} # stale\nfile materialize "./dragonfly/patch-a.c" -> files/patch-a\n${other}`,
  );
  await fake.put(`${HOME}/dragonfly/patch-a.c`, 'x\n');
  await fake.put(`${HOME}/dragonfly/patch-b.c`, 'x\n');
  expect(await remove('dragonfly/patch-a.c')).toMatchObject({
    ok: true,
    removed_statements: [MATERIALIZE, 'file materialize "./dragonfly/patch-a.c" -> files/patch-a'],
  });
  expect(await dops()).toBe(`${HEAD}${other}`);
  expect(await readdir(fake.at(`${HOME}/dragonfly`))).toEqual(['patch-b.c']);
  await fake.put(`${HOME}/overlay.dops`, `${HEAD}patch apply diffs/a.diff\n`);
  expect(await remove('diffs/a.diff')).toMatchObject({ok: true, removed_statements: ['patch apply diffs/a.diff']});
  expect(await dops()).toBe(HEAD);
});

test('an overlay.dops that cannot be edited by statement stays, and so does the file', async () => {
  const text = `${HEAD}${MATERIALIZE}\nmk set A "\n${MATERIALIZE}\n`;
  await fake.put(`${HOME}/overlay.dops`, text);
  await fake.put(`${HOME}/dragonfly/patch-a.c`, 'x\n');
  const error = expect.stringContaining('line 5');
  expect(await remove('dragonfly/patch-a.c')).toMatchObject({ok: false, kind: 'dops_errors', error});
  expect(await dops()).toBe(text);
  await fake.put(`${HOME}/overlay.dops`, Buffer.from([0xff, 0x0a]));
  expect(await remove('Makefile.DragonFly')).toMatchObject({ok: false, kind: 'not_utf8'});
  expect(await readdir(fake.at(HOME))).toContain('Makefile.DragonFly');
});

test.each([
  ['/work/obj/net/foo/foo-1.0/main.c', 'outside'],
  ['/work/DeltaPorts/ports/net/other/STATUS', 'outside'],
  [`${HOME}/../other/STATUS`, 'outside'],
  [`${HOME}/.git/config`, 'git_refused'],
  [`${HOME}/nothing`, 'missing'],
  [`${HOME}/linked/STATUS`, 'outside'],
  [`${HOME}/inner/patch-a`, 'symlink'],
  [`${HOME}/link`, 'missing'],
  [`${HOME}/dragonfly`, 'is_directory'],
])('refuses to delete %s', async (path, kind) => {
  await fake.put('/work/obj/net/foo/foo-1.0/main.c', 'x\n');
  await fake.put(`${HOME}/dragonfly/patch-a`, 'x\n');
  await symlink('/work/DeltaPorts/ports/net/other', fake.at(`${HOME}/linked`));
  await symlink('dragonfly', fake.at(`${HOME}/inner`));
  await symlink('Makefile.DragonFly', fake.at(`${HOME}/link`));
  await fake.put(`${HOME}/overlay.dops`, `${HEAD}file materialize linked/STATUS -> A\nfile materialize inner/patch-a -> A\n`);
  expect(await resultOf(fake.context, 'delete_file', {path})).toMatchObject({ok: false, kind});
  expect(await readFile(fake.at('/work/DeltaPorts/ports/net/other/STATUS'), 'utf8')).toBe('PORT\n');
  expect(await readdir(fake.at(`${HOME}/dragonfly`))).toEqual(['patch-a']);
});

test('a repeated call whose first try had deleted the file is no failure', async () => {
  const again = {...fake.context, call: {key: 'a'.repeat(32), again: true}};
  expect(await resultOf(again, 'delete_file', {path: `${HOME}/dragonfly/patch-a.c`})).toMatchObject({ok: true, deleted: true});
});

test('an empty patch, diff or fragment means deletion', async () => {
  await fake.put(`${HOME}/overlay.dops`, `${HEAD}${MATERIALIZE}\n`);
  await fake.put(`${HOME}/dragonfly/patch-a.c`, 'x\n');
  const put = {path: `${HOME}/dragonfly/patch-a.c`, content: ' \n'};
  const note = expect.stringContaining('deleted');
  expect(await resultOf(fake.context, 'put_file', put)).toMatchObject({
    ok: true,
    deleted: true,
    note,
    removed_statements: [MATERIALIZE],
  });
  expect(await dops()).toBe(HEAD);
  const path = `${HOME}/Makefile.DragonFly`;
  const digest = createHash('sha256').update('y').digest('hex');
  expect(await resultOf(fake.context, 'put_file', {path, content: '', expected_sha256: digest})).toMatchObject({
    kind: 'sha256_mismatch',
  });
  const emptied = {path, old_text: 'CFLAGS+=\t-DOLD\n', new_text: ''};
  expect(await resultOf(fake.context, 'replace_in_file', emptied)).toMatchObject({ok: true, deleted: true, note});
  expect(await readdir(fake.at(HOME))).toEqual(['overlay.dops']);
  expect(await resultOf(fake.context, 'put_file', {path, content: ''})).toMatchObject({ok: false, kind: 'missing'});
});

test('overlay.dops is not deleted while files are left that would be an overlay of the old form without it', async () => {
  await rm(fake.at(`${HOME}/Makefile.DragonFly`));
  await fake.put(`${HOME}/overlay.dops`, `${HEAD}${MATERIALIZE}\n`);
  await fake.put(`${HOME}/dragonfly/patch-a.c`, 'x\n');
  const error = expect.stringContaining('dragonfly/patch-a.c');
  expect(await remove('overlay.dops')).toMatchObject({ok: false, kind: 'dops_overlay', error});
  expect(await dops()).toBe(`${HEAD}${MATERIALIZE}\n`);
  expect(await remove('dragonfly/patch-a.c')).toMatchObject({ok: true});
  expect(await remove('overlay.dops')).toMatchObject({ok: true, note: expect.stringContaining('STATUS')});
});

test('statements that name the deleted file otherwise are pointed out', async () => {
  const uses = "mk target set dfly-patch <<'MK'\n\tcat ${.CURDIR}/dragonfly/patch-a.c\nMK\n";
  await fake.put(`${HOME}/overlay.dops`, `${HEAD}${MATERIALIZE}\n${uses}`);
  await fake.put(`${HOME}/dragonfly/patch-a.c`, 'x\n');
  expect(await remove('dragonfly/patch-a.c')).toMatchObject({ok: true, note: expect.stringContaining('patch-a.c, at line 4')});
});

test('an overlay.dops that is not UTF-8 is not written, and a name with any separator of lines can be read', async () => {
  const args = {path: `${HOME}/overlay.dops`, content: '/wo=', encoding: 'base64'};
  expect(await resultOf(fake.context, 'put_file', args)).toMatchObject({ok: false, kind: 'not_utf8'});
  await rm(fake.at(`${HOME}/Makefile.DragonFly`));
  await fake.put(`${HOME}/newport/a\u2028b`, 'x\n');
  expect(await resultOf(fake.context, 'dops_add', {statement: 'mk add USES ssl'})).toMatchObject({ok: true});
});

test('a file below files/ that overlay.dops does not bring into the port is pointed out', async () => {
  await rm(fake.at(`${HOME}/Makefile.DragonFly`));
  await fake.put(`${HOME}/overlay.dops`, HEAD);
  const result = await resultOf(fake.context, 'put_file', {path: `${HOME}/files/config.h`, content: 'x\n'});
  expect(result).toMatchObject({ok: true, note: expect.stringContaining('file materialize files/config.h -> files/config.h')});
  expect(result.warnings).toEqual([expect.stringContaining('files/config.h has no effect')]);
});
