import {ActivityCancellationType} from '@temporalio/workflow';
import type {DeliverySettings, EffectivePolicy} from '../case/policy/policy.ts';
import type {
  CollectActivities,
  ControlActivities,
  DevEnvActivities,
  EvalActivities,
  RunActivities,
  SpoolActivities,
  ToolActivities,
} from '../protocol/activities.ts';
import {summarizedActivities} from './activity-proxy.ts';

/** A killed worker's activity is retried when this has passed without a heartbeat; the worker sends one each half second. */
const HEARTBEAT = '5s';

/** What no retry can repair is final at once: errors of our own code (`programmingErrors` of the worker), and what an activity throws by `finalFailure`. */
const retry = {initialInterval: '200ms', backoffCoefficient: 3, maximumInterval: '30s'} as const;

/**
 * Retries of a step that needs nothing but our own disk and server. The count bounds the time in which it fails, about 12 hours; the
 * timeout is the outer horizon. A count alone would not end what hangs, a short timeout would fail whatever was open while no worker ran.
 */
const patient = {scheduleToCloseTimeout: '7 days', retry: {...retry, maximumAttempts: 1_500}} as const;

/** Evidence, prompts and other short steps on our own disk and server. */
export const control = summarizedActivities<ControlActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: HEARTBEAT,
  ...patient,
});

/** Files below analysis/. A cancelled write is waited for, so that it never replaces what is written after it. */
export const artifacts = summarizedActivities<Pick<ControlActivities, 'recordCase' | 'writeAttempts' | 'writeTriage'>>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: HEARTBEAT,
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
  ...patient,
});

/** The policy's delivery command: one activity, whose retries are the policy's. It must be gone before the case continues. */
export function deliveryFor({timeout_minutes, attempts}: DeliverySettings) {
  return summarizedActivities<Pick<ControlActivities, 'deliverFix'>>({
    // The command is ended at its own limit first.
    startToCloseTimeout: `${timeout_minutes + 2} minutes`,
    heartbeatTimeout: HEARTBEAT,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {initialInterval: '10s', backoffCoefficient: 3, maximumInterval: '10 minutes', maximumAttempts: attempts},
  });
}

/** Activities of a dsynth run, which read all of its results. */
export const runs = summarizedActivities<RunActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: HEARTBEAT,
  ...patient,
});

/** Activities of an evaluation. */
export const evals = summarizedActivities<EvalActivities>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: HEARTBEAT,
  ...patient,
});

/** The watch of the spool: one activity, which ends by itself. */
export const spool = summarizedActivities<SpoolActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: HEARTBEAT,
  retry,
});

/** The collection of a host's evidence: one activity, which ends by itself, whatever the link does. */
export const collect = summarizedActivities<CollectActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: HEARTBEAT,
  retry,
});

/** Many cases that begin together wait for one another in the worker. */
const READING = '5 minutes';

/** A first, short attempt at reading a bundle; what then still cannot be read is an infrastructure problem. */
export const evidenceNow = summarizedActivities<Pick<ControlActivities, 'collectEvidence' | 'openCase'>>({
  startToCloseTimeout: READING,
  heartbeatTimeout: HEARTBEAT,
  scheduleToCloseTimeout: '7 days',
  retry: {...retry, maximumAttempts: 3},
});

/** Retries of a bundle that could not be read, until its disk or mount is back: at least every 2 minutes, for two weeks. */
export const evidenceLater = summarizedActivities<Pick<ControlActivities, 'collectEvidence' | 'openCase'>>({
  startToCloseTimeout: READING,
  heartbeatTimeout: HEARTBEAT,
  scheduleToCloseTimeout: '30 days',
  retry: {...retry, initialInterval: '2s', maximumInterval: '2 minutes', maximumAttempts: 10_000},
});

/** A model call may take long and the provider may be down for hours: the policy's `model.retry_hours` is the horizon. */
export function modelFor({model}: EffectivePolicy) {
  return summarizedActivities<Pick<ControlActivities, 'askModel'>>({
    startToCloseTimeout: '35 minutes',
    scheduleToCloseTimeout: `${model.retry_hours} hours`,
    heartbeatTimeout: HEARTBEAT,
    // The case continues at once when an operator interrupts; the socket closes with the next heartbeat.
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    retry: {...retry, initialInterval: '500ms', maximumInterval: '5 minutes'},
  });
}

/**
 * Steps of an answer to an operator's question. Somebody waits for it: what fails for a quarter of an hour is no answer, and the case
 * closes, or goes on, without it.
 */
export const questions = summarizedActivities<
  Pick<ControlActivities, 'askModel' | 'openQuestion' | 'readArtifacts' | 'writeAnswer'>
>({
  startToCloseTimeout: '10 minutes',
  scheduleToCloseTimeout: '15 minutes',
  heartbeatTimeout: HEARTBEAT,
  cancellationType: ActivityCancellationType.TRY_CANCEL,
  retry: {...retry, initialInterval: '500ms', maximumAttempts: 20},
});

/**
 * Retries of what runs in a dev-env. They wait for more than 7 minutes, so that a build host that reboots in 5 costs no attempt; a host that
 * is away for longer costs one, which does not count, and then the pool waits for it without a limit.
 */
export const DEV_ENV_RETRY = {...retry, maximumAttempts: 20} as const;

/**
 * Retries of the clean-up after an attempt, which an operator who interrupts it waits for: less than half a minute. What it leaves on a host that
 * is away is restored by the next case that leases the dev-env.
 */
export const CLEAN_UP_RETRY = {...retry, maximumAttempts: 6} as const;

/** What runs in a dev-env must be gone before the case continues, so a cancel waits for it. */
function inDevEnv({build}: EffectivePolicy) {
  return {
    // A proof builds twice.
    startToCloseTimeout: `${2 * build.total_hours + 1} hours`,
    heartbeatTimeout: HEARTBEAT,
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: DEV_ENV_RETRY,
  } as const;
}

/** A check of a dev-env. A dev-env that cannot be checked is not healthy. */
export const probe = summarizedActivities<Pick<DevEnvActivities, 'probeDevEnv'>>({
  startToCloseTimeout: '2 minutes',
  heartbeatTimeout: HEARTBEAT,
  retry: {...retry, maximumAttempts: 3},
});

export function devEnvFor(policy: EffectivePolicy) {
  return summarizedActivities<DevEnvActivities>(inDevEnv(policy));
}

/** Restores an overlay when an attempt is over. */
export function cleanUpFor(policy: EffectivePolicy) {
  return summarizedActivities<Pick<DevEnvActivities, 'restoreOverlay'>>({...inDevEnv(policy), retry: CLEAN_UP_RETRY});
}

export function toolsFor(policy: EffectivePolicy) {
  return summarizedActivities<ToolActivities>(inDevEnv(policy));
}
