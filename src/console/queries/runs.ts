import type {Cache} from '../cache/cache.ts';
import {choiceField, defineFilter, type FilterValues, whereClause} from './filter.ts';
import {type Listed, listPage} from './listing.ts';
import {orderBy, type Sorted, type Sorts} from './sort.ts';

/** A dsynth run as lists show it. */
export interface RunRow {
  readonly run_id: string;
  readonly profile: string;
  readonly target: string;
  readonly ts_start: string | null;
  readonly ts_end: string | null;
  readonly state: string;
  readonly queued: number | null;
  readonly built: number;
  readonly failed: number;
  readonly ignored: number;
  readonly skipped: number;
}

export const RUN_FILTER = defineFilter({
  profile: choiceField('Profile', 'profile', {table: 'runs', column: 'profile'}),
  target: choiceField('Target', 'target', {table: 'runs', column: 'target'}),
});
export type RunFilter = FilterValues<typeof RUN_FILTER>;

export const RUN_SORTS = {
  began: 'ts_start',
  profile: 'profile',
  target: 'target',
  built: 'built',
  failed: 'failed',
  skipped: 'skipped',
  lasted: 'julianday(ts_end) - julianday(ts_start)',
} as const satisfies Sorts;

/** Lists dsynth's runs, newest first unless sorted. */
export function listRuns(cache: Cache, filter: RunFilter & Sorted, page: number): Listed<RunRow> {
  const where = whereClause(RUN_FILTER, filter);
  const order = orderBy(RUN_SORTS, filter.sort, 'ts_start DESC, run_id DESC');
  return listPage(cache, {select: '*', from: 'runs', where, order}, page);
}

export function findRunRow(cache: Cache, runId: string): RunRow | undefined {
  return cache.one<RunRow>('SELECT * FROM runs WHERE run_id = ?', runId);
}

/** Signatures of the failures of a run. */
export function signaturesOfRun(cache: Cache, runId: string): ReadonlySet<string> {
  const rows = cache.all<{signature: string}>('SELECT DISTINCT signature FROM bundles WHERE run_id = ?', runId);
  return new Set(rows.map(({signature}) => signature));
}

/** The run before it on the same profile. */
export function runBefore(cache: Cache, {run_id, profile, ts_start}: RunRow): string | undefined {
  return cache.one<{run_id: string}>(
    'SELECT run_id FROM runs WHERE profile = ? AND ts_start < ? AND run_id <> ? ORDER BY ts_start DESC LIMIT 1',
    profile,
    ts_start ?? '',
    run_id,
  )?.run_id;
}

/** The run that began last. */
export function latestRun(cache: Cache): RunRow | undefined {
  return cache.one<RunRow>('SELECT * FROM runs ORDER BY ts_start DESC, run_id DESC LIMIT 1');
}
