import {measurePrompts, promptFigures} from '../../../bench/prompts.ts';

test('a session of twelve turns sends little, and only grows at its end', async () => {
  const turns = await measurePrompts();
  expect(turns).toHaveLength(12);
  const {turn1Bytes, sumBytes, uncachedBytes} = promptFigures(turns);
  expect(turn1Bytes).toBeGreaterThan(10_000);
  expect(turn1Bytes).toBeLessThanOrEqual(25_000);
  expect(sumBytes).toBeLessThanOrEqual(400_000);
  expect(uncachedBytes).toBeLessThanOrEqual(60_000);
  for (const [at, turn] of turns.entries()) if (at > 0) expect(turn.shared).toBe(turns[at - 1]?.bytes);
});
