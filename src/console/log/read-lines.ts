import {setTimeout as delay} from 'node:timers/promises';
import type {UnpackedLog} from './unpacked-log.ts';

/** How long a request waits for a line of a log that is being unpacked. */
export const WAIT_MS = 5000;

/** Lines of a log, and how far it is unpacked. */
export interface LogLines {
  readonly total: number;
  readonly bytes: number;
  readonly complete: boolean;
  /** Why this is not all of the log. */
  readonly note: string | null;
  /** From 1. */
  readonly from: number;
  readonly lines: readonly string[];
}

/** Reads `count` lines of a log from the line `from`, as far as they are unpacked within `WAIT_MS`. */
export async function readLines(log: UnpackedLog, from: number, count: number): Promise<LogLines> {
  await within(WAIT_MS, log.reached(from + count));
  const lines = await log.linesFrom(from, count);
  return {total: log.lines, bytes: log.bytes, complete: log.isComplete, note: log.note, from, lines};
}

/** Waits until `work` is done, at most so many milliseconds. */
export async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const timer = delay(ms, undefined, {signal: over.signal}).catch(() => undefined);
  await Promise.race([work, timer]);
  over.abort();
}
