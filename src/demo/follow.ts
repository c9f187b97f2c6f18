import {setTimeout as delay} from 'node:timers/promises';
import type {Client} from '@temporalio/client';
import type {CaseStatus, TimelineEntry} from '../case/status.ts';

const LOOK_EVERY_MS = 250;

/** What a case has come to when nobody but an operator can move it on. */
export interface Ending {
  readonly outcome: string;
  readonly status: CaseStatus;
}

/**
 * Prints a case's story as it happens, its attempts' turns included, until it closes or waits for an operator.
 * It knows of a bundle only once the case has joined it, so `bundleId` says which failure is meant.
 */
export async function followCase(
  client: Client,
  workflowId: string,
  bundleId: string,
  say: (line: string) => void,
): Promise<Ending> {
  const printed = new Map<string, number>();
  const print = (key: string, entries: readonly TimelineEntry[]): void => {
    for (const entry of entries.slice(printed.get(key) ?? 0))
      say(`${entry.atUtc.slice(11, 19)} ${entry.phase.padEnd(17)} ${entry.text}`);
    printed.set(key, entries.length);
  };
  let attempt: string | null = null;
  for (;;) {
    const status = await statusOf(client, workflowId);
    if (attempt !== null) print(attempt, await timelineOf(client, attempt));
    if (status?.bundles.some((bundle) => bundle.bundleId === bundleId)) {
      attempt = status.currentAttempt;
      print(workflowId, status.timeline);
      if (status.phase === 'closed' && status.outcome !== null) return {outcome: status.outcome, status};
      if (status.phase === 'awaiting-operator' && status.pendingOutcome !== null)
        return {outcome: status.pendingOutcome === 'fixed' ? 'fixed' : 'awaiting-operator', status};
    }
    await delay(LOOK_EVERY_MS);
  }
}

async function statusOf(client: Client, workflowId: string): Promise<CaseStatus | undefined> {
  return client.workflow
    .getHandle(workflowId)
    .query<CaseStatus>('status')
    .catch(() => undefined);
}

async function timelineOf(client: Client, workflowId: string): Promise<readonly TimelineEntry[]> {
  return client.workflow
    .getHandle(workflowId)
    .query<readonly TimelineEntry[]>('timeline')
    .catch(() => []);
}
