import {setCurrentDetails, workflowInfo} from '@temporalio/workflow';
import {attemptDetails} from '../case/attempt-details.ts';
import type {AttemptProgress} from '../case/attempt-progress.ts';
import {caseLinks} from '../case/console-links.ts';
import type {AttemptInput} from './attempt-input.ts';

/** Shows in the Web UI what an attempt is doing. */
export function showAttempt(
  {attempt, caseId, console, report, work}: AttemptInput,
  progress: AttemptProgress,
  doing: string,
): void {
  const ofCase = {workflowId: caseId, runId: workflowInfo().parent?.runId};
  const links = console === undefined ? undefined : caseLinks(console, ofCase, report, attempt);
  setCurrentDetails(attemptDetails(progress, doing, {links, limits: work.kind === 'model' ? work : undefined}));
}
