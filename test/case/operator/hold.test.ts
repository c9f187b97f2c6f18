import {holdDetails, untilTime} from '../../../src/case/operator/hold.ts';

const NOW = Date.parse('2026-01-18T14:00:00Z');

test.each([
  ['90m', '2026-01-18T15:30:00.000Z'],
  ['12h', '2026-01-19T02:00:00.000Z'],
  ['3d', '2026-01-21T14:00:00.000Z'],
  ['2w', '2026-02-01T14:00:00.000Z'],
  ['2026-02-01', '2026-02-01T00:00:00.000Z'],
  ['2026-02-01T10:00:00Z', '2026-02-01T10:00:00.000Z'],
])('%s ends a hold at %s', (text, until) => {
  expect(untilTime(text, NOW)).toBe(until);
});

test.each(['', 'soon', '12', '5y', '2026-13-40', '-3d'])('%j is no time', (text) => {
  expect(() => untilTime(text, NOW)).toThrow(/--until takes 12h, 3d, 2w or a date/);
});

test('a time that is over is refused', () => {
  expect(() => untilTime('2026-01-18T13:59:59Z', NOW)).toThrow(/later than now/);
});

test('the details of a hold name its operator, its reason and its failures', () => {
  const text = holdDetails({origin: 'net/foo', by: 'ann', reason: 'a <b>', sinceUtc: '', count: 1, reports: []});
  expect(text).toContain('held until it is released');
  expect(text).toContain('1 failure so far');
  expect(text).toContain('a \\<b\\>');
});
