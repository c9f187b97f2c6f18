import {availableParallelism} from 'node:os';

/** Steps that work on evidence at once: a few for each core, since a step also waits for its disk. More would only hold more in memory. */
const AT_ONCE = 2 * availableParallelism();

let running = 0;
const waiting: (() => void)[] = [];

/** Runs `work` when fewer than `AT_ONCE` others run, in the order of the calls. For steps that neither wait for a network nor for one another. */
export async function inCpuTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((done) => waiting.push(done));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}
