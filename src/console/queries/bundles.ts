import {OUTCOMES} from '../../case/types.ts';
import type {WaitReason} from '../../case/wait-reason.ts';
import type {Cache} from '../cache/cache.ts';
import {choiceField, defineFilter, type FilterValues, hiddenField, searchField, whereClause} from './filter.ts';
import {type Listed, listPage} from './listing.ts';
import {orderBy, type Sorted, type Sorts} from './sort.ts';

/** A failure as lists show it. */
export interface BundleRow {
  readonly bundle_id: string;
  readonly run_id: string;
  readonly origin: string;
  readonly flavor: string | null;
  readonly target: string;
  readonly created_utc: string;
  readonly result: string;
  readonly classification: string | null;
  readonly signature: string;
  readonly error_line: string | null;
  readonly workflow_id: string;
  readonly case_run_id: string | null;
  readonly outcome: string | null;
  readonly pending_outcome: string | null;
  readonly wait_reason: WaitReason | null;
  readonly phase: string | null;
}

const SELECT =
  'b.bundle_id, b.run_id, b.origin, b.flavor, b.target, b.created_utc, b.result, b.classification, b.signature, s.error_line, b.workflow_id, b.case_run_id, c.outcome, c.pending_outcome, c.wait_reason, c.phase';
const FROM = 'bundles b LEFT JOIN signatures s ON s.signature = b.signature LEFT JOIN cases c ON c.case_run_id = b.case_run_id';

/** A text is searched in origin, class, signature, error line and triage. */
export const BUNDLE_FILTER = defineFilter({
  q: searchField('Port, class, signature, error, triage', [
    'b.origin',
    'b.classification',
    'b.signature',
    's.error_line',
    'b.triage',
  ]),
  class: choiceField('Class', 'b.classification', {table: 'bundles', column: 'classification'}),
  outcome: choiceField('Outcome', 'c.outcome', OUTCOMES),
  target: choiceField('Target', 'b.target', {table: 'bundles', column: 'target'}),
  run: hiddenField('Run', 'b.run_id'),
  signature: hiddenField('Signature', 'b.signature'),
});
export type BundleFilter = FilterValues<typeof BUNDLE_FILTER>;

export const BUNDLE_SORTS = {
  port: 'b.origin',
  class: 'b.classification',
  outcome: 'coalesce(c.outcome, c.phase)',
  run: 'b.run_id',
  time: 'b.created_utc',
} as const satisfies Sorts;

/** Lists failures, newest first unless sorted. */
export function listBundles(cache: Cache, filter: BundleFilter & Sorted, page: number): Listed<BundleRow> {
  const where = whereClause(BUNDLE_FILTER, filter);
  const order = orderBy(BUNDLE_SORTS, filter.sort, 'b.created_utc DESC, b.bundle_id DESC');
  return listPage(cache, {select: SELECT, from: FROM, where, order}, page);
}

export function bundlesOfPort(cache: Cache, origin: string, most: number): BundleRow[] {
  return cache.all<BundleRow>(
    `SELECT ${SELECT} FROM ${FROM} WHERE b.origin = ? ORDER BY b.created_utc DESC, b.bundle_id DESC LIMIT ?`,
    origin,
    most,
  );
}

export function findBundleRow(cache: Cache, bundleId: string): BundleRow | undefined {
  return cache.one<BundleRow>(`SELECT ${SELECT} FROM ${FROM} WHERE b.bundle_id = ?`, bundleId);
}

/** Failures of a run, by port. */
export function bundlesOfRun(cache: Cache, runId: string): BundleRow[] {
  return cache.all<BundleRow>(`SELECT ${SELECT} FROM ${FROM} WHERE b.run_id = ? ORDER BY b.origin, b.flavor, b.bundle_id`, runId);
}
