import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type {QueryDefinition, UpdateDefinition} from '@temporalio/common';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {freshPollers} from './pollers.ts';

/** Milliseconds that a worker has to answer a query or an update. */
export const ANSWER_MS = 3500;
/** Milliseconds for the question why there was no answer. */
const EXPLAIN_MS = 1000;
/** gRPC's INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, UNIMPLEMENTED and UNAUTHENTICATED: the server itself answers by them. */
const ANSWERED: ReadonlySet<number> = new Set([3, 5, 7, 12, 16]);

const TODO = 'Start one: `portwright up` here, or `portwright worker` where the evidence is; `portwright doctor` checks it.';

/** No worker answered for a workflow. The message names the workflow, why, what was done, and what to do. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/** Which workflow is asked; the latest run unless one is given. */
export interface Asked {
  readonly workflowId: string;
  readonly runId?: string | undefined;
}

/** Returns the answer of a workflow to a query. Throws a `NoAnswer` if none comes within `ANSWER_MS`. */
export async function queryWorkflow<T>(client: Client, {workflowId, runId}: Asked, query: QueryDefinition<T>): Promise<T> {
  const handle = client.workflow.getHandle(workflowId, runId);
  const answer = client.withDeadline(Date.now() + ANSWER_MS, () => handle.query(query));
  return answer.catch(async (error: unknown) => {
    throw isUnanswered(error) ? await noAnswer(client, workflowId, 'Nothing was changed.') : error;
  });
}

/**
 * Sends an update to a workflow and returns its result. Without `wait` it throws a `NoAnswer` if no worker polls, and then sends nothing, or
 * if the worker does not answer within `ANSWER_MS`: such an update may still be applied.
 */
export async function updateWorkflow<T, Args extends [unknown, ...unknown[]]>(
  client: Client,
  workflowId: string,
  update: UpdateDefinition<T, Args>,
  args: Args,
  wait = false,
): Promise<T> {
  const handle = client.workflow.getHandle(workflowId);
  const send = (): Promise<T> => handle.executeUpdate<T, Args>(update, {args});
  if (wait) return send();
  await requireWorker(client, workflowId);
  return client.withDeadline(Date.now() + ANSWER_MS, send).catch(async (error: unknown) => {
    if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) && !isUnanswered(error)) throw error;
    throw await noAnswer(client, workflowId, `The ${update.name} was sent, and may still be applied once a worker runs.`);
  });
}

/** Throws a `NoAnswer` if no worker polls the task queue, unless the workflow is closed: then the server itself answers. */
async function requireWorker(client: Client, workflowId: string): Promise<void> {
  const isOpen = client.withDeadline(Date.now() + ANSWER_MS, async () => {
    if ((await freshPollers(client, 'workflows')).length > 0) return false;
    return isRunning(client, workflowId);
  });
  if (await isOpen) throw await noAnswer(client, workflowId, 'Nothing was sent.');
}

/** Whether a workflow runs; one that is not there has yet to be started by who asks. */
async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  const described = await client.workflow
    .getHandle(workflowId)
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
  return described?.status.name === 'RUNNING';
}

/** Returns why no worker does anything, as a sentence with what to do; undefined if one polls. */
export async function missingWorker(client: Client): Promise<string | undefined> {
  const pollers = await pollersNow(client);
  return pollers?.length === 0 ? `No worker polls the task queue ${TASK_QUEUE}. ${TODO}` : undefined;
}

/** Returns the error for a workflow that nobody answers for; `done` is what was done all the same. */
export async function noAnswer(client: Client, workflowId: string, done: string): Promise<NoAnswer> {
  return new NoAnswer(`${workflowId} does not answer: ${reasonOf(await pollersNow(client))} ${done} ${TODO}`);
}

/** Returns undefined if the server does not answer in time. */
async function pollersNow(client: Client): Promise<string[] | undefined> {
  const asked = client.withDeadline(Date.now() + EXPLAIN_MS, () => freshPollers(client, 'workflows'));
  return asked.catch(() => undefined);
}

function reasonOf(pollers: readonly string[] | undefined): string {
  if (pollers === undefined) return "Temporal's server does not answer either.";
  if (pollers.length === 0) return `no worker polls the task queue ${TASK_QUEUE}.`;
  return `${pollers.join(', ')} polled in the last two minutes, but has ended or is busy.`;
}

/** Whether a call failed because nobody answered it, and not because the answer was an error. */
function isUnanswered(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && !ANSWERED.has(cause.code);
}
