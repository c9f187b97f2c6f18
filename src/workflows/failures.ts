import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  log,
  TemporalFailure,
} from '@temporalio/workflow';
import {isToolName} from '../case/attempt/tool-names.ts';
import type {AttemptEnd} from '../case/status.ts';
import {DEV_ENV_ACTIVITIES} from '../protocol/activities.ts';
import {FAILURES, PROGRAMMING_ERRORS} from '../protocol/failure-types.ts';

/** Returns how an attempt ends that `error` stopped; undefined for an error of workflow code, which must not be hidden. */
export function attemptEndFor(error: unknown): AttemptEnd | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  const type = failureType(error);
  if (isProgrammingError(type)) return 'automation-failed';
  if (type === FAILURES.overlayDirty) return 'overlay-dirty';
  if (type === FAILURES.diffRefused) return 'diff-refused';
  if (error.activityType === 'askModel') return 'model-failed';
  return runsInDevEnv(error.activityType) ? 'env-failed' : 'automation-failed';
}

function isProgrammingError(type: string | undefined): boolean {
  return PROGRAMMING_ERRORS.some((one) => one === type);
}

function runsInDevEnv(activityType: string): boolean {
  return isToolName(activityType) || activityType === 'refuseTool' || DEV_ENV_ACTIVITIES.some((one) => one === activityType);
}

/** Returns the type of the application failure that ended an activity. Source: protocol/failure-types.ts. */
export function failureType(error: unknown): string | undefined {
  return applicationFailureOf(error)?.type ?? undefined;
}

/** Returns the innermost message of a failed activity or child workflow, for operators. */
export function failureMessage(error: unknown): string {
  return applicationFailureOf(error)?.message ?? (error instanceof Error ? error.message : String(error));
}

/** Returns the result of an activity that builds. If its build failed, the activity fails too, and has the result as a detail. */
export async function buildResult<T>(build: Promise<T>): Promise<T> {
  try {
    return await build;
  } catch (error) {
    if (failureType(error) !== FAILURES.buildFailed) throw error;
    return failureDetail<T>(error) as T;
  }
}

/** Returns the first detail of the application failure that ended an activity; undefined where it ended otherwise. */
export function failureDetail<T>(error: unknown): T | undefined {
  return applicationFailureOf(error)?.details?.[0] as T | undefined;
}

function applicationFailureOf(error: unknown): ApplicationFailure | undefined {
  const cause = error instanceof ChildWorkflowFailure ? error.cause : error;
  return cause instanceof ActivityFailure && cause.cause instanceof ApplicationFailure ? cause.cause : undefined;
}

/** Rethrows what no catch of a workflow may hide: a cancellation, and an error of workflow code, which fails the workflow task. */
export function rethrowUnlessFailed(error: unknown): void {
  if (isCancellation(error) || !(error instanceof TemporalFailure)) throw error;
}

/**
 * Returns the result of a step that the workflow can do without, or undefined after a warning in the worker's log if the step has
 * failed for good.
 */
export async function orWarn<T>(what: string, step: Promise<T>): Promise<T | undefined> {
  try {
    return await step;
  } catch (error) {
    rethrowUnlessFailed(error);
    log.warn(`${what}: ${failureMessage(error)}`);
    return undefined;
  }
}
