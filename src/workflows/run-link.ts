import {getExternalWorkflowHandle, isCancellation, type SignalDefinition} from '@temporalio/workflow';
import {runWorkflowId} from '../protocol/workflow-ids.ts';

/** Signals the workflow of a dsynth run. Returns false if that is closed or was never started. */
export async function toRun<T>(runId: string, message: SignalDefinition<[T]>, input: T): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(runWorkflowId(runId)).signal(message, input);
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}
