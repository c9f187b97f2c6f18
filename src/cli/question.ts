import {setTimeout as delay} from 'node:timers/promises';
import type {Client} from '@temporalio/client';
import {answerText} from '../case/ask/answer-text.ts';
import type {CaseQuestion} from '../case/question.ts';
import {plainText} from '../case/text/plain-text.ts';
import {askQuestion, readQuestion} from '../report/ask-question.ts';
import {START_TEMPORAL, withClient} from './client.ts';
import {findCase} from './find-case.ts';
import {commandLogin} from './login-name.ts';
import {withWaitHint} from './wait-hint.ts';

/** Milliseconds between two queries for the answer. */
const POLL_MS = 300;

export interface AskOptions {
  readonly by: string;
  readonly json?: boolean;
  readonly wait?: boolean;
}

/**
 * `portwright ask CASE QUESTION`: prints the answer with the lines that it cites. Returns the exit code: 1 if there is no answer. Throws
 * with the refusal of the case, or if no worker answers.
 */
export async function askAbout(name: string, text: string, {by, json, wait}: AskOptions): Promise<number> {
  return withClient(START_TEMPORAL, async (client) => {
    const workflowId = await findCase(client, name);
    const number = await askQuestion(
      client,
      workflowId,
      {by, login: commandLogin(), text},
      wait === undefined ? {} : {wait},
    ).catch(withWaitHint);
    if (process.stderr.isTTY) console.error(`Question ${number} is being answered from the evidence of ${workflowId} …`);
    const question = await answered(client, workflowId, number);
    console.log(json ? JSON.stringify(question, null, 2) : plainText(answerText(question)));
    return question.state === 'answered' ? 0 : 1;
  });
}

/** Polls until a question is over. */
async function answered(client: Client, workflowId: string, number: number): Promise<CaseQuestion> {
  for (;;) {
    const question = await readQuestion(client, workflowId, number);
    if (question === undefined)
      throw new Error(`${workflowId} has no question ${number} any more: it was started again meanwhile.`);
    if (question.state !== 'running') return question;
    await delay(POLL_MS);
  }
}
