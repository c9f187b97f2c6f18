import {resolve} from 'node:path';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleHandle,
  type ScheduleOptionsAction,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import {COLLECT_SCHEDULE_PREFIX} from '../protocol/collect-host.ts';
import {SPOOL_SCHEDULE_ID, type SpoolMemo} from '../protocol/spool-schedule.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {collectId, SPOOL_WATCH_ID} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';

/**
 * Creates the schedule that watches the spools of this worker's evidence roots: each minute, unless a watch still runs. Its memo publishes
 * the roots, so that commands can check what the worker reads.
 */
export async function ensureSpoolSchedule(client: Client, roots: readonly string[]): Promise<void> {
  const memo: SpoolMemo & Record<string, unknown> = {evidenceRoots: roots.map((root) => resolve(root))};
  const isNew = await createSchedule(client, SPOOL_SCHEDULE_ID, {
    type: 'startWorkflow',
    workflowType: 'watchSpool' satisfies keyof Workflows,
    workflowId: SPOOL_WATCH_ID,
    taskQueue: TASK_QUEUE,
    memo,
    args: [],
  });
  if (!isNew) await publishRoots(client.schedule.getHandle(SPOOL_SCHEDULE_ID), memo);
  await trigger(client, SPOOL_SCHEDULE_ID);
}

/** Creates a schedule for each host whose evidence is collected, and deletes those of other hosts. */
export async function ensureCollectSchedules(client: Client, hosts: readonly string[]): Promise<void> {
  const ids = new Set(hosts.map((host) => `${COLLECT_SCHEDULE_PREFIX}${host}`));
  for await (const {scheduleId} of client.schedule.list())
    if (scheduleId.startsWith(COLLECT_SCHEDULE_PREFIX) && !ids.has(scheduleId))
      await client.schedule.getHandle(scheduleId).delete();
  for (const host of hosts) {
    const id = `${COLLECT_SCHEDULE_PREFIX}${host}`;
    await createSchedule(client, id, {
      type: 'startWorkflow',
      workflowType: 'collectHost' satisfies keyof Workflows,
      workflowId: collectId(host),
      taskQueue: TASK_QUEUE,
      args: [host],
    });
    await trigger(client, id);
  }
}

/** Creates a schedule that runs a workflow each minute, unless it still runs. Returns whether it is new. */
async function createSchedule(client: Client, scheduleId: string, action: ScheduleOptionsAction): Promise<boolean> {
  const policies = {overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute'} as const;
  return client.schedule.create({scheduleId, spec: {intervals: [{every: '1 minute'}]}, policies, action}).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ScheduleAlreadyRunning) return false;
      throw error;
    },
  );
}

/** Runs a schedule's workflow at once, unless it runs. */
async function trigger(client: Client, scheduleId: string): Promise<void> {
  await client.schedule.getHandle(scheduleId).trigger(ScheduleOverlapPolicy.SKIP);
}

async function publishRoots(handle: ScheduleHandle, memo: Record<string, unknown>): Promise<void> {
  await handle.update(({action, ...schedule}) => ({...schedule, action: {...action, memo}}));
}
