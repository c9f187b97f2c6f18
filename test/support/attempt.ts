import type {WorkflowHandle} from '@temporalio/client';
import {status} from '../../src/protocol/port-case.ts';

/** Returns the workflow id of the attempt that a case works on, or of its last one. Throws if it has had none. */
export async function attemptOf(handle: WorkflowHandle): Promise<string> {
  const {currentAttempt, attempts} = await handle.query(status);
  const id = currentAttempt ?? attempts.at(-1)?.workflowId;
  if (id === undefined) throw new Error(`${handle.workflowId} has had no attempt.`);
  return id;
}
