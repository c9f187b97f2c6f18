import type {Client} from '@temporalio/client';
import type {QuestionInput} from '../case/ask/refusal.ts';
import type {CaseQuestion} from '../case/question.ts';
import {ask, status} from '../protocol/port-case.ts';
import {maskedInput, withRefusal} from './send-operator-message.ts';
import {queryWorkflow, updateWorkflow} from './worker-answer.ts';

/**
 * Asks a question about a case and returns its number; the answer comes in the status of the case. Throws a `CaseRefused` with the refusal of
 * the case and, unless `wait` is set, a `NoAnswer` within 5 s if no worker answers.
 */
export async function askQuestion(
  client: Client,
  workflowId: string,
  input: QuestionInput,
  {wait = false}: {readonly wait?: boolean} = {},
): Promise<number> {
  const {number} = await updateWorkflow(client, workflowId, ask, [maskedInput(input)], wait).catch((error: Error) => {
    throw withRefusal(workflowId, error);
  });
  return number;
}

/** Returns a question of a case as it is now; undefined if the case has none of this number. */
export async function readQuestion(client: Client, workflowId: string, number: number): Promise<CaseQuestion | undefined> {
  const {questions = []} = await queryWorkflow(client, {workflowId}, status);
  return questions.find((one) => one.number === number);
}
