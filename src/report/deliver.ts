import type {Client} from '@temporalio/client';
import {deliverSpool, type SpoolResult} from '../evidence/spool.ts';
import {reportFailure} from './report-failure.ts';

/** Delivers everything in one evidence root's spool. When the server cannot be reached, the jobs stay and `problem` says why. */
export async function deliverReports(client: Client, evidenceRoot: string): Promise<SpoolResult> {
  return deliverSpool(evidenceRoot, async (report) => void (await reportFailure(client, report)));
}
