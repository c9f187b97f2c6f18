import type {Client} from '@temporalio/client';
import {TASK_QUEUE} from '../protocol/task-queue.ts';

/** `TASK_QUEUE_TYPE_WORKFLOW` and `_ACTIVITY` of Temporal's API. */
const QUEUE_TYPES = {workflows: 1, activities: 2} as const;

/** What a worker polls a task queue for. */
export type Polled = keyof typeof QUEUE_TYPES;

/** A worker polls at least once a minute. */
const FRESH_MS = 120_000;

/** Returns the identities of the workers that have polled the task queue in the last two minutes. */
export async function freshPollers(client: Client, polled: Polled): Promise<string[]> {
  const {namespace} = client.options;
  const {pollers} = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: {name: TASK_QUEUE},
    taskQueueType: QUEUE_TYPES[polled],
  });
  const isFresh = (seconds: number): boolean => Date.now() - seconds * 1000 < FRESH_MS;
  const fresh = (pollers ?? []).filter(({lastAccessTime}) => isFresh(Number(lastAccessTime?.seconds ?? 0)));
  return [...new Set(fresh.map(({identity}) => identity ?? 'unnamed'))];
}
