import {availableParallelism} from 'node:os';
import {inCpuTurn} from '../../src/activities/cpu-turns.ts';

test('a few steps run at once, the others in the order in which they came, also after one that fails', async () => {
  const started: number[] = [];
  const ends: (() => void)[] = [];
  const step = (at: number) =>
    inCpuTurn(async () => {
      started.push(at);
      await new Promise<void>((done) => ends.push(done));
      if (at === 0) throw new Error('a fault');
      return at;
    });
  const limit = 2 * availableParallelism();
  const all = Array.from({length: limit + 2}, (_, at) => step(at));
  const settled = Promise.allSettled(all);
  const order = Array.from(all.keys());
  expect(started).toEqual(order.slice(0, limit));
  ends[0]?.();
  await expect(all[0]).rejects.toThrow('a fault');
  expect(started).toEqual(order.slice(0, limit + 1));
  while (ends.length < order.length) {
    for (const end of ends) end();
    await Promise.resolve();
  }
  for (const end of ends) end();
  await settled;
  expect(started).toEqual(order);
});
