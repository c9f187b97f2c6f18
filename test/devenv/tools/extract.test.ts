import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {call, resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
  await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
});
afterAll(() => fake.end());

test('unpacks and returns the directory', async () => {
  const done = await call(fake.context, 'extract', {origin: 'net/foo'});
  expect(done.result).toMatchObject({
    ok: true,
    wrkdir: '/work/obj/net/foo',
    wrksrc: '/work/obj/net/foo/foo-1.0',
    stdout_tail: expect.stringContaining('extracted'),
  });
  expect(done.summary).toBe('net/foo, /work/obj/net/foo/foo-1.0');
});

test('a Makefile that does not parse is reported', async () => {
  await fake.put('/work/artifacts/compose/@2026Q2/net/foo/Makefile', '.error Unknown USES=alias\n');
  expect(await resultOf(fake.context, 'extract', {origin: 'net/foo'})).toMatchObject({
    ok: false,
    extract_step: 'extract',
    findings: expect.stringContaining('Unknown USES=alias'),
    stdout_tail: expect.stringContaining('Unknown USES=alias'),
  });
});

test('only the port of the case', async () => {
  for (const origin of ['net/other', '../../etc', 'net/foo/../other', 'net/foo; id', '']) {
    expect(await resultOf(fake.context, 'extract', {origin})).toMatchObject({ok: false, kind: 'other_origin'});
  }
});
