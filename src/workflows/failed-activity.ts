import {ActivityFailure, ApplicationFailure} from '@temporalio/workflow';
import {FAILURES} from '../activities/failures.ts';
import type {AttemptEnd} from '../case/status.ts';

/** How an attempt ends that a failed activity stopped; undefined: it is a fault of ours, which must not be hidden. */
export function endFor(error: unknown): AttemptEnd | undefined {
  const type = causeOf(error)?.type;
  if (type === FAILURES.overlayDirty) return 'overlay-dirty';
  if (type === FAILURES.diffRefused) return 'diff-refused';
  if (type === FAILURES.devEnvUnavailable) return 'env-failed';
  if (error instanceof ActivityFailure) return error.activityType === 'askModel' ? 'model-failed' : 'env-failed';
  return undefined;
}

/** The innermost words of a failed activity, for people. */
export function wordsOf(error: unknown): string {
  return causeOf(error)?.message ?? (error instanceof Error ? error.message : String(error));
}

function causeOf(error: unknown): ApplicationFailure | undefined {
  return error instanceof ActivityFailure && error.cause instanceof ApplicationFailure ? error.cause : undefined;
}
