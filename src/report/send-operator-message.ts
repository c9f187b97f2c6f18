import {
  type Client,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type {SignalDefinition, UpdateDefinition} from '@temporalio/common';
import {maskDeep, maskSecrets} from '../case/evidence/secrets.ts';
import {type ActionName, actionOf} from '../case/operator/actions.ts';
import {OPERATOR_MESSAGES} from '../protocol/port-case.ts';

/** A refusal of the case, or a case that is closed. */
export class CaseRefused extends Error {
  override readonly name = 'CaseRefused';
}

/** Limit on the answer: without a worker, an update would wait for ever. */
const ANSWER_MS = 30_000;

/**
 * Sends an operator's action to a case, as its signal or update, and returns the answer. Throws a `CaseRefused` with the refusal of
 * the case, and another Error if the message could not be sent or was not answered within 30 s.
 */
export async function sendOperatorMessage(client: Client, workflowId: string, name: ActionName, input: object): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  const message: SignalDefinition<[object]> | UpdateDefinition<string, [object]> = OPERATOR_MESSAGES[name];
  const masked = maskedInput(name, input);
  const send = async (): Promise<string> => {
    if (message.type === 'update') return handle.executeUpdate(message, {args: [masked]});
    await handle.signal(message, masked);
    return `${workflowId} has the signal. ${actionOf(name).effect}`;
  };
  return client.withDeadline(Date.now() + ANSWER_MS, send).catch((error: Error) => {
    throw withOperatorText(workflowId, error);
  });
}

/** Masks secrets, since the input goes into the history of the case; except in a diff, which must not change and which the guard checks. */
function maskedInput(name: ActionName, input: object): object {
  const {fields} = actionOf(name);
  const isDiff = (key: string): boolean => fields[key]?.type === 'diff';
  return Object.fromEntries(Object.entries(input).map(([key, one]) => [key, isDiff(key) ? one : maskDeep(one, maskSecrets)]));
}

function withOperatorText(id: string, error: Error): Error {
  if (/already completed/.test(error.message))
    return new CaseRefused(
      `${id} is closed, and accepts no action. \`portwright show\` prints its outcome; its next failure starts a new case.`,
    );
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return new Error(
      `${id} did not answer within ${ANSWER_MS / 1000} s, and may still accept the action once a worker runs. \`portwright up\` starts one; \`portwright show\` prints what was accepted.`,
    );
  const message = error.cause instanceof Error ? error.cause.message : error.message;
  const refused = error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError;
  return refused ? new CaseRefused(message) : new Error(message, {cause: error});
}
