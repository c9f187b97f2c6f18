import {WorkflowNotFoundError} from '@temporalio/client';
import type {Holder, LeaseRequest} from '../case/lease/lease-table.ts';
import {requestLease} from '../protocol/dev-env-pool.ts';
import {WORKFLOW_TASK_TIMEOUT} from '../protocol/task-queue.ts';
import {targetOfPool} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';
import type {WorkerContext} from './context.ts';

export function leaseActivities({client, taskQueue}: WorkerContext) {
  return {
    /** Starts the pool if it does not run, and asks it. */
    async requestLease({pool, request}: {pool: string; request: LeaseRequest}): Promise<void> {
      await client.workflow.signalWithStart<Workflows['devEnvPool'], [LeaseRequest]>('devEnvPool', {
        workflowId: pool,
        taskQueue,
        workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
        args: [],
        signal: requestLease,
        signalArgs: [request],
        staticSummary: `leases the dev-envs of ${targetOfPool(pool)}`,
      });
    },

    async openCasesOf({origin, caseId}: {origin: string; caseId: string}): Promise<string[]> {
      const found: string[] = [];
      const query = `WorkflowType = "portCase" AND ExecutionStatus = "Running" AND PortOrigin = "${origin}"`;
      for await (const {workflowId} of client.workflow.list({query})) if (workflowId !== caseId) found.push(workflowId);
      return found;
    },

    async openHolders(holders: readonly Holder[]): Promise<Holder[]> {
      const open = await Promise.all(holders.map((holder) => isOpen(holder)));
      return holders.filter((_, index) => open[index]).map(({workflowId, runId}) => ({workflowId, runId}));
    },
  };

  async function isOpen({workflowId, runId}: Holder): Promise<boolean> {
    try {
      const {status} = await client.workflow.getHandle(workflowId, runId).describe();
      return status.name === 'RUNNING' || status.name === 'PAUSED';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }
}
