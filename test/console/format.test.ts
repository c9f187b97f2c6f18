import {costText, median, minutesText, money, percent, shortCount} from '../../src/console/pages/format.ts';

test.each([
  [0, '$0.00'],
  [0.0012, '<$0.01'],
  [0.005, '$0.01'],
  [1.3249, '$1.32'],
])('money: %d is %s', (amount, text) => {
  expect(money(amount)).toBe(text);
});

test('tokens without a price have no cost, and no tokens cost nothing', () => {
  expect(costText({tokens: 10, cost: 0})).toBeUndefined();
  expect(costText({tokens: 0, cost: 0})).toBe('$0.00');
  expect(costText({tokens: 10, cost: 0.5})).toBe('$0.50');
});

test.each([
  [0, '0'],
  [999, '999'],
  [1000, '1 k'],
  [1260, '1.3 k'],
  [412_000, '412 k'],
  [999_600, '1 M'],
  [4_400_000, '4.4 M'],
])('%d in short is %s', (value, text) => {
  expect(shortCount(value)).toBe(text);
});

test.each([
  [0.4, '0 min'],
  [59, '59 min'],
  [60, '1 h'],
  [185, '3 h 5 min'],
  [2880, '2 d'],
  [3000, '2 d 2 h'],
])('%d minutes are %s', (minutes, text) => {
  expect(minutesText(minutes)).toBe(text);
});

test('a share in percent, and the middle value', () => {
  expect(percent(0.777)).toBe('78 %');
  expect([median([]), median([3]), median([9, 1, 5]), median([1, 2, 3, 4])]).toEqual([undefined, 3, 5, 2]);
});
