import {symlink} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeAll(async () => {
  fake = await fakeWork();
  await fake.put('/work/obj/t/a.c', 'one\nfoo(1)\nthree\n');
  await fake.put('/work/obj/t/b.h', 'foo(22)\n');
  await fake.put('/work/obj/t/.git/config', 'foo(3)\n');
});
afterAll(() => fake.end());
const grep = (args: object) => resultOf(fake.context, 'grep', {path: '/work/obj/t', ...args});

test('finds lines, relative to root, and skips .git', async () => {
  const result = await grep({pattern: 'foo\\([0-9]+\\)'});
  expect(String(result.matches).split('\n').sort()).toEqual(['', './a.c:2:foo(1)', './b.h:1:foo(22)']);
  expect(result).toMatchObject({ok: true, root: '/work/obj/t', match_count: 2, truncated: false, max_bytes: 8192});
});

test('context, include, a single file', async () => {
  expect(await grep({pattern: 'foo', include: '*.c', context: 1})).toMatchObject({
    matches: './a.c-1-one\n./a.c:2:foo(1)\n./a.c-3-three\n',
    match_count: 1,
  });
  expect(await grep({pattern: 'foo', path: '/work/obj/t/a.c'})).toMatchObject({
    matches: expect.stringContaining('2:foo(1)'),
    match_count: 1,
  });
});

test('no match is fine, a wrong pattern is not', async () => {
  expect(await grep({pattern: 'nothing'})).toMatchObject({ok: true, match_count: 0, matches: ''});
  expect(await grep({pattern: '('})).toMatchObject({ok: false, error: expect.stringMatching(/grep/)});
});

test('text that resembles an option or shell syntax is a pattern', async () => {
  await fake.put('/work/obj/t/d', '--help $(id)\n');
  expect(await grep({pattern: '--help', include: 'd'})).toMatchObject({match_count: 1});
  expect(await grep({pattern: "$(touch /work/evil)'", include: '--x'})).toMatchObject({ok: true, match_count: 0});
});

test('the limit retains the head', async () => {
  await fake.put('/work/obj/big', Array.from({length: 100000}, (_, index) => `match ${index}\n`).join(''));
  const result = await grep({pattern: 'match', path: '/work/obj/big', max_bytes: 300});
  expect(result).toMatchObject({ok: true, truncated: true});
  expect(String(result.matches)).toMatch(/^\S*1:match 0\n.*\n$/s);
  expect(String(result.matches).length).toBeLessThanOrEqual(300);
  const usual = await grep({pattern: 'match', path: '/work/obj/big'});
  expect(usual).toMatchObject({match_count: 100, truncated: true, hint: expect.stringContaining('narrow')});
});

test('a long line is cut, and those after it are there', async () => {
  await fake.put('/work/obj/minified.js', `${'é'.repeat(3000)} here\nand here\n`);
  const result = await grep({pattern: 'here', path: '/work/obj/minified.js'});
  expect(String(result.matches)).toMatch(/^\S*1:é{100,150} \[cut\]\n\S*2:and here\n$/);
  expect(result).toMatchObject({match_count: 2, truncated: false, hint: expect.stringContaining('cut at 300 bytes')});
  expect(await grep({pattern: 'here', path: '/work/obj/minified.js', max_bytes: 256})).toMatchObject({
    truncated: true,
    matches: expect.stringMatching(/^\S*1:é{100,}/),
  });
});

test('stays in its bounds', async () => {
  await symlink('/etc', fake.at('/work/obj/t/etc'));
  expect(await grep({pattern: 'root', path: '/work/obj/t/etc'})).toMatchObject({ok: false, kind: 'outside'});
  expect(await grep({pattern: 'root:', path: '/work/obj/t'})).toMatchObject({ok: true, match_count: 0});
  expect(await grep({pattern: 'x', path: '/etc'})).toMatchObject({ok: false, kind: 'outside'});
  expect(await grep({pattern: 'x', path: '/work/dsynth/build/Template.x'})).toMatchObject({blocked_by: 'scaffolding_refused'});
});
