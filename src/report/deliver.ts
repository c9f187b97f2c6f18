import type {Client} from '@temporalio/client';
import {deliverSpool} from '../evidence/spool.ts';
import {reportFailure} from './report-failure.ts';

/** Delivers everything in one evidence root's spool; returns how many jobs were delivered. Throws when the server cannot be reached; the jobs stay. */
export async function deliverReports(client: Client, evidenceRoot: string): Promise<number> {
  const {delivered} = await deliverSpool(evidenceRoot, (report) => reportFailure(client, report));
  return delivered;
}
