import {symlink} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
  await fake.put('/work/obj/t/a b.c', '12345');
  await fake.put('/work/obj/t/sub/x', '');
  await symlink('a b.c', fake.at('/work/obj/t/link'));
});
afterAll(() => fake.end());
const list = (args: object) => resultOf(fake.context, 'list_dir', args);

test('lists name, kind and size', async () => {
  const result = await list({path: '/work/obj/t/'});
  expect(result).toMatchObject({ok: true, path: '/work/obj/t', truncated: false, total_returned: 3});
  const entries = result.entries as {name: string; kind: string; size: number}[];
  expect(entries.find((entry) => entry.name === 'a b.c')).toEqual({name: 'a b.c', kind: 'file', size: 5});
  expect(entries.map(({name, kind}) => `${kind} ${name}`).sort()).toEqual(['dir sub', 'file a b.c', 'link link']);
});

test('caps the entries', async () => {
  expect(await list({path: '/work/obj/t', max_entries: 2})).toMatchObject({
    truncated: true,
    total_returned: 2,
    hint: expect.stringContaining('max_entries'),
  });
});

test('a file, a missing directory and what is outside', async () => {
  expect(await list({path: '/work/obj/t/a b.c'})).toMatchObject({ok: false, kind: 'not_a_regular_file'});
  expect(await list({path: '/work/obj/none'})).toMatchObject({ok: false, kind: 'missing'});
  expect(await list({path: '/work/..'})).toMatchObject({ok: false, kind: 'outside'});
  expect(await list({path: '/work/DeltaPorts/.git'})).toMatchObject({ok: false, kind: 'git_refused'});
  expect(await list({path: '/work/dsynth/build/Template'})).toMatchObject({blocked_by: 'scaffolding_refused'});
});
