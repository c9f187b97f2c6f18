import {condition, setHandler, workflowInfo} from '@temporalio/workflow';
import {notifyRunEnd} from '../protocol/build-run.ts';
import {runEnded} from '../protocol/port-case.ts';
import type {CaseContext} from './case-context.ts';
import {control} from './proxies.ts';
import {toRun} from './run-link.ts';

/** A run whose workflow is gone signals no end; the case checks again after this. */
const CHECK_EVERY = '30 minutes';

/** Holds a case's attempts back while dsynth needs the build host for itself, if the policy wants that. */
export class BulkRuns {
  readonly #ended = new Set<string>();

  register(): void {
    setHandler(runEnded, ({runId}) => {
      this.#ended.add(runId);
    });
  }

  /** Waits until no run is building on the host of the case's evidence. */
  async waitForQuiet({policy, record}: CaseContext): Promise<void> {
    if (policy.during_bulk_run === 'all') return;
    for (;;) {
      const run = await control.openBulkRun('does dsynth run?', {bundle: record.report});
      if (run === null) return;
      record.publish(
        'waiting-env',
        `dsynth is busy with ${run.runId}; the policy's during_bulk_run defers attempts until its end`,
      );
      const {workflowId, runId} = workflowInfo();
      await toRun(run.runId, notifyRunEnd, {caseId: workflowId, caseRunId: runId});
      await condition(() => this.#ended.has(run.runId), CHECK_EVERY, {summary: `checks whether ${run.runId} is over`});
    }
  }
}
