import type {Client} from '@temporalio/client';

/** What a workflow answers to a query within `ms` milliseconds; undefined if it does not: without a worker nobody answers. */
export async function askWorkflow<T>(
  client: Client,
  {workflowId, runId}: {readonly workflowId: string; readonly runId?: string | undefined},
  query: string,
  ms: number,
): Promise<T | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId);
  return client.withDeadline(Date.now() + ms, () => handle.query<T>(query)).catch(() => undefined);
}
