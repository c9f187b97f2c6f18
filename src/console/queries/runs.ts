import type {Cache} from '../cache/cache.ts';
import {choiceField, defineFilter, type FilterValues, whereClause} from './filter.ts';
import {type Listed, listPage} from './listing.ts';

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

/** Lists dsynth's runs, newest first. */
export function listRuns(cache: Cache, filter: RunFilter, page: number): Listed<RunRow> {
  const where = whereClause(RUN_FILTER, filter);
  return listPage(cache, {select: '*', from: 'runs', where, order: 'ts_start DESC, run_id DESC'}, page);
}

export function findRunRow(cache: Cache, runId: string): RunRow | undefined {
  return cache.one<RunRow>('SELECT * FROM runs WHERE run_id = ?', runId);
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
