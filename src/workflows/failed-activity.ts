import {ActivityFailure, ApplicationFailure} from '@temporalio/workflow';
import type {AttemptEnd} from '../case/status.ts';
import {FAILURES} from '../protocol/failure-types.ts';

/** How an attempt ends that a failed activity stopped; undefined: it is a fault of ours, which must not be hidden. */
export function attemptEndFor(error: unknown): AttemptEnd | undefined {
  const type = applicationFailureOf(error)?.type;
  if (type === FAILURES.overlayDirty) return 'overlay-dirty';
  if (type === FAILURES.diffRefused) return 'diff-refused';
  if (type === FAILURES.devEnvUnavailable) return 'env-failed';
  if (error instanceof ActivityFailure) return error.activityType === 'askModel' ? 'model-failed' : 'env-failed';
  return undefined;
}

/** The innermost words of a failed activity, for people. */
export function failureMessage(error: unknown): string {
  return applicationFailureOf(error)?.message ?? (error instanceof Error ? error.message : String(error));
}

function applicationFailureOf(error: unknown): ApplicationFailure | undefined {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : undefined;
}
