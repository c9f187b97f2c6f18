import {setTimeout as delay} from 'node:timers/promises';
import type {Client} from '@temporalio/client';
import type {CaseStatus} from '../../src/case/status.ts';
import type {Failure} from './failures.ts';

/** How a case ended, and how it should have. */
export interface CaseEnd {
  readonly origin: string;
  readonly got: string;
  readonly wanted: string;
  readonly reason: string;
}

const LOOK_EVERY_MS = 300;
const LONGEST_MS = 300_000;

/** Waits for a case's verdict; one that waits for an operator is then closed, so that its port can fail again. */
export async function endOf(client: Client, {workflowId, origin, bundleId, wanted}: Failure): Promise<CaseEnd> {
  const handle = client.workflow.getHandle(workflowId);
  const until = Date.now() + LONGEST_MS;
  while (Date.now() < until) {
    const state = await client.withDeadline(Date.now() + 5_000, () => handle.query<CaseStatus>('status')).catch(() => undefined);
    const ours = state?.bundles.some((bundle) => bundle.bundleId === bundleId);
    if (state && ours && state.outcome) return {origin, got: state.outcome, wanted, reason: state.reason};
    if (state && ours && state.phase === 'awaiting-operator' && state.pendingOutcome !== null) {
      const closed = await handle
        .executeUpdate('resolve', {args: [{by: 'bench', outcome: 'discarded'}]})
        .then(() => handle.result())
        .catch(() => undefined);
      if (closed !== undefined) return {origin, got: 'awaiting-operator', wanted, reason: state.reason};
    }
    await delay(LOOK_EVERY_MS);
  }
  return {origin, got: 'nothing in 5 minutes', wanted, reason: ''};
}
