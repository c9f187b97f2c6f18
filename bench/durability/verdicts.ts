import {setTimeout as delay} from 'node:timers/promises';
import type {Client} from '@temporalio/client';
import {resolve, status} from '../../src/protocol/port-case.ts';
import type {Failure} from './failures.ts';

/** Actual and expected end of a case. */
export interface CaseVerdict {
  readonly origin: string;
  readonly got: string;
  readonly expected: string;
  readonly reason: string;
}

const POLL_INTERVAL_MS = 300;
const TIMEOUT_MS = 300_000;

/** Waits for a case's verdict. Closes a case that waits for an operator, so that its port can fail again. */
export async function waitForVerdict(client: Client, {workflowId, origin, bundleId, expected}: Failure): Promise<CaseVerdict> {
  const handle = client.workflow.getHandle(workflowId);
  const until = Date.now() + TIMEOUT_MS;
  while (Date.now() < until) {
    const state = await client.withDeadline(Date.now() + 5_000, () => handle.query(status)).catch(() => undefined);
    const hasBundle = state?.bundles.some((bundle) => bundle.bundleId === bundleId);
    if (state && hasBundle && state.outcome) return {origin, got: state.outcome, expected, reason: state.reason};
    if (state && hasBundle && state.phase === 'awaiting-operator' && state.pendingOutcome !== null) {
      const closed = await handle
        .executeUpdate(resolve, {args: [{by: 'bench', outcome: 'discarded'}]})
        .then(() => handle.result())
        .catch(() => undefined);
      if (closed !== undefined) return {origin, got: 'awaiting-operator', expected, reason: state.reason};
    }
    await delay(POLL_INTERVAL_MS);
  }
  return {origin, got: 'no verdict in 5 minutes', expected, reason: ''};
}
