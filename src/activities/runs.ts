import {WorkflowNotFoundError} from '@temporalio/client';
import {consoleUrl} from '../case/review/console-links.ts';
import {findBundle} from '../evidence/bundle.ts';
import {listedRunState, openRun, rootOfRun, writeRunSummary} from '../evidence/runs.ts';
import {claimTriage} from '../evidence/triage-claim.ts';
import type {CaseSteps, ControlActivities, RunActivities} from '../protocol/activities.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {openBundle, type WorkerContext} from './context.ts';
import {RunNewsSender} from './run-news.ts';

export function runActivities(
  context: WorkerContext,
): Pick<ControlActivities, 'notifyRun' | 'openBulkRun'> & Pick<CaseSteps, 'claimTriage'> & RunActivities {
  const {client, env, roots, taskQueue} = context;
  const sender = new RunNewsSender(client, taskQueue);
  return {
    async notifyRun({runId, news}) {
      await sender.send(runId, news);
    },

    async claimTriage({report, signature, caseRunId}) {
      const {root} = await openBundle(context, report);
      return claimTriage(root, report.runId, signature, `${caseId(report)} ${caseRunId}`);
    },

    async openBulkRun({bundle}) {
      const place = await findBundle(roots, bundle).catch(() => undefined);
      const runId = place && (await openRun(place.root, Date.now()));
      return runId ? {runId} : null;
    },

    async readRun(runId) {
      const root = await rootOfRun(roots, runId);
      return root === undefined ? null : {...(await listedRunState(root, runId)), console: consoleUrl(env)};
    },

    async writeRunSummary(runId) {
      const root = await rootOfRun(roots, runId);
      if (root !== undefined) await writeRunSummary(root, runId);
    },

    async openCases(caseIds) {
      const open = await Promise.all(caseIds.map(isOpen));
      return caseIds.filter((_, index) => open[index]);
    },
  };

  async function isOpen(caseId: string): Promise<boolean> {
    try {
      const {status} = await client.workflow.getHandle(caseId).describe();
      return status.name === 'RUNNING' || status.name === 'PAUSED';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }
}
