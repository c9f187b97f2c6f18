import {watchSpool} from '../evidence/spool.ts';
import {deliverReports} from '../report/deliver.ts';
import {cancelSignal, type WorkerContext} from './context.ts';

export function spoolActivities(context: WorkerContext) {
  return {
    /** Delivers what lies in the spools, and what comes while it watches: `seconds` in all. */
    async deliverSpool({seconds}: {seconds: number}): Promise<number> {
      let delivered = 0;
      const until = AbortSignal.any([cancelSignal(), AbortSignal.timeout(seconds * 1000)]);
      await watchSpool(
        context.roots,
        async (root) => {
          delivered += await deliverReports(context.client, root);
        },
        until,
      );
      cancelSignal().throwIfAborted();
      return delivered;
    },
  };
}
