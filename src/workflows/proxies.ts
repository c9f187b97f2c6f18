import {ActivityCancellationType} from '@temporalio/workflow';
import {DEFAULTS, type Policy} from '../case/policy/policy.ts';
import type {ControlActivities, DevEnvActivities, ToolActivities} from '../protocol/activities.ts';
import {summarizedActivities} from './activity-proxy.ts';

/** A killed worker's activity is tried again when this has passed without a heartbeat; the worker sends one each half second. */
const HEARTBEAT = '5s';

/** What no repetition mends says so itself (`finalFailure`). */
const retry = {initialInterval: '200ms', backoffCoefficient: 3, maximumInterval: '30s'} as const;

/** Evidence and artifacts: quick, and repeated until the disk or the server is back. */
export const control = summarizedActivities<ControlActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: HEARTBEAT,
  retry,
});

/** The model's words may take long and the provider may be down for hours: the policy's `model.retry_hours` is the horizon. */
export function modelFor(policy: Policy) {
  return summarizedActivities<Pick<ControlActivities, 'askModel'>>({
    startToCloseTimeout: '35 minutes',
    scheduleToCloseTimeout: `${policy.model?.retry_hours ?? DEFAULTS.retryHours} hours`,
    heartbeatTimeout: HEARTBEAT,
    // The case goes on at once when an operator interrupts; the socket closes with the next heartbeat.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: {...retry, initialInterval: '500ms', maximumInterval: '5 minutes'},
  });
}

/** What runs in a dev-env must be gone before the case goes on, so a cancel waits for it. */
function inDevEnv(policy: Policy) {
  return {
    startToCloseTimeout: `${(policy.build?.total_hours ?? DEFAULTS.buildTotalHours) + 1} hours`,
    heartbeatTimeout: HEARTBEAT,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {...retry, maximumAttempts: 10},
  } as const;
}

/** A look at a dev-env. One that cannot be looked at is not well. */
export const probe = summarizedActivities<Pick<DevEnvActivities, 'probeDevEnv'>>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: HEARTBEAT,
  retry: {...retry, maximumAttempts: 3},
});

export function devEnvFor(policy: Policy) {
  return summarizedActivities<DevEnvActivities>(inDevEnv(policy));
}

export function toolsFor(policy: Policy) {
  return summarizedActivities<ToolActivities>(inDevEnv(policy));
}
