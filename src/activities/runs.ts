import {WorkflowNotFoundError} from '@temporalio/client';
import {consoleUrl} from '../case/review/console-links.ts';
import type {CaseJoined} from '../case/run/run-totals.ts';
import {findBundle} from '../evidence/bundle.ts';
import {listedRunState, openRun, rootOfRun, writeRunSummary} from '../evidence/runs.ts';
import type {ControlActivities, RunActivities} from '../protocol/activities.ts';
import {caseJoined} from '../protocol/build-run.ts';
import type {Workflows} from '../protocol/workflows.ts';
import {runOptions} from '../report/deliver-runs.ts';
import type {WorkerContext} from './context.ts';

export function runActivities(context: WorkerContext): Pick<ControlActivities, 'joinRun' | 'openBulkRun'> & RunActivities {
  const {client, env, roots, taskQueue} = context;
  return {
    async joinRun(joined) {
      await client.workflow.signalWithStart<Workflows['buildRun'], [CaseJoined]>('buildRun', {
        ...runOptions(joined.runId),
        taskQueue,
        signal: caseJoined,
        signalArgs: [joined],
      });
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
