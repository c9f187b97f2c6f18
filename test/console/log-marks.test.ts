import {partsOf} from '../../src/console/client/log-marks.ts';
import {Scale} from '../../src/console/client/log-scale.ts';

test.each([
  ['an Error, an error', 'error', false, 'an [Error], an [error]'],
  ['an Error, an error', 'error', true, 'an Error, an [error]'],
  ['a.b.c', '.', false, 'a[.]b[.]c'],
  ['aaaa', 'aa', false, '[aa][aa]'],
  ['İİ error', 'ERROR', false, 'İİ [error]'],
  ['text', '', false, 'text'],
  ['', 'x', false, ''],
])('%j, searched for %j (capitals count: %j), is %j', (text, q, cased, marked) => {
  expect(
    partsOf(text, q, cased)
      .map((part) => (part.hit ? `[${part.text}]` : part.text))
      .join(''),
  ).toBe(marked);
});

test('a line of nothing but hits has a bounded number of parts, and all its text', () => {
  const parts = partsOf('x'.repeat(4000), 'x', false);
  expect(parts.length).toBeLessThanOrEqual(201);
  expect(parts.map(({text}) => text).join('')).toBe('x'.repeat(4000));
});

test('a log that a browser can hold is scrolled as it is', () => {
  const scale = new Scale(1000, 20, 600);
  expect([scale.height, scale.end]).toEqual([20_000, 19_400]);
  for (const place of [0, 1, 7777, 19_400]) expect([scale.topOf(place), scale.scrollOf(place)]).toEqual([place, place]);
  expect(scale.after(100, 100, 19_400)).toBe(19_400);
});

test('a log that fits into the view stays where it is', () => {
  const scale = new Scale(3, 20, 600);
  expect([scale.height, scale.end, scale.topOf(10), scale.scrollOf(10)]).toEqual([60, 0, 0, 0]);
});

test('a longer one is as high as a browser can hold, and its ends are the ends', () => {
  const scale = new Scale(5_000_000, 20, 600);
  expect(scale.height).toBe(10_000_000);
  expect(scale.topOf(0)).toBe(0);
  expect(scale.topOf(10_000_000 - 600)).toBe(5_000_000 * 20 - 600);
  expect(scale.topOf(scale.scrollOf(31_415_926))).toBeCloseTo(31_415_926, 3);
});

test('near its ends it is scrolled by pixels, so that they are reached as in a short one', () => {
  const scale = new Scale(5_000_000, 20, 600);
  expect(scale.topOf(4711)).toBe(4711);
  expect(scale.end - scale.topOf(10_000_000 - 600 - 4711)).toBe(4711);
  expect(scale.topOf((10_000_000 - 600) / 2)).toBe(scale.end / 2);
});

test('in it, a small scroll moves by pixels, and one by the scroll bar by its part of the whole', () => {
  const scale = new Scale(5_000_000, 20, 600);
  expect(scale.after(5000, 500, 560)).toBe(5060);
  expect(scale.after(5000, 500, 5_000_000)).toBe(scale.topOf(5_000_000));
});

test('a scroll bar at its end in the midst of the log is noticed', () => {
  const scale = new Scale(5_000_000, 20, 600);
  expect(scale.isStuck(5000, 0)).toBe(true);
  expect(scale.isStuck(0, 0)).toBe(false);
  expect(scale.isStuck(5000, 10_000_000 - 600)).toBe(true);
  expect(scale.isStuck(scale.end, 10_000_000 - 600)).toBe(false);
  expect(scale.isStuck(5000, 4711)).toBe(false);
});
