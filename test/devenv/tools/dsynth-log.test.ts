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

test('gives the end of the log', async () => {
  await fake.put(LOG, Array.from({length: 300}, (_, index) => `line ${index + 1}\n`).join(''));
  expect(await log({tail_lines: 2})).toEqual({
    ok: true,
    log_path: LOG,
    tail: 'line 299\nline 300\n',
    truncated: true,
    total_lines: 300,
  });
  expect(String((await log()).tail).split('\n')).toHaveLength(81);
});

test('a short log is whole, a long line is cut in front', async () => {
  await fake.put(LOG, 'one\ntwo\n');
  expect(await log()).toMatchObject({tail: 'one\ntwo\n', truncated: false});
  await fake.put(LOG, `${'x'.repeat(100000)}\nend\n`);
  expect(await log()).toMatchObject({tail: 'end\n', truncated: true});
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
