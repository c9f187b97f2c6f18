import {type Client, WorkflowNotFoundError} from '@temporalio/client';
import {holdId} from '../case/hold.ts';
import {caseId, type FailureReport, type PortId} from '../case/types.ts';
import type {portCase} from '../workflows/port-case.ts';
import {BuildRun, PortOrigin, PortPhase, PortTarget} from '../workflows/search-attributes.ts';
import {WORKFLOW_TASK_TIMEOUT} from '../workflows/task-timeout.ts';

/** The task queue of every Portwright worker. */
export const TASK_QUEUE = 'portwright';

/**
 * Gives a failure to its case, which this starts if there is none; a port that an operator holds gets it recorded, and nothing
 * starts. Safe to repeat: a case and a hold know their bundles. Returns who has it.
 */
export async function reportFailure(client: Client, report: FailureReport): Promise<'case' | 'hold'> {
  if (await recordIfHeld(client, report)) return 'hold';
  const port: PortId = {
    target: report.target,
    origin: report.origin,
    ...(report.flavor === undefined ? {} : {flavor: report.flavor}),
  };
  await client.workflow.signalWithStart<typeof portCase, [FailureReport]>('portCase', {
    workflowId: caseId(port),
    taskQueue: TASK_QUEUE,
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    args: [port],
    signal: 'failureReported',
    signalArgs: [report],
    staticSummary: `${report.origin}${report.flavor ? `@${report.flavor}` : ''} failed in ${report.runId}`,
    staticDetails: detailsOf(report),
    memo: {bundle: `runs/${report.runId}/ports/${report.bundleId}`},
    typedSearchAttributes: [
      {key: PortOrigin, value: port.origin},
      {key: PortTarget, value: port.target},
      {key: PortPhase, value: 'collect'},
      {key: BuildRun, value: report.runId},
    ],
  });
  return 'case';
}

async function recordIfHeld(client: Client, report: FailureReport): Promise<boolean> {
  try {
    await client.workflow.getHandle(holdId(report.origin)).signal<[FailureReport]>('failureReported', report);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

function detailsOf(report: FailureReport): string {
  return [
    `Evidence: \`runs/${report.runId}/ports/${report.bundleId}\` below the evidence root; \`analysis/case.json\` there is the archive.`,
    'Signal `escalate` with `{"by":"you","reason":"why"}` stops automation at once. Update `resolve` with `{"by":"you","outcome":"manual","note":"why"}` closes the case.',
    'Query `timeline` tells the story; each attempt is a child workflow with its turns.',
  ].join('\n\n');
}
