import type {Cache} from '../cache/cache.ts';

/** A case as anybody may see it. The columns are listed, so that a new one of the table is not shown by itself. */
export interface PublicCase {
  readonly origin: string;
  readonly flavor: string | null;
  readonly target: string;
  readonly is_open: number;
  readonly phase: string;
  readonly outcome: string | null;
  readonly classification: string | null;
  readonly started_utc: string;
  readonly changed_utc: string;
  readonly error_line: string | null;
}

/** A run of dsynth as anybody may see it. */
export interface PublicRun {
  readonly run_id: string;
  readonly target: string;
  readonly ts_start: string | null;
  readonly ts_end: string | null;
  readonly built: number;
  readonly failed: number;
  readonly ignored: number;
  readonly skipped: number;
}

const CASE_COLUMNS =
  'c.case_run_id, c.origin, c.flavor, c.target, c.is_open, c.phase, c.outcome, c.classification, c.started_utc, c.changed_utc, s.error_line';
const CASES = `SELECT ${CASE_COLUMNS} FROM cases c LEFT JOIN signatures s ON s.signature = c.signature`;

/** Returns the cases that changed last. */
export function publicCases(cache: Cache, limit: number): PublicCase[] {
  return cache.all<PublicCase>(`${CASES} ORDER BY c.changed_utc DESC, c.case_run_id DESC LIMIT ?`, limit);
}

/** Returns the cases of a port, the latest first. */
export function publicCasesOf(cache: Cache, origin: string, limit: number): PublicCase[] {
  return cache.all<PublicCase>(`${CASES} WHERE c.origin = ? ORDER BY c.started_utc DESC LIMIT ?`, origin, limit);
}

/** Returns the latest runs. */
export function publicRuns(cache: Cache, limit: number): PublicRun[] {
  return cache.all<PublicRun>(
    'SELECT run_id, target, ts_start, ts_end, built, failed, ignored, skipped FROM runs ORDER BY ts_start DESC, run_id DESC LIMIT ?',
    limit,
  );
}
