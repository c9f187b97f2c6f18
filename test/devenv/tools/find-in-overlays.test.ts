import {rm, symlink} from 'node:fs/promises';
import {execa} from 'execa';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
const PORTS = '/work/DeltaPorts/ports';
const PATCH = '--- a.c.orig\n+++ a.c\n@@ -1,2 +1,3 @@\n one\n+#ifdef IFM_RARE\n two\n';
beforeAll(async () => {
  fake = await fakeWork();
  await fake.put(`${PORTS}/net/near/dragonfly/patch-a.c`, PATCH);
  await fake.put(`${PORTS}/net/near2/dragonfly/patch-a.c`, PATCH);
  await fake.put(`${PORTS}/net/near/dragonfly@2026Q2/patch-b`, 'x IFM_RARE y\n');
  await fake.put(`${PORTS}/net/near/overlay.dops`, 'port net/near\nreason "no IFM_RARE"\n');
  await fake.put(`${PORTS}/net/near/notes`, 'IFM_RARE\n');
  await fake.put(`${PORTS}/net/foo/dragonfly/patch-own`, 'IFM_RARE\n');
  await fake.put(`${PORTS}/net/slave/dragonfly/patch-own`, 'IFM_RARE\n');
  for (let at = 0; at < 30; at += 1) await fake.put(`${PORTS}/many/p${at}/diffs/a.diff`, `MANY ${at} ${'x'.repeat(500)}\n`);
  await symlink('/etc/passwd', fake.at(`${PORTS}/net/near/dragonfly/patch-link`));
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {cwd: fake.at('/work/DeltaPorts')});
  await git('add', '-A');
  await git('commit', '-q', '-m', 'More');
  await git('config', 'core.pager', 'touch /work/evil');
  await fake.put(`${PORTS}/net/dirty/dragonfly/patch-d`, 'IFM_RARE\n');
  await rm(fake.at(`${PORTS}/net/near2`), {recursive: true});
});
afterAll(() => fake.end());
const find = (args: object) => resultOf({...fake.context, slave: 'net/slave'}, 'find_in_overlays', args);

test('finds patches and overlays of other ports in the commit, equal excerpts once', async () => {
  expect(await find({pattern: 'IFM_R[A-Z]+'})).toEqual({
    ok: true,
    pattern: 'IFM_R[A-Z]+',
    file_count: 4,
    files: [
      {
        path: 'net/near/dragonfly/patch-a.c',
        excerpt: '3-@@ -1,2 +1,3 @@\n4- one\n5:+#ifdef IFM_RARE\n6- two',
        also: ['net/near2/dragonfly/patch-a.c'],
      },
      {path: 'net/near/dragonfly@2026Q2/patch-b', excerpt: '1:x IFM_RARE y'},
      {path: 'net/near/overlay.dops', excerpt: '1-port net/near\n2:reason "no IFM_RARE"'},
    ],
  });
});

test.each([
  ['patch', ['net/near/dragonfly/patch-a.c', 'net/near/dragonfly@2026Q2/patch-b']],
  ['overlay', ['net/near/overlay.dops']],
])('the kind %s is searched alone', async (kind, paths) => {
  const {files} = await find({pattern: 'IFM_RARE', kind});
  expect((files as {path: string}[]).map(({path}) => path)).toEqual(paths);
});

test('many files are counted, and as many are shown as fit', async () => {
  const result = await find({pattern: 'MANY'});
  expect(result).toMatchObject({file_count: 30, hint: 'Files left out: 18. Narrow the pattern, or give kind.'});
  const files = result.files as {excerpt: string}[];
  expect(files).toHaveLength(12);
  expect(Math.max(...files.map(({excerpt}) => excerpt.length))).toBeLessThanOrEqual(200);
});

test('no match is fine; a wrong pattern is not, and none is a command or an option', async () => {
  expect(await find({pattern: 'root:.*:0:0'})).toMatchObject({ok: true, file_count: 0, files: []});
  expect(await find({pattern: '--open-files-in-pager=touch /work/evil'})).toMatchObject({ok: true, file_count: 0});
  expect(await find({pattern: "$(touch /work/evil)'"})).toMatchObject({ok: true, file_count: 0});
  expect(await find({pattern: '('})).toMatchObject({ok: false, error: expect.stringContaining('not searched')});
  expect(await find({pattern: 'a\nb'})).toMatchObject({ok: false, kind: 'bad_arguments'});
  expect((await fake.env.exec(['test', '-e', '/work/evil'], {timeoutSeconds: 9})).rc).toBe(1);
});
