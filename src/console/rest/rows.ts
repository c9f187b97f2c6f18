import type {Cache} from '../cache/cache.ts';

/** Rows as clients of the existing state server know them. Source: contract, sections 8.1 and 8.2. */
const LISTED = 100;
const OF_A_PORT = 50;
const ACTIVITIES = 10;

export interface RunRow {
  readonly run_id: string;
  readonly profile: string;
  readonly ts_start: string | null;
  readonly ts_end: string | null;
}

export interface BundleRow {
  readonly bundle_id: string;
  readonly run_id: string;
  readonly origin: string;
  readonly ts_utc: string;
  readonly result: string;
}

export interface JobRow {
  readonly job_id: string;
  readonly state: string;
  readonly type: string;
  readonly origin: string;
  readonly created_ts_utc: string;
}

export interface ActivityRow {
  readonly id: number;
  readonly ts: string;
  readonly job_id: string | null;
  readonly stage: string;
  readonly message: string;
  readonly duration_ms: number | null;
  readonly extra?: Record<string, unknown>;
}

export function statusRow(cache: Cache): {jobs: Record<string, number>; bundles: number; runs: number; last_event_id: number} {
  const counts = cache.all<{state: string; n: number}>('SELECT state, count(*) AS n FROM jobs GROUP BY state');
  return {
    jobs: {pending: 0, inflight: 0, done: 0, failed: 0, ...Object.fromEntries(counts.map(({state, n}) => [state, n]))},
    bundles: countOf(cache, 'bundles'),
    runs: countOf(cache, 'runs'),
    last_event_id: cache.lastEventId,
  };
}

function countOf(cache: Cache, table: 'bundles' | 'runs'): number {
  return cache.one<{n: number}>(`SELECT count(*) AS n FROM ${table}`)?.n ?? 0;
}

/** The latest ones, oldest first. */
export function activityRows(cache: Cache, most = ACTIVITIES): ActivityRow[] {
  const rows = cache.all<{id: number; ts: string; data_json: string}>(
    "SELECT id, ts, data_json FROM events WHERE type = 'activity' ORDER BY id DESC LIMIT ?",
    most,
  );
  return rows.reverse().map(({id, ts, data_json}) => {
    const {job_id, stage, message, ...extra} = JSON.parse(data_json) as Record<string, unknown>;
    return {id, ts, job_id: (job_id as string) ?? null, stage: String(stage), message: String(message), duration_ms: null, extra};
  });
}

const RUN = 'run_id, profile, ts_start, ts_end';

export function runRows(cache: Cache): RunRow[] {
  return cache.all<RunRow>(`SELECT ${RUN} FROM runs ORDER BY ts_start DESC, run_id DESC LIMIT ${LISTED}`);
}

export function runRow(cache: Cache, runId: string): (RunRow & {path: string}) | undefined {
  return cache.one<RunRow & {path: string}>(
    `SELECT ${RUN}, root || '/runs/' || run_id AS path FROM runs WHERE run_id = ?`,
    runId,
  );
}

export function bundlesOfRun(cache: Cache, runId: string): Omit<BundleRow, 'run_id'>[] {
  return cache.all<Omit<BundleRow, 'run_id'>>(
    'SELECT bundle_id, origin, ts_utc, result FROM bundles WHERE run_id = ? ORDER BY created_utc DESC, bundle_id DESC',
    runId,
  );
}

const JOB = 'job_id, state, type, origin, created_ts_utc';

export function jobRows(cache: Cache, state: string | undefined): JobRow[] {
  const order = `ORDER BY created_ts_utc DESC, job_id DESC LIMIT ${LISTED}`;
  if (state === undefined) return cache.all<JobRow>(`SELECT ${JOB} FROM jobs ${order}`);
  return cache.all<JobRow>(`SELECT ${JOB} FROM jobs WHERE state = ? ${order}`, state);
}

export function jobRow(cache: Cache, jobId: string): Record<string, unknown> | undefined {
  return cache.one(`SELECT ${JOB}, flavor, bundle_id, run_id, workflow_id, last_error FROM jobs WHERE job_id = ?`, jobId);
}

export function bundleRows(cache: Cache): BundleRow[] {
  return cache.all<BundleRow>(
    `SELECT bundle_id, run_id, origin, ts_utc, result FROM bundles ORDER BY created_utc DESC, bundle_id DESC LIMIT ${LISTED}`,
  );
}

export function bundleRow(cache: Cache, bundleId: string): Record<string, unknown> | undefined {
  return cache.one(
    `SELECT bundle_id, run_id, origin, flavor, target, profile, ts_utc, result, signature, classification, workflow_id,
            root || '/runs/' || run_id || '/ports/' || bundle_id AS path FROM bundles WHERE bundle_id = ?`,
    bundleId,
  );
}

export function portRows(
  cache: Cache,
  origin: string,
): {origin: string; bundles: Omit<BundleRow, 'origin'>[]; jobs: Omit<JobRow, 'origin'>[]} {
  return {
    origin,
    bundles: cache.all(
      `SELECT bundle_id, run_id, ts_utc, result FROM bundles WHERE origin = ? ORDER BY created_utc DESC, bundle_id DESC LIMIT ${OF_A_PORT}`,
      origin,
    ),
    jobs: cache.all(
      `SELECT job_id, state, type, created_ts_utc FROM jobs WHERE origin = ? ORDER BY created_ts_utc DESC, job_id DESC LIMIT ${OF_A_PORT}`,
      origin,
    ),
  };
}
