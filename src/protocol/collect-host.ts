import {defineQuery, defineSignal} from '@temporalio/workflow';

/** Prefix of the ids of the schedules that run `collectHost`, one for each host. */
export const COLLECT_SCHEDULE_PREFIX = 'portwright-collect-';

/** How the evidence of one log directory of a host comes. */
export interface LogState {
  /** The log directory on the host. */
  readonly logs: string;
  /** Why nothing can be collected from it, or null. */
  readonly problem: string | null;
  /** ISO 8601: when the problem began, or ended. */
  readonly sinceUtc: string;
}

/** Sent by the activity when a problem of a log directory begins or ends. */
export const logStateChanged = defineSignal<[LogState]>('logStateChanged');

/** Returns the states of the host's log directories. */
export const collectState = defineQuery<readonly LogState[]>('collectState');
