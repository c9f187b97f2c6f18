import {createHash} from 'node:crypto';
import {chmod, lstat, mkdir, readdir, readFile, symlink, writeFile} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
});
afterAll(() => fake.end());
const HOME = '/work/DeltaPorts/ports/net/foo';
const put = (args: object) => resultOf(fake.context, 'put_file', {content: 'x\n', ...args});
const read = (path: string) => readFile(fake.at(path), 'utf8');

test('writes a new file and its directories, and reports an edit', async () => {
  const content = "it's $(id) `x`\n";
  const done = await call(fake.context, 'put_file', {path: `${HOME}/diffs/notes`, content});
  expect(done.result).toEqual({
    ok: true,
    path: `${HOME}/diffs/notes`,
    sha256: createHash('sha256').update(content).digest('hex'),
    size: content.length,
  });
  expect(done.effects).toEqual({edited: true});
  expect(await read(`${HOME}/diffs/notes`)).toBe(content);
  expect((await lstat(fake.at(`${HOME}/diffs/notes`))).mode & 0o777).toBe(0o644);
  expect((await readdir(fake.work)).filter((name) => name.startsWith('.portwright'))).toEqual([]);
});

test('preserves the mode of an existing file', async () => {
  await fake.put('/work/obj/net/foo/foo-1.0/configure', 'old');
  await chmod(fake.at('/work/obj/net/foo/foo-1.0/configure'), 0o755);
  expect(await put({path: '/work/obj/net/foo/foo-1.0/configure'})).toMatchObject({ok: true});
  expect((await lstat(fake.at('/work/obj/net/foo/foo-1.0/configure'))).mode & 0o777).toBe(0o755);
});

test('expected_sha256 must be that of the file now', async () => {
  const path = `${HOME}/checked`;
  const first = createHash('sha256').update('x\n').digest('hex');
  expect(await put({path, expected_sha256: first})).toMatchObject({ok: false, kind: 'sha256_mismatch'});
  await put({path});
  expect(await put({path, content: 'y\n', expected_sha256: first.toUpperCase()})).toMatchObject({ok: true});
  expect(await put({path, content: 'z\n', expected_sha256: first})).toMatchObject({ok: false, kind: 'sha256_mismatch'});
  expect(await read(path)).toBe('y\n');
  expect(await put({path, expected_sha256: 'abc'})).toMatchObject({ok: false, kind: 'bad_arguments'});
});

test('accepts base64 for binary content', async () => {
  expect(await put({path: `${HOME}/bin`, content: 'AAH/', encoding: 'base64'})).toMatchObject({ok: true, size: 3});
  expect(await readFile(fake.at(`${HOME}/bin`))).toEqual(Buffer.from([0, 1, 255]));
  expect(await put({path: `${HOME}/bin`, content: '%%', encoding: 'base64'})).toMatchObject({ok: false});
});

test.each([
  ['/work/DPorts/net/foo/Makefile', 'regenerated_tree_write_refused'],
  ['/work/artifacts/compose/@2026Q2/net/foo/Makefile', 'regenerated_tree_write_refused'],
  ['/work/freebsd-ports/net/foo/Makefile', 'reference_tree_write_refused'],
  ['/work/overlay.dops', 'orphan_dops_write'],
  ['/work/DeltaPorts/ports/net/other/STATUS', 'outside'],
  ['/work/DeltaPorts/ports/net/foo-evil/STATUS', 'outside'],
  ['/work/DeltaPorts/ports/net/foo', 'outside'],
  ['/work/DeltaPorts/ports/net/foo/../other/STATUS', 'outside'],
  ['/work/DeltaPorts/ports/net/foo/x/../../../../../../etc/passwd', 'outside'],
  ['/work/DeltaPorts/.git/config', 'git_refused'],
  ['/work/DeltaPorts/ports/net/foo/.git/config', 'git_refused'],
  ['/work/DeltaPorts/ports/net/foo/.gitattributes', 'git_refused'],
  ['/work/obj/net/other/x.c', 'outside'],
  ['/work/../etc_dsynth/hook_common.sh', 'outside'],
  ['/work/dsynth/logs/01_success_list.log', 'outside'],
  ['/work/.portwright-case', 'outside'],
  ['/etc/dsynth/hook_pkg_failure', 'outside'],
])('refuses to write %s', async (path, kind) => {
  expect(await put({path})).toMatchObject({ok: false, kind});
});

test('nothing is written through links', async () => {
  await mkdir(fake.at(`${HOME}/links`), {recursive: true});
  await fake.put('/work/secret', 'kept\n');
  await symlink('/work/secret', fake.at(`${HOME}/links/file`));
  await symlink('/work/DeltaPorts/ports/net/other', fake.at(`${HOME}/links/dir`));
  await symlink('/work/not-there', fake.at(`${HOME}/links/dangling`));
  expect(await put({path: `${HOME}/links/file`})).toMatchObject({ok: false, kind: 'symlink'});
  expect(await put({path: `${HOME}/links/dir/STATUS`})).toMatchObject({ok: false, kind: 'symlink'});
  expect(await put({path: `${HOME}/links/dir/new/file`})).toMatchObject({ok: false, kind: 'symlink'});
  expect(await put({path: `${HOME}/links/dangling`})).toMatchObject({ok: false, kind: 'symlink'});
  expect(await read('/work/secret')).toBe('kept\n');
  expect(await read('/work/DeltaPorts/ports/net/other/STATUS')).toBe('PORT\n');
  expect(await readdir(fake.work)).not.toContain('not-there');
});

test('a port directory that is a link out is refused', async () => {
  await symlink('/work/DeltaPorts/ports/net/other', fake.at('/work/DeltaPorts/ports/net/linked'));
  const linked = {...fake.context, origin: 'net/linked'};
  const path = '/work/DeltaPorts/ports/net/linked/STATUS';
  expect(await resultOf(linked, 'put_file', {path, content: 'x'})).toMatchObject({ok: false, kind: 'symlink'});
  expect(await read('/work/DeltaPorts/ports/net/other/STATUS')).toBe('PORT\n');
});

test('a directory or a fifo cannot be written', async () => {
  await mkdir(fake.at(`${HOME}/dragonfly`), {recursive: true});
  expect(await put({path: `${HOME}/dragonfly`})).toMatchObject({ok: false, kind: 'is_directory'});
  await writeFile(fake.at(`${HOME}/plain`), '');
  expect(await put({path: `${HOME}/plain/below`})).toMatchObject({ok: false, kind: 'not_a_regular_file'});
});

test('recipes with spaces are refused with the line', async () => {
  const content = 'USES+=\tgmake\n\ndfly-patch:\n        sed x\n';
  const result = await put({path: `${HOME}/Makefile.DragonFly`, content});
  expect(result).toMatchObject({ok: false, kind: 'makefile_spaces', error: expect.stringContaining('line 4')});
  expect(await put({path: `${HOME}/Makefile.DragonFly`, content: content.replace('        ', '\t')})).toMatchObject({ok: true});
});
