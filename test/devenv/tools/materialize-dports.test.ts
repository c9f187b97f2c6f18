import {readFile} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const materialize = () => call(fake.context, 'materialize_dports', {origin: 'net/foo'});
const MAKEFILE = '/work/DeltaPorts/ports/net/foo/Makefile.DragonFly';

test('composes, and gives the hash of what was composed', async () => {
  const first = await materialize();
  expect(first.result).toMatchObject({ok: true, rc: 0, origin: 'net/foo', stdout_tail: expect.stringContaining('applied=1')});
  expect(first.result.stdout_tail).not.toContain('portwright');
  expect(first.effects?.composedTree).toMatch(/^[0-9a-f]{40}$/);
  expect((await materialize()).effects).toEqual(first.effects);
  await fake.put(MAKEFILE, 'changed\n');
  const second = await materialize();
  expect(second.effects?.composedTree).not.toBe(first.effects?.composedTree);
  expect(await readFile(fake.at('/work/artifacts/compose/@2026Q2/net/foo/Makefile.DragonFly'), 'utf8')).toBe('changed\n');
});

test('a failure has its message and no hash', async () => {
  await fake.put('/work/DeltaPorts/ports/net/foo/broken', '');
  const done = await materialize();
  expect(done.result).toMatchObject({ok: false, rc: 1, stderr_tail: expect.stringContaining('hunks failed')});
  expect(done.result.findings).toContain('> 1 out of 1 hunks failed');
  expect(done.effects).toBeUndefined();
});

test('only the port of the case', async () => {
  expect(await resultOf(fake.context, 'materialize_dports', {origin: 'net/other'})).toMatchObject({
    ok: false,
    kind: 'other_origin',
  });
});
