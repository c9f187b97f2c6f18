import type {WorkerOptions} from '@temporalio/worker';
import {heartbeats, maskedResults} from '../activities/context.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';

/**
 * What every worker of Portwright has in common, those of the tests included. A cancel arrives with a heartbeat's answer, so
 * they are not throttled much; a killed worker's cases wait a second for it and no longer.
 */
export const WORKER_OPTIONS = {
  taskQueue: TASK_QUEUE,
  interceptors: {activity: [maskedResults(process.env), heartbeats]},
  maxHeartbeatThrottleInterval: '500ms',
  stickyQueueScheduleToStartTimeout: '1s',
  // Stands in four of ten events of a history; the default is a digest of 90 characters.
  buildId: 'portwright',
} as const satisfies Partial<WorkerOptions>;
