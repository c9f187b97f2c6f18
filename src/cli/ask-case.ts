import {WorkflowNotFoundError} from '@temporalio/client';
import type {CaseStatus} from '../case/status.ts';
import {status as caseStatus} from '../protocol/port-case.ts';
import {NoAnswer, queryWorkflow} from '../report/worker-answer.ts';
import {withClient} from './client.ts';
import {describeCase, findCase, type ListedCase, SeveralCases} from './find-case.ts';

/** The status of a case, or why it does not answer, with its search attributes if the server does. */
export type CaseAnswer = {readonly status: CaseStatus} | {readonly problem: string; readonly listed?: ListedCase};

/** Asks a case for its status, by its id or origin, for at most 5 s. Throws only if the name fits several cases. */
export async function askCase(name: string): Promise<CaseAnswer> {
  try {
    return await withClient('', async (client) => {
      const workflowId = await findCase(client, name);
      try {
        return {status: await queryWorkflow(client, {workflowId}, caseStatus)};
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        const listed = await describeCase(client, workflowId).catch(() => undefined);
        return {problem: error.message, ...(listed && {listed})};
      }
    });
  } catch (error) {
    if (error instanceof SeveralCases) throw error;
    if (error instanceof WorkflowNotFoundError) return {problem: `Temporal has no case ${name}.`};
    return {problem: (error as Error).message.trim()};
  }
}
