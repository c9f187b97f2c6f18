import {condition, continueAsNew, getExternalWorkflowHandle, setHandler, workflowInfo} from '@temporalio/workflow';
import {LeaseBook, type LeaseState} from '../case/lease-book.ts';
import {leaseGranted, releaseLease, requestLease} from './messages.ts';
import {control} from './proxies.ts';

/** How long a lease may outlive its holder, milliseconds. */
const SWEEP_EVERY = 5_000;

/**
 * Leases the dev-envs of one target, first come, first served. A lease ends when its holder releases it, or when its
 * workflow is no longer open: a terminated one runs no clean-up. An idle pool has no timer.
 */
export async function devEnvPool(carried?: LeaseState): Promise<never> {
  const book = new LeaseBook(carried);
  let news = true;
  const again: {env: string; workflowId: string; runId: string}[] = [];
  setHandler(requestLease, (request) => {
    const env = book.request(request);
    if (env !== undefined) again.push({env, workflowId: request.workflowId, runId: request.runId});
    news = true;
  });
  setHandler(releaseLease, (holder) => {
    book.release(holder);
    news = true;
  });

  let sweepAt = Date.now() + SWEEP_EVERY;
  for (;;) {
    if (!book.busy) {
      await condition(() => news);
      sweepAt = Date.now() + SWEEP_EVERY;
    } else {
      await condition(() => news, Math.max(1, sweepAt - Date.now()));
    }
    news = false;
    // On a deadline, so that traffic cannot postpone it.
    if (book.busy && Date.now() >= sweepAt) {
      const asked = book.holders;
      book.keepOnly(await control.openHolders(asked), asked);
      sweepAt = Date.now() + SWEEP_EVERY;
    }
    for (const lease of book.grant()) again.push({env: lease.env, ...lease.holder});
    for (const {env, ...holder} of again.splice(0)) {
      await getExternalWorkflowHandle(holder.workflowId, holder.runId)
        .signal(leaseGranted, {env})
        .catch(() => book.release(holder));
    }
    const {continueAsNewSuggested, historyLength} = workflowInfo();
    if ((continueAsNewSuggested || historyLength > 2_000) && !news) await continueAsNew<typeof devEnvPool>(book.state);
  }
}
