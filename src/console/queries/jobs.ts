import type {Cache} from '../cache/cache.ts';
import {JOB_STATES} from '../cache/jobs.ts';
import {choiceField, defineFilter, type FilterValues, searchField, whereClause} from './filter.ts';
import {type Listed, listPage} from './listing.ts';

/** A job as lists show it. */
export interface JobRow {
  readonly job_id: string;
  readonly state: string;
  readonly type: string;
  readonly origin: string;
  readonly flavor: string | null;
  readonly bundle_id: string;
  readonly run_id: string;
  readonly workflow_id: string;
  readonly created_ts_utc: string;
  readonly last_error: string | null;
}

export const JOB_FILTER = defineFilter({
  q: searchField('Origin or job', ['origin', 'job_id']),
  state: choiceField('State', 'state', JOB_STATES),
  type: choiceField('Type', 'type', ['triage', 'patch']),
});
export type JobFilter = FilterValues<typeof JOB_FILTER>;

/** Lists jobs, newest first. */
export function listJobs(cache: Cache, filter: JobFilter, page: number): Listed<JobRow> {
  const where = whereClause(JOB_FILTER, filter);
  return listPage(cache, {select: '*', from: 'jobs', where, order: 'created_ts_utc DESC, job_id DESC'}, page);
}

export function findJobRow(cache: Cache, jobId: string): JobRow | undefined {
  return cache.one<JobRow>('SELECT * FROM jobs WHERE job_id = ?', jobId);
}

export function jobsOfBundle(cache: Cache, bundleId: string): JobRow[] {
  return cache.all<JobRow>('SELECT * FROM jobs WHERE bundle_id = ? ORDER BY type DESC', bundleId);
}
