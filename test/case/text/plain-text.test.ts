import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {plainLine, plainText} from '../../../src/case/text/plain-text.ts';
import {plainStream} from '../../../src/cli/plain-stream.ts';

const SEQUENCES: [string, string][] = [
  ['\x1b[31mred\x1b[0m', 'red'],
  ['\x1b]0;new title\x07text', 'text'],
  ['\x1b]52;c;ZXZpbA==\x1b\\text', 'text'],
  ['\x1bP+q544e\x1b\\text', 'text'],
  ['\x1b[2J\x1b[1;1Hfaked prompt', 'faked prompt'],
  ['\x1b(Btext\x1b7', 'text'],
  ['one\r\ntwo\rthree', 'one\ntwo\nthree'],
  ['a\x00b\x08c\x7fd\u009b31me', 'abcd31me'],
  ['left\u202eright\u2066x', 'leftrightx'],
  ['tab\tand „Ünïcode“ 日本', 'tab\tand „Ünïcode“ 日本'],
  ['cut off \x1b', 'cut off '],
];

test.each(SEQUENCES)('%j is shown as %j', (raw, shown) => {
  expect(plainText(raw)).toBe(shown);
});

test('a line stays one line', () => {
  expect(plainLine(' one\n\ttwo\r\nthree ')).toBe('one two three');
});

test('a stream gives the same, wherever its bytes are cut', async () => {
  const raw = Buffer.from(`${SEQUENCES.map(([one]) => one).join('|')}\x1b[0m end\n`);
  for (let size = 1; size <= 9; size += 1) {
    const chunks = Array.from({length: Math.ceil(raw.length / size)}, (_, at) => raw.subarray(at * size, (at + 1) * size));
    expect(await text(Readable.from(chunks).pipe(plainStream()))).toBe(plainText(raw.toString()));
  }
});
