import type {Client} from '@temporalio/client';
import type {QueryDefinition} from '@temporalio/common';

/** What a workflow answers to a query within `ms` milliseconds; undefined if it does not: without a worker nobody answers. */
export async function tryQuery<T>(
  client: Client,
  {workflowId, runId}: {readonly workflowId: string; readonly runId?: string | undefined},
  query: QueryDefinition<T>,
  ms: number,
): Promise<T | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId);
  return client.withDeadline(Date.now() + ms, () => handle.query(query)).catch(() => undefined);
}
