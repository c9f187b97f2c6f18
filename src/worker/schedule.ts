import {resolve} from 'node:path';
import {type Client, ScheduleAlreadyRunning, type ScheduleHandle, ScheduleOverlapPolicy} from '@temporalio/client';
import {SPOOL_SCHEDULE_ID, type SpoolMemo} from '../protocol/spool-schedule.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {SPOOL_WATCH_ID} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';

/**
 * Creates the schedule that watches the spools of this worker's evidence roots: each minute, unless a watch still runs. Its memo publishes
 * the roots, so that commands can check what the worker reads.
 */
export async function ensureSpoolSchedule(client: Client, roots: readonly string[]): Promise<void> {
  const memo: SpoolMemo & Record<string, unknown> = {evidenceRoots: roots.map((root) => resolve(root))};
  try {
    await client.schedule.create({
      scheduleId: SPOOL_SCHEDULE_ID,
      spec: {intervals: [{every: '1 minute'}]},
      policies: {overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute'},
      action: {
        type: 'startWorkflow',
        workflowType: 'watchSpool' satisfies keyof Workflows,
        workflowId: SPOOL_WATCH_ID,
        taskQueue: TASK_QUEUE,
        memo,
        args: [],
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await publishRoots(client.schedule.getHandle(SPOOL_SCHEDULE_ID), memo);
  }
  // At once, unless a watch runs.
  await client.schedule.getHandle(SPOOL_SCHEDULE_ID).trigger(ScheduleOverlapPolicy.SKIP);
}

async function publishRoots(handle: ScheduleHandle, memo: Record<string, unknown>): Promise<void> {
  await handle.update(({action, ...schedule}) => ({...schedule, action: {...action, memo}}));
}
