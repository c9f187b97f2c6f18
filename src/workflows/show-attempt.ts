import {setCurrentDetails, workflowInfo} from '@temporalio/workflow';
import type {AttemptProgress} from '../case/attempt/progress.ts';
import {attemptDetails} from '../case/review/attempt-details.ts';
import {caseLinks} from '../case/review/console-links.ts';
import type {AttemptInput} from '../protocol/patch-attempt.ts';

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
