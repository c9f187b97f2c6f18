import {toSummary} from '../../../src/case/text/summary.ts';

test('a line is one line, without what a terminal or a page would take for more than words', () => {
  expect(toSummary('  a\n\tb\u0007\u202ec  ')).toBe('a b c');
  expect(toSummary('#include <sys/audit.h> "x"')).toBe('#include <sys/audit.h> "x"');
  expect(toSummary('\n')).toBe('');
});

test.each(['x', '漢', '😀', '"', '\\', 'a😀'])('%s, however often, fits into Temporal’s 400 bytes', (character) => {
  const line = toSummary(character.repeat(500));
  expect(line.length).toBeLessThanOrEqual(120);
  expect(line.endsWith('…')).toBe(true);
  expect(Buffer.byteLength(JSON.stringify(line))).toBeLessThan(400);
});

test('120 characters are left as they are', () => {
  expect(toSummary('x'.repeat(120))).toBe('x'.repeat(120));
});
