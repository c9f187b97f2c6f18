import {createHash} from 'node:crypto';
import {mkdir, symlink, writeFile} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
});
afterAll(() => fake.end());
const get = (args: object) => resultOf(fake.context, 'get_file', args);

test('reads text with its sha256 and lines', async () => {
  const content = 'one\ntwo é\nthree';
  await fake.put('/work/obj/a.txt', content);
  expect(await get({path: '/work/obj/./a.txt'})).toEqual({
    ok: true,
    path: '/work/obj/a.txt',
    encoding: 'text',
    content,
    sha256: createHash('sha256').update(content).digest('hex'),
    size: Buffer.byteLength(content),
    total_lines: 3,
    first_line: 1,
    last_line: 3,
    truncated: false,
  });
});

test('reads some lines, by default 200', async () => {
  await fake.put('/work/obj/many', Array.from({length: 500}, (_, index) => `line ${index + 1}\n`).join(''));
  expect(await get({path: '/work/obj/many', offset_lines: 10, limit_lines: 2})).toMatchObject({
    content: 'line 10\nline 11\n',
    first_line: 10,
    last_line: 11,
    total_lines: 500,
    truncated: true,
  });
  expect(await get({path: '/work/obj/many'})).toMatchObject({last_line: 200, truncated: true});
});

test('an empty file is text', async () => {
  await fake.put('/work/obj/empty', '');
  expect(await get({path: '/work/obj/empty'})).toMatchObject({ok: true, content: '', total_lines: 0, truncated: false});
});

test('returns the next offset', async () => {
  await fake.put('/work/obj/many', Array.from({length: 500}, (_, index) => `line ${index + 1}\n`).join(''));
  expect(await get({path: '/work/obj/many', offset_lines: 10, limit_lines: 2})).toMatchObject({
    hint: expect.stringContaining('offset_lines 12 '),
  });
  expect(await get({path: '/work/obj/many', offset_lines: 499})).not.toHaveProperty('hint');
});

const OVERLAY_FILE = '/work/DeltaPorts/ports/net/foo/diffs/wide';

test('caps the bytes at a line, or in a long line', async () => {
  await fake.put(OVERLAY_FILE, `${'x'.repeat(9000)}\n${'y'.repeat(9000)}\n`);
  expect(await get({path: OVERLAY_FILE})).toMatchObject({content: `${'x'.repeat(9000)}\n`, last_line: 1, truncated: true});
  expect(await get({path: OVERLAY_FILE, limit_lines: 2})).toMatchObject({last_line: 2, truncated: false});
  await fake.put(OVERLAY_FILE, 'é'.repeat(200000));
  const {content, encoding, truncated, hint} = await get({path: OVERLAY_FILE});
  expect({encoding, truncated, hint}).toEqual({encoding: 'text', truncated: true, hint: expect.stringContaining('cut')});
  expect(content).toBe('é'.repeat(8191));
});

test('cuts long lines of what is only read', async () => {
  await fake.put('/work/obj/minified.js', `one\n${'é'.repeat(30000)}\nthree\n`);
  expect(await get({path: '/work/obj/minified.js'})).toMatchObject({
    content: `one\n${'é'.repeat(1000)} [cut: 29001 more characters]\nthree\n`,
    last_line: 3,
    truncated: true,
    hint: expect.stringContaining('do not write them back'),
  });
});

test('bytes that are no text come as base64, Latin-1 byte by byte', async () => {
  await writeFile(fake.at('/work/obj/bin'), Buffer.from([0, 1, 255]));
  expect(await get({path: '/work/obj/bin'})).toMatchObject({encoding: 'base64', content: 'AAH/'});
  await writeFile(fake.at('/work/obj/latin'), Buffer.from('gr\xfc\xdfe\n', 'latin1'));
  expect(await get({path: '/work/obj/latin'})).toMatchObject({
    encoding: 'latin1',
    content: 'grüße\n',
    hint: expect.stringContaining('UTF-8'),
  });
});

test('reports the kind of what it cannot read', async () => {
  expect(await get({path: '/work/none'})).toMatchObject({ok: false, kind: 'missing'});
  expect(await get({path: '/work/none/at/all'})).toMatchObject({ok: false, kind: 'missing'});
  expect(await get({path: '/work/obj'})).toMatchObject({ok: false, kind: 'is_directory'});
  expect(await get({path: '/work'})).toMatchObject({ok: false});
});

test.each([
  ['/etc/passwd', 'outside'],
  ['/work/../etc/passwd', 'outside'],
  ['/work/obj/../../etc/passwd', 'outside'],
  ['/work/./x/../../../etc/passwd', 'outside'],
  ['/work-evil/file', 'outside'],
  ['/workx', 'outside'],
  ['/', 'outside'],
  ['', 'bad_path'],
  ['work/obj', 'bad_path'],
  ['/usr/distfiles/x', 'outside'],
  ['/work/DeltaPorts/.git/config', 'git_refused'],
  ['/work/DeltaPorts/.git', 'git_refused'],
  ['/work/a\0b', 'bad_path'],
  ['/work/a\nb', 'bad_path'],
  [`/work/${'a/'.repeat(600)}b`, 'bad_path'],
  [`/work/${'a'.repeat(300)}`, 'bad_path'],
])('refuses %j', async (path, kind) => {
  expect(await get({path})).toMatchObject({ok: false, kind});
});

test('links are not followed to what they should hide', async () => {
  await mkdir(fake.at('/work/obj/dir'), {recursive: true});
  await symlink('/etc/passwd', fake.at('/work/obj/dir/file'));
  await symlink('/etc', fake.at('/work/obj/dir/out'));
  await symlink('/work/DeltaPorts/.git', fake.at('/work/obj/dir/git'));
  await symlink('/nowhere', fake.at('/work/obj/dir/dangling'));
  await symlink('/work/obj', fake.at('/work/obj/dir/inside'));
  await fake.put('/work/obj/here', 'here\n');
  expect(await get({path: '/work/obj/dir/file'})).toMatchObject({ok: false, kind: 'symlink'});
  expect(await get({path: '/work/obj/dir/out/passwd'})).toMatchObject({ok: false, kind: 'outside'});
  expect(await get({path: '/work/obj/dir/git/config'})).toMatchObject({ok: false, kind: 'outside'});
  expect(await get({path: '/work/obj/dir/dangling'})).toMatchObject({ok: false, kind: 'symlink'});
  expect(await get({path: '/work/obj/dir/dangling/x'})).toMatchObject({ok: false, kind: 'missing'});
  expect(await get({path: '/work/obj/dir/inside/here'})).toMatchObject({ok: true, content: 'here\n'});
});
