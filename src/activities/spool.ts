import {availableParallelism} from 'node:os';
import {watchSpool} from '../evidence/watch-spool.ts';
import {deliverReports} from '../report/deliver.ts';
import {deliverRuns} from '../report/deliver-runs.ts';
import {cancelSignal, type WorkerContext} from './context.ts';

/**
 * Pause between two failures in the spool: the cases of a burst start about as fast as they can be triaged. Started all at once, they wait in the
 * server and in the worker's memory, and the first model call waits for all of their starts.
 */
const PAUSE_MS = 60 / availableParallelism();

export function spoolActivities(context: WorkerContext) {
  return {
    /** Delivers what lies in the spools, and what comes while it watches: `seconds` in all; after it what is new of the runs. */
    async deliverSpool({seconds}: {seconds: number}): Promise<number> {
      let delivered = 0;
      const finished = new Set<string>();
      const until = AbortSignal.any([cancelSignal(), AbortSignal.timeout(seconds * 1000)]);
      await watchSpool(
        context.roots,
        async (root) => {
          const result = await deliverReports(context.client, root, {pauseMs: PAUSE_MS, signal: until});
          delivered += result.delivered.length;
          if (result.problem === undefined) await deliverRuns(context.client, root, {finished});
          return result;
        },
        until,
        // A spool that does not exist yet, or is on a network file system, emits no event for a new job.
        {rescanMs: 1_000},
      );
      cancelSignal().throwIfAborted();
      return delivered;
    },
  };
}
