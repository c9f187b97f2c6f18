import {age} from '../../../src/case/text/age.ts';
import {escapeMarkdown} from '../../../src/case/text/markdown.ts';
import {plainText} from '../../../src/case/text/plain-text.ts';
import {pluralize, withThousands} from '../../../src/case/text/plural.ts';
import {toSummary} from '../../../src/case/text/summary.ts';
import {table} from '../../../src/case/text/table.ts';

const MINUTE = 60_000;
const SINCE = '2026-01-18T14:00:00Z';

test.each([
  [-5, '0 min'],
  [0.99, '0 min'],
  [1, '1 min'],
  [119.9, '119 min'],
  [120, '2 h'],
  [179, '2 h'],
  [180, '3 h'],
  [48 * 60 - 1, '47 h'],
  [48 * 60, '2 d'],
  [72 * 60 - 1, '2 d'],
  [72 * 60, '3 d'],
])('after %d minutes an age is %s', (minutes, text) => {
  expect(age(SINCE, Date.parse(SINCE) + minutes * MINUTE)).toBe(text);
});

test('columns are as wide as their widest cell, without blanks at the end of a line', () => {
  expect(
    table([
      ['A', 'Long heading', 'C'],
      ['wide cell', 'b'],
      ['', 'x', 'y'],
    ]),
  ).toBe(['A          Long heading  C', 'wide cell  b', '           x             y'].join('\n'));
  expect(table([])).toBe('');
});

test('each mark of Markdown and each colon of an address is escaped, blanks are collapsed', () => {
  expect(escapeMarkdown('a\n\n  b')).toBe('a b');
  expect(escapeMarkdown('\\`*_[]<>|#!')).toBe('\\\\\\`\\*\\_\\[\\]\\<\\>\\|\\#\\!');
  expect(escapeMarkdown('http://x, a: b, c:/d')).toBe('http\\://x, a: b, c:/d');
});

test('carriage returns end one line', () => {
  expect(plainText('a\r\r\nb\rc\r\r')).toBe('a\nb\nc\n');
});

test('a summary has at most 120 characters, with a mark where it is cut', () => {
  expect(toSummary('a'.repeat(120))).toBe('a'.repeat(120));
  expect(toSummary(`a${'b'.repeat(120)}`)).toBe(`a${'b'.repeat(118)}…`);
  expect(toSummary('  a \t\n b  ')).toBe('a b');
});

test('counts have their noun, and large ones commas', () => {
  expect([pluralize(0, 'turn'), pluralize(1, 'turn'), pluralize(2, 'turn')]).toEqual(['0 turns', '1 turn', '2 turns']);
  expect([0, 999, 5000, 1_234_567].map(withThousands)).toEqual(['0', '999', '5,000', '1,234,567']);
});
