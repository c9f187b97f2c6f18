import {measureHistory} from '../../../bench/history.ts';

// A history is read whole when a worker takes a case up again, and people read it in the Web UI.
test('the longest allowed case stays small: 4 attempts of 30 turns with 3 tool calls each', async () => {
  const size = await measureHistory();
  expect(size.maxRunEvents).toBeGreaterThan(600);
  expect(size.maxRunEvents).toBeLessThan(800);
  expect(size.sumBytes).toBeLessThan(850 * 1000);
  expect(size.largestPayloadBytes).toBeLessThan(256 * 1024);
}, 120_000);
