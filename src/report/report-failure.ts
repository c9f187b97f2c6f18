import {type Client, WorkflowNotFoundError} from '@temporalio/client';
import {caseLinks, casePage, consoleUrl} from '../case/review/console-links.ts';
import {escapeMarkdown} from '../case/text/markdown.ts';
import {type FailureReport, type PortId, portName} from '../case/types.ts';
import {failureReported} from '../protocol/port-case.ts';
import {BuildRun, PortOrigin, PortPhase, PortTarget} from '../protocol/search-attributes.ts';
import {TASK_QUEUE, WORKFLOW_TASK_TIMEOUT} from '../protocol/task-queue.ts';
import {caseId, holdId} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';

/**
 * Signals a failure to its case, which is started if there is none. That of a port under a hold is only recorded by the hold. Safe to
 * repeat: a case and a hold ignore a bundle that they have. Returns which has it. `env` has the console's address.
 */
export async function reportFailure(
  client: Client,
  report: FailureReport,
  env: NodeJS.ProcessEnv = process.env,
): Promise<'case' | 'hold'> {
  if (await recordIfHeld(client, report)) return 'hold';
  const port: PortId = {
    target: report.target,
    origin: report.origin,
    flavor: report.flavor,
  };
  const workflowId = caseId(port);
  const base = consoleOrNone(env);
  await client.workflow.signalWithStart<Workflows['portCase'], [FailureReport]>('portCase', {
    workflowId,
    taskQueue: TASK_QUEUE,
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    args: [port],
    signal: failureReported,
    signalArgs: [report],
    staticSummary: `${portName(report)} failed in ${report.runId}`,
    staticDetails: detailsOf(report, workflowId, base),
    memo: {bundle: bundlePath(report), ...(base === undefined ? {} : {console: casePage(base, {workflowId})})},
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
    await client.workflow.getHandle(holdId(report.origin)).signal(failureReported, report);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Returns the base of the console's addresses; undefined, so without links, if the setting is invalid. */
export function consoleOrNone(env: NodeJS.ProcessEnv): string | undefined {
  try {
    return consoleUrl(env);
  } catch {
    return undefined;
  }
}

/** Returns the details that the Web UI shows of a case without a worker. */
function detailsOf(report: FailureReport, workflowId: string, base: string | undefined): string {
  return [
    `**${escapeMarkdown(portName(report))}**, target ${escapeMarkdown(report.target)}, failed in ${escapeMarkdown(report.runId)}.`,
    ...(base === undefined ? [] : [caseLinks(base, {workflowId}, report)]),
    `**Evidence:** \`${bundlePath(report)}\` below the evidence root. In its \`analysis/\`, \`case.json\` is the archive, \`triage.md\` has the cause, and \`manual_handoff.md\` the question to you while the case waits.`,
    '**To act:** signal `escalate` with `{"by":"you","reason":"why"}` stops automation at once; update `resolve` with `{"by":"you","outcome":"manual","note":"why"}` closes the case. The operator’s guide has the others.',
    '**Without a worker** the current details cannot be shown; the last `recordCase` in the history then has the phase of the case, and the reason. Each attempt is a child workflow with its turns.',
  ].join('\n\n');
}

function bundlePath({runId, bundleId}: FailureReport): string {
  return `runs/${runId}/ports/${bundleId}`;
}
