import type {Cache} from '../cache/cache.ts';
import {defineFilter, type FilterValues, searchField, whereClause} from './filter.ts';
import {type Listed, listPage} from './listing.ts';
import {orderBy, type Sorted, type Sorts} from './sort.ts';

/** A port that has failed, as lists show it. */
export interface PortRow {
  readonly origin: string;
  readonly failures: number;
  readonly runs: number;
  readonly last_utc: string;
  readonly open: number;
}

export const PORT_FILTER = defineFilter({q: searchField('Port', ['b.origin'])});
export type PortFilter = FilterValues<typeof PORT_FILTER>;

const SELECT = `b.origin, count(*) AS failures, count(DISTINCT b.run_id) AS runs, max(b.created_utc) AS last_utc,
  (SELECT count(*) FROM cases c WHERE c.origin = b.origin AND c.is_open = 1) AS open`;

export const PORT_SORTS = {
  port: 'b.origin',
  failures: 'failures',
  runs: 'runs',
  open: 'open',
  last: 'last_utc',
} as const satisfies Sorts;

/** Lists ports that have failed, those that failed last first unless sorted. */
export function listPorts(cache: Cache, filter: PortFilter & Sorted, page: number): Listed<PortRow> {
  const where = whereClause(PORT_FILTER, filter);
  const order = orderBy(PORT_SORTS, filter.sort, 'last_utc DESC, b.origin');
  return listPage(cache, {select: SELECT, from: 'bundles b', where, order, groupBy: 'b.origin'}, page);
}
