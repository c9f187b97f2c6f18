import type {WorkerOptions} from '@temporalio/worker';
import {heartbeats, maskedResults} from '../activities/context.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {buildId} from './build-id.ts';

/**
 * What every worker of Portwright has in common, those of the tests included. A cancel arrives with a heartbeat's answer, so
 * they are not throttled much; a killed worker's cases wait a second for it and no longer.
 */
export const WORKER_OPTIONS = {
  taskQueue: TASK_QUEUE,
  interceptors: {activity: [maskedResults(process.env), heartbeats]},
  maxHeartbeatThrottleInterval: '500ms',
  stickyQueueScheduleToStartTimeout: '1s',
  // In every workflow task of a history; the default is a digest of 90 characters that nobody can read.
  buildId: buildId(),
} as const satisfies Partial<WorkerOptions>;
