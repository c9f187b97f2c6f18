import {readdir, readFile, symlink} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const install = (args: object) => resultOf(fake.context, 'install_patches', {origin: 'net/foo', ...args});
const OUT = '/work/genpatch-out/net_foo';
const DESTINATION = '/work/DeltaPorts/ports/net/foo/dragonfly';

test('copies the patches of this port only', async () => {
  await fake.put(`${OUT}/patch-a.c`, 'a\n');
  await fake.put(`${OUT}/patch-b.c`, 'b\n');
  await fake.put('/work/genpatch-out/patch-stray.c', 'stray\n');
  await fake.put('/work/genpatch-out/net_other/patch-other.c', 'other\n');
  const done = await call(fake.context, 'install_patches', {origin: 'net/foo'});
  expect(done.result).toEqual({
    ok: true,
    origin: 'net/foo',
    destination: DESTINATION,
    installed: ['patch-a.c', 'patch-b.c'],
    replaced: [],
    warnings: ['a', 'b'].map((name) => `dragonfly/patch-${name}.c has only comments, and no change. Use it or delete it.`),
  });
  expect(done.effects).toEqual({edited: true});
  expect(await readFile(fake.at(`${DESTINATION}/patch-b.c`), 'utf8')).toBe('b\n');
  expect((await readdir(fake.at(DESTINATION))).sort()).toEqual(['patch-a.c', 'patch-b.c']);
});

test('by name, and reports what it replaced', async () => {
  await fake.put(`${OUT}/patch-a.c`, 'a\n');
  await fake.put(`${OUT}/patch-b.c`, 'b\n');
  await fake.put(`${DESTINATION}/patch-b.c`, 'old\n');
  expect(await install({patches: ['patch-b.c']})).toMatchObject({installed: ['patch-b.c'], replaced: ['patch-b.c']});
  expect(await readdir(fake.at(DESTINATION))).toEqual(['patch-b.c']);
});

test('nothing to install, or not all of it', async () => {
  expect(await install({})).toMatchObject({ok: false, kind: 'missing', error: expect.stringContaining('genpatch')});
  await fake.put(`${OUT}/patch-a.c`, 'a\n');
  expect(await install({patches: ['patch-a.c', 'patch-none']})).toMatchObject({ok: false, kind: 'missing'});
  await expect(readdir(fake.at(DESTINATION))).rejects.toThrow();
});

test.each([
  '../../../../etc/passwd',
  'patch-../../x',
  '/etc/passwd',
  'x',
  'patch-',
  'patch-a b',
  'patch-a\0',
  'patch-$(id)',
  `patch-${'a'.repeat(300)}`,
])('refuses the name %j', async (name) => {
  await fake.put(`${OUT}/patch-a`, 'a\n');
  expect(await install({patches: [name]})).toMatchObject({ok: false, kind: 'bad_patch_name'});
});

test.each(['net/other', '../../../etc', 'net/../net/foo', 'net/foo/', 'net/foo\0'])('refuses the origin %j', async (origin) => {
  await fake.put(`${OUT}/patch-a`, 'a\n');
  expect(await install({origin})).toMatchObject({ok: false, kind: 'other_origin'});
});

test('links are neither read nor written through', async () => {
  await fake.put('/work/secret', 'secret\n');
  await fake.put(`${OUT}/patch-ok`, 'new\n');
  await symlink('/work/secret', fake.at(`${OUT}/patch-link`));
  expect(await install({patches: ['patch-link']})).toMatchObject({ok: false, kind: 'symlink'});
  await fake.put(`${DESTINATION}/x`, '');
  await symlink('/work/secret', fake.at(`${DESTINATION}/patch-ok`));
  expect(await install({patches: ['patch-ok']})).toMatchObject({ok: false, kind: 'symlink'});
  expect(await readFile(fake.at('/work/secret'), 'utf8')).toBe('secret\n');
});

test('a dragonfly directory that is a link is refused', async () => {
  await fake.put(`${OUT}/patch-a`, 'a\n');
  await symlink('/work/DeltaPorts/ports/net/other', fake.at(DESTINATION));
  expect(await install({})).toMatchObject({ok: false, kind: 'symlink'});
  expect(await readdir(fake.at('/work/DeltaPorts/ports/net/other'))).toEqual(['STATUS']);
});
