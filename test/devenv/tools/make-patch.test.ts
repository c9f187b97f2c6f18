import {readFile} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const SRC = '/work/obj/net/foo/foo-1.0';

test('needs a composed port, and the case one', async () => {
  expect(await resultOf(fake.context, 'make_patch', {origin: 'net/foo'})).toMatchObject({
    ok: false,
    kind: 'missing',
    error: expect.stringContaining('materialize_dports'),
  });
  expect(await resultOf(fake.context, 'make_patch', {origin: 'net/other'})).toMatchObject({
    ok: false,
    kind: 'other_origin',
    error: expect.stringContaining('net/foo'),
  });
});

test('unpacks anew and tells where the source is', async () => {
  await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
  await fake.put(`${SRC}/src/left-over`, 'x');
  const done = await call(fake.context, 'make_patch', {origin: 'net/foo'});
  expect(done.result).toMatchObject({ok: true, rc: 0, origin: 'net/foo', wrkdir: '/work/obj/net/foo', wrksrc: SRC});
  expect(done.result.stdout_tail).not.toContain('portwright');
  expect(done.effects).toEqual({wrksrc: SRC});
  await expect(readFile(fake.at(`${SRC}/src/left-over`))).rejects.toThrow();
});

test('applies dragonfly patches, and extract does not', async () => {
  await fake.put(
    '/work/DeltaPorts/ports/net/foo/dragonfly/patch-a',
    '--- src/main.c.orig\n+++ src/main.c\n@@ -1,4 +1,4 @@\n-int a;\n+long a;\n int b;\n int c;\n int main(void) { return 0; }\n',
  );
  await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
  expect(await resultOf(fake.context, 'make_patch', {origin: 'net/foo'})).toMatchObject({ok: true});
  expect(await readFile(fake.at(`${SRC}/src/main.c`), 'utf8')).toMatch(/^long a/);
  expect(await resultOf(fake.context, 'extract', {origin: 'net/foo'})).toMatchObject({ok: true, wrksrc: SRC});
  expect(await readFile(fake.at(`${SRC}/src/main.c`), 'utf8')).toMatch(/^int a/);
});

test('a patch that fails is told, with the place of the source', async () => {
  await fake.put(
    '/work/DeltaPorts/ports/net/foo/dragonfly/patch-a',
    '--- src/main.c\n+++ src/main.c\n@@ -1,1 +1,1 @@\n-nothing like it\n+x\n',
  );
  await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
  const done = await call(fake.context, 'make_patch', {origin: 'net/foo'});
  expect(done.result).toMatchObject({
    ok: false,
    wrksrc: SRC,
    make_patch_step: 'patch',
    stdout_tail: expect.stringMatching(/hunk/i),
  });
  expect(done.effects).toBeUndefined();
});
