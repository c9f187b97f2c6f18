import {tally} from '../support/hostile/figures.ts';
import {fenceOrders, hideSecrets} from '../support/hostile/secrets.ts';

test('secrets of every known form are masked wherever they stand', () => {
  const {figures, faults} = tally(hideSecrets(1, 2000));
  expect(faults).toEqual([]);
  expect(figures.tried).toBe(2000);
});

test('orders stay in their fence, also such as know its mark', () => {
  const {figures, faults} = tally(fenceOrders(1));
  expect(faults).toEqual([]);
  expect(figures.tried).toBeGreaterThan(2000);
});
