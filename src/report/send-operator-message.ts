import {
  type Client,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import {maskDeep, maskSecrets} from '../case/evidence/secrets.ts';

/** The case said no, in its own words, or takes nothing any more. */
export class CaseRefused extends Error {
  override readonly name = 'CaseRefused';
}

/** Updates need a worker: without one they would wait for ever. */
const ANSWER_MS = 30_000;

/**
 * Says something to a case, as its update of that name or, for `escalate`, its signal, and returns its answer. Throws a `CaseRefused`
 * with the case's own words, and another Error if it could not be said or was not answered within 30 s.
 */
export async function sendOperatorMessage(client: Client, workflowId: string, message: string, input: object): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  const told = maskedInput(input);
  const say = (): Promise<string> =>
    message === 'escalate'
      ? handle.signal('escalate', told).then(() => `${workflowId} is told; automation stops.`)
      : handle.executeUpdate<string, [object]>(message, {args: [told]});
  return client.withDeadline(Date.now() + ANSWER_MS, say).catch((error: Error) => {
    throw withOperatorText(workflowId, error);
  });
}

/** What is said goes into the case's history; a diff must stay as it is, and the guard looks at it. */
function maskedInput(input: object): object {
  return Object.fromEntries(Object.entries(input).map(([key, one]) => [key, key === 'diff' ? one : maskDeep(one, maskSecrets)]));
}

function withOperatorText(id: string, error: Error): Error {
  if (/already completed/.test(error.message))
    return new CaseRefused(
      `${id} is closed, and takes nothing any more. \`portwright show\` says as what; its next failure starts a new case.`,
    );
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return new Error(
      `${id} did not answer within ${ANSWER_MS / 1000} s, and may still take it once a worker runs. \`portwright up\` starts one; \`portwright show\` says what was taken.`,
    );
  const words = error.cause instanceof Error ? error.cause.message : error.message;
  const refused = error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError;
  return refused ? new CaseRefused(words) : new Error(words, {cause: error});
}
