import type {Cache} from '../cache/cache.ts';
import {JOB_STATES} from '../cache/jobs.ts';
import {choiceField, defineFilter, type FilterValues, searchField, whereClause} from './filter.ts';
import {type Listed, listPage} from './listing.ts';
import {orderBy, type Sorted, type Sorts} from './sort.ts';

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
  q: searchField('Port or job', ['origin', 'job_id']),
  state: choiceField('State', 'state', JOB_STATES),
  type: choiceField('Type', 'type', ['triage', 'patch']),
});
export type JobFilter = FilterValues<typeof JOB_FILTER>;

export const JOB_SORTS = {
  port: 'origin',
  state: 'state',
  type: 'type',
  time: 'created_ts_utc',
} as const satisfies Sorts;

/** Lists jobs, newest first unless sorted. */
export function listJobs(cache: Cache, filter: JobFilter & Sorted, page: number): Listed<JobRow> {
  const where = whereClause(JOB_FILTER, filter);
  const order = orderBy(JOB_SORTS, filter.sort, 'created_ts_utc DESC, job_id DESC');
  return listPage(cache, {select: '*', from: 'jobs', where, order}, page);
}

export function findJobRow(cache: Cache, jobId: string): JobRow | undefined {
  return cache.one<JobRow>('SELECT * FROM jobs WHERE job_id = ?', jobId);
}

export function jobsOfBundle(cache: Cache, bundleId: string): JobRow[] {
  return cache.all<JobRow>('SELECT * FROM jobs WHERE bundle_id = ? ORDER BY type DESC', bundleId);
}
