import {HOSTILE_DIFFS, judgeDiffs} from '../../support/hostile/diffs/index.ts';

test('each of our hostile diffs is refused or asked about', () => {
  const judged = judgeDiffs();
  expect(judged.length).toBeGreaterThanOrEqual(120);
  expect(
    judged.filter(({verdict}) => verdict !== 'refused').map(({input, seen}) => `${String(input).slice(0, 600)} [${seen}]`),
  ).toEqual([]);
});

test('no hostile diff is there twice', () => {
  const all = Object.values(HOSTILE_DIFFS).flat();
  expect(new Set(all).size).toBe(all.length);
});
