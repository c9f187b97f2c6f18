import {setTimeout as delay} from 'node:timers/promises';
import type {Client} from '@temporalio/client';
import type {CaseStatus, TimelineEntry} from '../case/status.ts';
import {status as statusQuery, timeline as timelineQuery} from '../protocol/port-case.ts';

const POLL_INTERVAL_MS = 250;

/** State of a case that is closed or waits for an operator. */
export interface Ending {
  readonly outcome: string;
  readonly status: CaseStatus;
}

/**
 * Prints a case's timeline as it grows, its attempts' turns included, until it closes or waits for an operator.
 * A bundle shows up only once it has joined the case, so `bundleId` selects the failure.
 */
export async function followCase(
  client: Client,
  workflowId: string,
  bundleId: string,
  log: (line: string, entry: TimelineEntry) => void,
): Promise<Ending> {
  const printed = new Map<string, number>();
  const print = (key: string, entries: readonly TimelineEntry[]): void => {
    for (const entry of entries.slice(printed.get(key) ?? 0))
      log(`${entry.atUtc.slice(11, 19)} ${entry.phase.padEnd(17)} ${entry.text}`, entry);
    printed.set(key, entries.length);
  };
  let attempt: string | null = null;
  for (;;) {
    const status = await queryStatus(client, workflowId);
    if (attempt !== null) print(attempt, await queryTimeline(client, attempt));
    if (status?.bundles.some((bundle) => bundle.bundleId === bundleId)) {
      attempt = status.currentAttempt;
      print(workflowId, status.timeline);
      if (status.phase === 'closed' && status.outcome !== null) return {outcome: status.outcome, status};
      if (status.phase === 'awaiting-operator' && status.pendingOutcome !== null)
        return {outcome: status.pendingOutcome === 'fixed' ? 'fixed' : 'awaiting-operator', status};
    }
    await delay(POLL_INTERVAL_MS);
  }
}

async function queryStatus(client: Client, workflowId: string): Promise<CaseStatus | undefined> {
  return client.workflow
    .getHandle(workflowId)
    .query(statusQuery)
    .catch(() => undefined);
}

async function queryTimeline(client: Client, workflowId: string): Promise<readonly TimelineEntry[]> {
  return client.workflow
    .getHandle(workflowId)
    .query(timelineQuery)
    .catch(() => []);
}
