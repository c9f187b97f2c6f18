import {readdir} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {resultOf} from '../../support/tool-run.ts';

const COMPOSED = '/work/artifacts/compose/@2026Q2/net/foo/Makefile';
const BASE = 'PORTNAME=foo\nVERSION!=echo 1.0\nNAME=${PORTNAME}-${VERSION}\n';
let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
  await fake.put('/work/freebsd-ports/net/foo/Makefile', BASE);
  await fake.put(COMPOSED, BASE);
});
afterAll(() => fake.end());
const values = (names: readonly string[]) => resultOf(fake.context, 'make_var', {names});

test('evaluates variables of the composed port, with the commands that FreeBSD’s port has', async () => {
  await fake.put(COMPOSED, `${BASE}USES=\tgmake\n`);
  expect(await values(['NAME', 'USES', 'NONE', 'WRKDIRPREFIX', 'NAME'])).toEqual({
    ok: true,
    values: {NAME: 'foo-1.0', USES: 'gmake', NONE: '', WRKDIRPREFIX: '/work/obj'},
  });
});

test('a command that only the overlay has is not run, and named', async () => {
  await fake.put(COMPOSED, `${BASE}ODD!=touch /work/ran; echo x\n`);
  expect(await values(['ODD', 'NAME'])).toMatchObject({
    ok: true,
    values: {ODD: '', NAME: 'foo-1.0'},
    not_run: ['touch /work/ran; echo x'],
  });
  expect(await readdir(fake.work)).not.toContain('ran');
});

test('a line that may replace make’s shell is refused, and an error of make reported', async () => {
  await fake.put(COMPOSED, `${BASE}.SHELL: name=sh path=/bin/sh\n`);
  expect(await values(['NAME'])).toMatchObject({ok: false, kind: 'special_line', error: expect.stringContaining('.SHELL')});
  await fake.put(COMPOSED, `${BASE}.if 1\n`);
  expect(await values(['NAME'])).toMatchObject({ok: false, error: expect.stringMatching(/make.*(open conditional|endif)/is)});
});

test('takes names only', async () => {
  for (const name of ['${NAME}', 'NAME:sh', '', 'a b', '-n', 'a\nb'])
    expect(await values([name])).toMatchObject({ok: false, kind: 'bad_arguments'});
  expect(await values([])).toMatchObject({ok: false, kind: 'bad_arguments'});
  expect(await values(Array.from({length: 21}, (_, at) => `A${at}`))).toMatchObject({ok: false, kind: 'bad_arguments'});
});
