import type {Client} from '@temporalio/client';
import type {QueryDefinition} from '@temporalio/common';

/** Returns the answer of a workflow to a query; undefined if none comes within `ms` milliseconds, as without a worker. */
export async function tryQuery<T>(
  client: Client,
  {workflowId, runId}: {readonly workflowId: string; readonly runId?: string | undefined},
  query: QueryDefinition<T>,
  ms: number,
): Promise<T | undefined> {
  const handle = client.workflow.getHandle(workflowId, runId);
  return client.withDeadline(Date.now() + ms, () => handle.query(query)).catch(() => undefined);
}
