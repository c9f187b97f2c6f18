import {setTimeout as delay} from 'node:timers/promises';
import type {Client} from '@temporalio/client';
import {deliverSpool, type SpoolOptions, type SpoolResult} from '../evidence/spool.ts';
import {reportFailure} from './report-failure.ts';

export interface DeliveryOptions extends Pick<SpoolOptions, 'signal'> {
  /** Between two reports, milliseconds. */
  readonly pauseMs?: number;
}

/** Delivers all jobs in the spool of an evidence root. If the server cannot be reached, the jobs stay and `problem` has the reason. */
export async function deliverReports(client: Client, evidenceRoot: string, options: DeliveryOptions = {}): Promise<SpoolResult> {
  const {pauseMs = 0, signal} = options;
  const deliver = async (report: Parameters<typeof reportFailure>[1]): Promise<void> => {
    await reportFailure(client, report);
    // The report is delivered: a stop in the pause ends the delivery before the next one.
    if (pauseMs > 0) await delay(pauseMs, undefined, {signal}).catch(() => undefined);
  };
  return deliverSpool(evidenceRoot, deliver, {signal});
}
