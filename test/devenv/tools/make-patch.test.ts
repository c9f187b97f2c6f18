import {readFile} from 'node:fs/promises';
import {type FakeWork, fakeWork, PORT_MAKEFILE as PORT} from '../../support/fake-work.ts';
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

test('unpacks again and returns the source’s directory', async () => {
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

test('a failed patch is reported with the source’s directory', async () => {
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
    findings: expect.stringMatching(/hunk/i),
    log_path: '/work/obj/net/foo/portwright-patch.log',
  });
  expect(done.effects).toBeUndefined();
});

test('the first error of a long output is shown, with its line in the stored output', async () => {
  const noisy = PORT.replace(
    '\t@echo extracted',
    [
      '\t@i=0; while [ $$i -lt 30000 ]; do echo "checking for a thing that is not here, number $$i"; i=$$((i+1)); done',
      '\t@echo "main.c:3:1: error: odd"',
      '\t@i=0; while [ $$i -lt 300 ]; do echo "and some more output $$i"; i=$$((i+1)); done; exit 3',
    ].join('\n'),
  );
  await fake.put('/work/freebsd-ports/net/foo/Makefile', noisy);
  await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
  const {result} = await call(fake.context, 'make_patch', {origin: 'net/foo'});
  const line = Number(/line (\d+)/.exec(String(result.findings))?.[1]);
  expect(result.findings).toContain('main.c:3:1: error: odd');
  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(4096);
  const log = await resultOf(fake.context, 'get_file', {path: result.log_path, offset_lines: line, limit_lines: 1});
  expect(log.content).toBe('main.c:3:1: error: odd\n');
});
