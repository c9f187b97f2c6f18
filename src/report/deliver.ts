import type {Client} from '@temporalio/client';
import {deliverSpool, type SpoolResult} from '../evidence/spool.ts';
import {reportFailure} from './report-failure.ts';

/** Delivers all jobs in the spool of an evidence root. If the server cannot be reached, the jobs stay and `problem` has the reason. */
export async function deliverReports(client: Client, evidenceRoot: string): Promise<SpoolResult> {
  return deliverSpool(evidenceRoot, async (report) => void (await reportFailure(client, report)));
}
