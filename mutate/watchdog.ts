import {parentPort} from 'node:worker_threads';

/**
 * Thread that kills its process once it has used more processor time than allowed, because the main thread cannot interrupt an endless
 * loop of its own. Processor time and not time of day, since a busy machine must not make a mutant count as killed.
 * A message is the allowance in ms from now on; 0 switches the limit off.
 */

const POLL_MS = 100;
let endsAt = Number.POSITIVE_INFINITY;

const usedMs = (): number => {
  const {user, system} = process.cpuUsage();
  return (user + system) / 1000;
};

parentPort?.on('message', (allowedMs: number) => {
  endsAt = allowedMs === 0 ? Number.POSITIVE_INFINITY : usedMs() + allowedMs;
});
setInterval(() => {
  if (usedMs() > endsAt) process.kill(process.pid, 'SIGKILL');
}, POLL_MS);
