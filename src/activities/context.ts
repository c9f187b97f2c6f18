import {ApplicationFailure, CancelledFailure, Context} from '@temporalio/activity';
import type {Client} from '@temporalio/client';
import type {ActivityInterceptorsFactory} from '@temporalio/worker';
import {maskDeep, maskFor} from '../case/evidence/secrets.ts';
import type {BundleRef} from '../case/types.ts';
import {findBundle} from '../evidence/bundle.ts';
import {RecordStore} from '../evidence/store.ts';
import {FAILURES, PROGRAMMING_ERRORS} from '../protocol/failure-types.ts';

/** What the worker gives to its activities. */
export interface WorkerContext {
  /** Settings; the contract's section 9. */
  readonly env: NodeJS.ProcessEnv;
  /** Evidence roots, absolute. */
  readonly roots: readonly string[];
  readonly client: Client;
  readonly taskQueue: string;
}

/** Returns a failure that no retry can repair; workflows distinguish it by its type. */
export function finalFailure(type: string, message: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(message, type);
}

/**
 * Returns the directory and the record store of a bundle. Throws `EvidenceUnavailable`, which is retried, while no evidence root has it:
 * a mount may be away.
 */
export async function openBundle(
  context: WorkerContext,
  bundle: BundleRef,
): Promise<{dir: string; root: string; store: RecordStore}> {
  const found = await findBundle(context.roots, bundle).catch((error: Error) => {
    throw ApplicationFailure.retryable(error.message, FAILURES.evidenceUnavailable);
  });
  return {...found, store: new RecordStore(found.root, maskFor(context.env))};
}

/** Masks secrets in the results and failures of activities, which go into histories. */
export function maskedResults(env: NodeJS.ProcessEnv): ActivityInterceptorsFactory {
  const mask = maskFor(env);
  return () => ({
    inbound: {
      async execute(input, next) {
        try {
          return maskDeep(await next(input), mask);
        } catch (error) {
          maskError(error, mask);
          throw error;
        }
      },
    },
  });
}

function maskError(error: unknown, mask: (text: string) => string): void {
  for (let one = error; one instanceof Error; one = one.cause) {
    one.message = mask(one.message);
    if (one instanceof ApplicationFailure && one.details) Object.assign(one, {details: maskDeep(one.details, mask)});
    if (one.stack !== undefined) one.stack = mask(one.stack);
  }
}

/** Ends with the activity: an operator's interruption, a time limit, the worker's end. */
export function cancelSignal(): AbortSignal {
  return Context.current().cancellationSignal;
}

/** Details of each running activity's heartbeats. */
const heartbeatDetails = new WeakMap<Context, unknown>();

/** Sends `details` now and with each later heartbeat; the next attempt of the activity reads it by `previousHeartbeatDetails`. */
export function setHeartbeatDetails(details: unknown): void {
  const context = Context.current();
  heartbeatDetails.set(context, details);
  context.heartbeat(details);
}

/** Returns the details of the last heartbeat of the activity's earlier attempt; undefined if there was none. */
export function previousHeartbeatDetails<T>(): T | undefined {
  return (Context.current().info.heartbeatDetails as T | null) ?? undefined;
}

/**
 * Each activity sends a heartbeat twice a second: a killed worker's work is noticed in seconds, and a cancel arrives
 * with the answer. Whatever an interrupted library threw then becomes the cancellation that it was.
 */
export const heartbeats: ActivityInterceptorsFactory = (context) => ({
  inbound: {
    async execute(input, next) {
      const beat = setInterval(() => context.heartbeat(heartbeatDetails.get(context)), 500);
      try {
        return await next(input);
      } catch (error) {
        if (!context.cancellationSignal.aborted || error instanceof CancelledFailure) throw error;
        return await context.cancelled;
      } finally {
        clearInterval(beat);
      }
    },
  },
});

/**
 * Makes an error of our own code final: a retry would throw it again. The worker decides that, since a list of types in the options of
 * each activity would stand in each event that schedules one.
 */
export const programmingErrors: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        const isOurs = error instanceof Error && PROGRAMMING_ERRORS.some((type) => type === error.name);
        throw isOurs
          ? ApplicationFailure.create({message: error.message, type: error.name, nonRetryable: true, cause: error})
          : error;
      }
    },
  },
});
