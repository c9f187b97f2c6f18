import {readFile, symlink, writeFile} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
});
afterAll(() => fake.end());
const PATH = '/work/obj/net/foo/foo-1.0/a.c';
const replace = (old_text: string, new_text: string, path = PATH) =>
  resultOf(fake.context, 'replace_in_file', {path, old_text, new_text});
const now = () => readFile(fake.at(PATH), 'utf8');

beforeEach(() => fake.put(PATH, 'int a;\n\tif (x)  {\n\t\treturn 1;\n\t}\nint b;\n'));

test('replaces what occurs once', async () => {
  const done = await call(fake.context, 'replace_in_file', {path: PATH, old_text: 'int a;', new_text: 'long é;'});
  expect(done.result).toMatchObject({ok: true, matched: 'exact', line: 1});
  expect(done.effects).toEqual({edited: true});
  expect(await now()).toBe('long é;\n\tif (x)  {\n\t\treturn 1;\n\t}\nint b;\n');
});

test('white space may differ when nothing matches exactly', async () => {
  expect(await replace('if (x) {\n    return 1;\n', '\tif (y) {\n\t\treturn 2;\n')).toMatchObject({
    ok: true,
    matched: 'whitespace',
    line: 2,
  });
  expect(await now()).toBe('int a;\n\tif (y) {\n\t\treturn 2;\n\t}\nint b;\n');
});

test('must be unique', async () => {
  expect(await replace('int ', 'long ')).toMatchObject({ok: false, kind: 'not_unique', lines: [1, 5]});
});

test('a miss reports the nearest text with its line', async () => {
  const result = await replace('\t\treturn 7;', 'x');
  expect(result).toMatchObject({ok: false, kind: 'not_found', nearest: {line: 3, text: expect.stringContaining('return 1;')}});
  expect(await replace('zzz', 'x')).toMatchObject({ok: false, kind: 'not_found'});
});

test('bytes that are not UTF-8 stay as they are', async () => {
  await writeFile(fake.at(PATH), Buffer.from('/* gr\xfc\xdf */\nint a;\n', 'latin1'));
  expect(await replace('int a;', 'int ü;')).toMatchObject({ok: true});
  expect(await readFile(fake.at(PATH))).toEqual(
    Buffer.concat([Buffer.from('/* gr\xfc\xdf */\n', 'latin1'), Buffer.from('int ü;\n')]),
  );
});

test('same bounds as put_file', async () => {
  await symlink('/work/DeltaPorts/ports/net/other/STATUS', fake.at('/work/obj/net/foo/link'));
  expect(await replace('PORT', 'MASK', '/work/obj/net/foo/link')).toMatchObject({ok: false, kind: 'symlink'});
  expect(await replace('PORT', 'MASK', '/work/DeltaPorts/ports/net/other/STATUS')).toMatchObject({ok: false, kind: 'outside'});
  expect(await replace('x', 'y', '/work/obj/net/foo/none')).toMatchObject({ok: false, kind: 'missing'});
  expect(await replace('x', 'x')).toMatchObject({ok: false});
  expect(await replace(' ', 'x')).toMatchObject({ok: false});
});

test('tabs of a Makefile are preserved', async () => {
  const path = '/work/DeltaPorts/ports/net/foo/Makefile.DragonFly';
  expect(await replace('CFLAGS+=\t-DOLD', 'dfly-patch:\n        cmd', path)).toMatchObject({ok: false, kind: 'makefile_spaces'});
});

describe('a call whose worker was killed before it could report', () => {
  const args = {path: PATH, old_text: 'int a;', new_text: 'int a; int a2;'};
  const key = 'a'.repeat(32);
  const tried = (name: string, given: object, mine = key, again = true) =>
    call({...fake.context, call: {key: mine, again}}, name, given);

  test('is not done twice, and answers as it did', async () => {
    const first = await tried('replace_in_file', args, key, false);
    const second = await tried('replace_in_file', args);
    expect(await now()).toBe('int a; int a2;\n\tif (x)  {\n\t\treturn 1;\n\t}\nint b;\n');
    expect(second).toMatchObject({
      effects: {edited: true},
      result: {ok: true, sha256: first.result.sha256, size: first.result.size},
    });
  });

  test('is executed if it had written nothing, and so is another call with the same arguments', async () => {
    await tried('replace_in_file', args);
    expect(await now()).toContain('int a; int a2;\n');
    await tried('replace_in_file', args, 'b'.repeat(32));
    expect(await now()).toContain('int a; int a2; int a2;\n');
  });

  test('put_file with the earlier digest is not refused then', async () => {
    const {sha256} = await resultOf(fake.context, 'get_file', {path: PATH});
    const put = {path: PATH, content: 'new\n', expected_sha256: sha256};
    expect((await tried('put_file', put, key, false)).result).toMatchObject({ok: true});
    expect((await tried('put_file', put)).result).toMatchObject({ok: true, size: 4});
    expect((await tried('put_file', put, 'c'.repeat(32))).result).toMatchObject({ok: false});
  });
});
