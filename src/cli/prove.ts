import {join} from 'node:path';
import {WorkflowExecutionAlreadyStartedError} from '@temporalio/client';
import {proofSummary} from '../case/status.ts';
import type {FailureReport} from '../case/types.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {proofId} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';
import {OTHERWISE, withClient} from './client.ts';
import {openCase} from './open-case.ts';

/** `portwright prove CASE`: repeats the proof of the case's last diff and keeps both. Returns the exit code: 0 only if it passed. */
export async function prove(name: string, options: {json?: boolean}): Promise<number> {
  const {id, status, bundle, dir} = await openCase(name);
  const diff = status?.attempts.at(-1)?.diff;
  if (status === undefined || diff === undefined) throw new Error(`${id} has no recorded diff that could be proved.`);
  const {port} = status;
  const label = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
  const report: FailureReport = {...port, ...bundle, profile: '', createdUtc: ''};
  return withClient(OTHERWISE, async (client) => {
    const result = await client.workflow
      .execute<Workflows['proveAgain']>('proveAgain', {
        workflowId: proofId(id),
        taskQueue: TASK_QUEUE,
        args: [{caseId: id, port, report, diff, label}],
        workflowIdConflictPolicy: 'FAIL',
        staticSummary: `repeats the proof of ${port.origin}`,
      })
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
        throw new Error(`The proof of ${id} is being repeated already. Wait for it, or look at the workflow proof:${id}.`);
      });
    const file = join(dir, 'analysis', `rebuild_proof-${label}.json`);
    console.log(options.json ? JSON.stringify({...result, file}, null, 2) : `The proof ${proofSummary(result)}: ${file}`);
    return result.rebuildOk ? 0 : 1;
  });
}
