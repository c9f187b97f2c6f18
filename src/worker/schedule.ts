import {type Client, ScheduleAlreadyRunning, ScheduleOverlapPolicy} from '@temporalio/client';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {SPOOL_WATCH_ID} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';

const SCHEDULE = 'portwright-spool';

/** Makes sure that the spools of this worker's evidence roots are always watched: each minute, unless a watch still runs. */
export async function ensureSpoolSchedule(client: Client): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: SCHEDULE,
      spec: {intervals: [{every: '1 minute'}]},
      policies: {overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute'},
      action: {
        type: 'startWorkflow',
        workflowType: 'watchSpool' satisfies keyof Workflows,
        workflowId: SPOOL_WATCH_ID,
        taskQueue: TASK_QUEUE,
        args: [],
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
  // At once, and not a second one beside one that runs.
  await client.schedule.getHandle(SCHEDULE).trigger(ScheduleOverlapPolicy.SKIP);
}
