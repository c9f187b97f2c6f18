import {symlink} from 'node:fs/promises';
import {type FakeWork, fakeWork} from '../../support/fake-work.ts';
import {resultOf} from '../../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const log = (args: object = {}) => resultOf(fake.context, 'dsynth_log', {origin: 'net/foo', ...args});
const LOG = '/work/dsynth/logs/net___foo.log';

const LINES = Array.from({length: 300}, (_, index) => `line ${index + 1}\n`);

test('gives the end of the log', async () => {
  await fake.put(LOG, LINES.join(''));
  expect(await log({tail_lines: 2})).toEqual({
    ok: true,
    log_path: LOG,
    tail: 'line 299\nline 300\n',
    first_line: 299,
    last_line: 300,
    truncated: true,
    total_lines: 300,
    hint: expect.stringContaining('from_line'),
  });
  expect(await log()).toMatchObject({tail: LINES.slice(-80).join(''), first_line: 221});
});

test('gives any part by its lines', async () => {
  await fake.put(LOG, LINES.join(''));
  expect(await log({from_line: 41, tail_lines: 3})).toMatchObject({
    tail: 'line 41\nline 42\nline 43\n',
    first_line: 41,
    last_line: 43,
    truncated: true,
  });
  expect(await log({from_line: 299})).toMatchObject({tail: 'line 299\nline 300\n', last_line: 300});
  expect(await log({from_line: 1000})).toMatchObject({ok: true, tail: ''});
});

test('a short log is complete, without a hint', async () => {
  await fake.put(LOG, 'one\ntwo');
  const short = await log();
  expect(short).toMatchObject({tail: 'one\ntwo\n', total_lines: 2, truncated: false});
  expect(await log({tail_lines: 1})).toMatchObject({tail: 'two\n', first_line: 2});
  expect(short).not.toHaveProperty('hint');
});

test('many long lines are truncated at line ends', async () => {
  await fake.put(LOG, `${'é'.repeat(400)}\n`);
  expect(await log()).toMatchObject({tail: `${'é'.repeat(250)} [cut]\n`});
  await fake.put(LOG, `${'x'.repeat(100000)}\nend\n`);
  expect(await log()).toMatchObject({tail: `${'x'.repeat(500)} [cut]\nend\n`, total_lines: 2, truncated: false});
  await fake.put(LOG, Array.from({length: 2000}, (_, index) => `${index + 1} ${'y'.repeat(90)}\n`).join(''));
  const end = await log({tail_lines: 2000});
  expect(end).toMatchObject({last_line: 2000, tail: expect.stringMatching(/^\d+ y{90}\n/)});
  expect(String(end.tail).startsWith(`${end.first_line} `)).toBe(true);
  expect(String(end.tail).length).toBeLessThanOrEqual(16384);
  const start = await log({from_line: 5, tail_lines: 2000});
  expect(start).toMatchObject({first_line: 5, tail: expect.stringMatching(/^5 y/)});
  expect(String(start.tail).trimEnd().split('\n').at(-1)).toBe(`${start.last_line} ${'y'.repeat(90)}`);
});

test('of a flavor', async () => {
  await fake.put('/work/dsynth/logs/net___foo@py311.log', 'flavored\n');
  expect(await resultOf({...fake.context, flavor: 'py311'}, 'dsynth_log', {origin: 'net/foo'})).toMatchObject({
    tail: 'flavored\n',
  });
});

test('none, a link, and another port', async () => {
  expect(await log()).toMatchObject({ok: false, kind: 'missing'});
  await symlink('/etc/passwd', fake.at(LOG));
  expect(await log()).toMatchObject({ok: false, kind: 'symlink'});
  expect(await log({origin: 'net/other'})).toMatchObject({ok: false, kind: 'other_origin'});
});
