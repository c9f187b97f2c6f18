import type {WorkerOptions} from '@temporalio/worker';
import {heartbeats, maskedResults, programmingErrors} from '../activities/context.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {buildId} from './build-id.ts';

/**
 * Options of every worker of Portwright, those of the tests included. A cancel arrives with the answer to a heartbeat, so heartbeats
 * are hardly throttled; the cases of a killed worker wait a second for it.
 */
export const WORKER_OPTIONS = {
  taskQueue: TASK_QUEUE,
  interceptors: {activity: [maskedResults(process.env), heartbeats, programmingErrors]},
  maxHeartbeatThrottleInterval: '500ms',
  stickyQueueScheduleToStartTimeout: '1s',
  // In every workflow task of a history; the default is a digest of 90 characters that nobody can read.
  buildId: buildId(),
} as const satisfies Partial<WorkerOptions>;
