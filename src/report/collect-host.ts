import {setTimeout as sleep} from 'node:timers/promises';
import {NoEvidence} from '../devenv/evidence-stream.ts';
import type {LogState} from '../protocol/collect-host.ts';
import type {LogCollector} from './log-collector.ts';

export interface CollectOptions {
  readonly signal: AbortSignal;
  /** Whether to go on; asked before each round. */
  readonly isWanted: () => boolean;
  /** Called after the first round, when a problem begins, and when it ends. */
  readonly onChange: (state: LogState) => Promise<void>;
  /** Pause between rounds that bring nothing. Default 5 s. */
  readonly pollMs?: number;
}

const POLL_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * Collects a log directory of a host until the signal aborts or it is not wanted any more, and returns the number of jobs. A problem is reported
 * once, is retried with growing pauses, and its end is reported once.
 */
export async function collectLog(logs: string, collector: LogCollector, options: CollectOptions): Promise<number> {
  const {signal, isWanted, onChange, pollMs = POLL_MS} = options;
  let isDown: boolean | undefined;
  let pauseMs = pollMs;
  const change = (problem: string | null): Promise<void> => onChange({logs, problem, sinceUtc: new Date().toISOString()});
  while (!signal.aborted && isWanted()) {
    try {
      const isMore = await roundOrNone(collector);
      if (isDown !== false) await change(null);
      isDown = false;
      pauseMs = isMore ? 0 : pollMs;
    } catch (error) {
      if (signal.aborted) break;
      if (!isDown) await change((error as Error).message);
      isDown = true;
      pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(pollMs, pauseMs * 2));
    }
    await sleep(pauseMs, undefined, {signal}).catch(() => undefined);
  }
  return collector.jobs;
}

/** A host without evidence has nothing to send yet. */
async function roundOrNone(collector: LogCollector): Promise<boolean> {
  return collector.round().catch((error: unknown) => {
    if (error instanceof NoEvidence) return false;
    throw error;
  });
}
