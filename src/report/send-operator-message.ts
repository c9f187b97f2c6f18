import {type Client, WorkflowNotFoundError, WorkflowUpdateFailedError} from '@temporalio/client';
import type {SignalDefinition, UpdateDefinition} from '@temporalio/common';
import {maskDeep, maskSecrets} from '../case/evidence/secrets.ts';
import {type ActionName, actionOf} from '../case/operator/actions.ts';
import {OPERATOR_MESSAGES} from '../protocol/port-case.ts';
import {ANSWER_MS, missingWorker, NoAnswer, updateWorkflow} from './worker-answer.ts';

/** The case refused the message: the error text is the case's own. */
export class CaseRefused extends Error {
  override readonly name = 'CaseRefused';
}

/**
 * Sends an operator's action to a case, as its signal or update, and returns the answer. Throws a `CaseRefused` with the refusal of
 * the case and, unless `wait` is set, a `NoAnswer` within 5 s if no worker answers.
 */
export async function sendOperatorMessage(
  client: Client,
  workflowId: string,
  name: ActionName,
  input: object,
  {wait = false}: {readonly wait?: boolean} = {},
): Promise<string> {
  const message: SignalDefinition<[object]> | UpdateDefinition<string, [object]> = OPERATOR_MESSAGES[name];
  const {fields} = actionOf(name);
  const masked = maskedInput(input, (key) => fields[key]?.type === 'diff');
  const send = (): Promise<string> =>
    message.type === 'update'
      ? updateWorkflow(client, workflowId, message, [masked], wait)
      : signalCase(client, workflowId, message, masked, actionOf(name).effect);
  return send().catch((error: Error) => {
    throw withRefusal(workflowId, error);
  });
}

/** Sends a signal, which the server stores without a worker. */
async function signalCase(
  client: Client,
  workflowId: string,
  signal: SignalDefinition<[object]>,
  input: object,
  effect: string,
): Promise<string> {
  const handle = client.workflow.getHandle(workflowId);
  await client.withDeadline(Date.now() + ANSWER_MS, () => handle.signal(signal, input));
  const missing = await missingWorker(client);
  return `${workflowId} has the signal. ${effect}${missing === undefined ? '' : ` ${missing} Until then the signal waits.`}`;
}

/** Masks secrets, since the input goes into the history of the case; except in a diff, which must not change and which the guard checks. */
export function maskedInput<Input extends object>(input: Input, isDiff: (key: string) => boolean = () => false): Input {
  // A subject of a login may look like a secret, and is none.
  const staysAsIs = (key: string): boolean => key === 'login' || isDiff(key);
  const masked = Object.entries(input).map(([key, one]) => [key, staysAsIs(key) ? one : maskDeep(one, maskSecrets)]);
  return Object.fromEntries(masked) as Input;
}

/** Returns the error for an operator: a `CaseRefused` where the case refused the message, or is closed. */
export function withRefusal(id: string, error: Error): Error {
  if (/already completed/.test(error.message))
    return new CaseRefused(
      `${id} is closed, and accepts no action. \`portwright show\` prints its outcome; its next failure starts a new case.`,
    );
  if (error instanceof NoAnswer) return error;
  const text = error.cause instanceof Error ? error.cause.message : error.message;
  const isRefusal = error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError;
  return isRefusal ? new CaseRefused(text) : new Error(text, {cause: error});
}
