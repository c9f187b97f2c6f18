import {CLEAN_UP_RETRY, DEV_ENV_RETRY} from '../../src/workflows/proxies.ts';

const MS = {ms: 1, s: 1000} as const;

/** Returns the seconds between the first try and the last one, if each fails at once. */
function waited({initialInterval, backoffCoefficient, maximumInterval, maximumAttempts}: typeof DEV_ENV_RETRY): number {
  const [first, most] = [initialInterval, maximumInterval].map((text) => {
    const [, count, unit] = /^(\d+)(ms|s)$/.exec(text) ?? [];
    return Number(count) * MS[unit as keyof typeof MS];
  }) as [number, number];
  const waits = Array.from({length: maximumAttempts - 1}, (_, at) => Math.min(first * backoffCoefficient ** at, most));
  return waits.reduce((sum, one) => sum + one, 0) / 1000;
}

test('an attempt outlives a host that reboots in five minutes, and an operator waits half a minute for its clean-up', () => {
  expect(waited(DEV_ENV_RETRY)).toBeGreaterThan(7 * 60);
  expect(waited(DEV_ENV_RETRY)).toBeLessThan(8 * 60);
  expect(waited(CLEAN_UP_RETRY as never)).toBeLessThan(30);
});
