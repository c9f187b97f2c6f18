import {join} from 'node:path';
import {type Client, WorkflowExecutionAlreadyStartedError} from '@temporalio/client';
import {defineQuery} from '@temporalio/workflow';
import {type ProofResult, proofSummary} from '../case/status.ts';
import type {FailureReport} from '../case/types.ts';
import type {ProveAgainInput} from '../protocol/prove-again.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {proofId} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';
import {missingWorker, queryWorkflow} from '../report/worker-answer.ts';
import {START_TEMPORAL, withClient} from './client.ts';
import {openAttemptBundle, openCase} from './open-case.ts';
import {withProgress} from './terminal.ts';
import {withWaitHint} from './wait-hint.ts';

/** Every worker answers it for any workflow; the workflow itself need not define it. */
const workflowMetadata = defineQuery('__temporal_workflow_metadata');

/**
 * `portwright prove CASE`: repeats the proof of the case's last diff, and stores both. Returns the exit code: 0 only if it passed. Throws
 * within 5 s if no worker answers, unless `wait` is set.
 */
export async function prove(name: string, {json, wait}: {json?: boolean; wait?: boolean}): Promise<number> {
  const opened = await openCase(name);
  const {id, status} = opened;
  const attempt = status?.attempts.at(-1);
  if (status === undefined || attempt?.diff === undefined) throw new Error(`${id} has no recorded diff that could be proved.`);
  const {port} = status;
  const master = status.master?.isInScope ? status.master : undefined;
  const {bundle, dir} = await openAttemptBundle(opened, attempt);
  const label = new Date().toISOString().replace(/[-:]/g, '').slice(0, 15);
  const report: FailureReport = {...port, ...bundle, profile: '', createdUtc: ''};
  const input = {caseId: id, port, master, report, diff: attempt.diff, label};
  const result = await withProgress(`proving the diff of attempt ${attempt.attempt} of ${id}`, () =>
    withClient(START_TEMPORAL, (client) => proveAgain(client, input, wait)),
  );
  const file = join(dir, 'analysis', `rebuild_proof-${label}.json`);
  console.log(json ? JSON.stringify({...result, file}, null, 2) : `The proof ${proofSummary(result)}: ${file}`);
  return result.rebuildOk ? 0 : 1;
}

async function proveAgain(client: Client, input: ProveAgainInput, wait = false): Promise<ProofResult> {
  const workflowId = proofId(input.caseId);
  const missing = wait ? undefined : await missingWorker(client);
  if (missing !== undefined) throw new Error(`${missing} No proof was started. --wait starts it, and waits.`);
  const handle = await client.workflow
    .start<Workflows['proveAgain']>('proveAgain', {
      workflowId,
      taskQueue: TASK_QUEUE,
      args: [input],
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: `repeats the proof of ${input.port.origin}`,
    })
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      throw new Error(`The proof of ${input.caseId} is being repeated already. Wait for it, or see the workflow ${workflowId}.`);
    });
  if (!wait) await queryWorkflow(client, {workflowId}, workflowMetadata).catch(withWaitHint);
  return handle.result();
}
