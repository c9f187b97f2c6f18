import type {DoneCall} from '../../../src/case/attempt/digest.ts';
import {adviceFor} from '../../../src/case/attempt/reflexes.ts';

const call = (name: string, args: object, result: object, turn = 1): DoneCall => ({
  name,
  args: {...args},
  result: {...result},
  turn,
});

test('edits of one file that miss three times get advice; misses elsewhere do not count', () => {
  const miss = (path: string, kind = 'not_found') =>
    call('replace_in_file', {path}, {ok: false, kind, error: `${path} ${Math.random()}`});
  expect(adviceFor([miss('/a')], miss('/a'))).toBeUndefined();
  expect(adviceFor([miss('/a'), miss('/b')], miss('/a'))).toBeUndefined();
  expect(adviceFor([miss('/a'), miss('/a', 'not_unique')], miss('/a'))).toMatch(/^3 edits of \/a have missed\. Read these lines/);
  const dops = call('dops_replace', {at: 'x'}, {ok: false, kind: 'not_found', error: `${Math.random()}`});
  expect(adviceFor([dops, dops], dops)).toContain('3 edits of overlay.dops');
});

test('a build that stops at the same errors as the last one gets advice', () => {
  const build = (findings: string, turn: number) => call('dsynth_build', {}, {ok: false, rebuild_ok: false, findings}, turn);
  expect(adviceFor([], build('error: a', 1))).toBeUndefined();
  expect(adviceFor([build('error: a', 1)], build('error: b', 4))).toBeUndefined();
  expect(adviceFor([build('error: a', 1), build('error: b', 2)], build('error: a', 4))).toBeUndefined();
  expect(adviceFor([build('error: a', 3)], build('error: a', 6))).toContain('same errors as in turn 3');
  expect(adviceFor([build('', 3)], build('', 6))).toBeUndefined();
});

test('the same failure of a tool again gets advice, whatever its arguments', () => {
  const fails = (error: string, path: string) => call('genpatch', {path}, {ok: false, kind: 'missing_orig', error});
  expect(adviceFor([fails('there is no .orig', '/a')], fails('it is binary', '/a'))).toBeUndefined();
  expect(adviceFor([fails('there is no .orig', '/a')], fails('there  is no .orig', '/b'))).toMatch(/failed in this way 2 times/);
  expect(
    adviceFor([fails('x', '/a')], call('dupe', {path: '/a'}, {ok: false, kind: 'missing_orig', error: 'x'})),
  ).toBeUndefined();
  expect(adviceFor([], fails('x', '/a'))).toBeUndefined();
  const compiles = (findings: string) => call('try_make', {}, {ok: false, findings});
  expect(adviceFor([compiles('error: a')], compiles('error: b'))).toBeUndefined();
  expect(adviceFor([compiles('error: a')], compiles('error: a'))).toMatch(/try_make has failed/);
  expect(adviceFor([compiles('')], compiles(''))).toBeUndefined();
});

test('lines that were read before get advice while the file is unchanged', () => {
  const read = (first_line: number, last_line: number, sha256 = 's', turn = 2) =>
    call('get_file', {path: '/a'}, {ok: true, sha256, first_line, last_line}, turn);
  expect(adviceFor([read(1, 200)], read(40, 90, 's', 5))).toContain('as in turn 2');
  expect(adviceFor([read(1, 200)], read(150, 250))).toBeUndefined();
  expect(adviceFor([read(1, 200, 'other')], read(40, 90))).toBeUndefined();
  expect(adviceFor([], read(40, 90))).toBeUndefined();
  // By then it may have been left out of the conversation.
  expect(adviceFor([read(1, 200)], read(40, 90, 's', 11))).toBeUndefined();
  expect(
    adviceFor([call('get_file', {path: '/b'}, {ok: true, sha256: 's', first_line: 1, last_line: 9})], read(1, 9)),
  ).toBeUndefined();
});
