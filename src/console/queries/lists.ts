import type {SQLInputValue} from 'node:sqlite';
import type {Cache} from '../cache/cache.ts';

/** Rows on one page of a list. */
const PAGE_ROWS = 50;

export interface Listed<T> {
  readonly rows: readonly T[];
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pages: number;
}

/** A condition and its values; both fit into a WHERE. */
class Where {
  readonly #parts: string[] = [];
  readonly values: SQLInputValue[] = [];

  /** Nothing for an empty value: a filter that is not set. */
  is(column: string, value: string | undefined): this {
    if (value) {
      this.#parts.push(`${column} = ?`);
      this.values.push(value);
    }
    return this;
  }

  plain(sql: string | undefined): this {
    if (sql !== undefined) this.#parts.push(sql);
    return this;
  }

  /** One of the columns has the text in it. */
  has(columns: readonly string[], text: string | undefined): this {
    if (text) {
      const like = `%${text.replace(/[\\%_]/g, (mark) => `\\${mark}`)}%`;
      this.#parts.push(`(${columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`);
      this.values.push(...columns.map(() => like));
    }
    return this;
  }

  get sql(): string {
    return this.#parts.length === 0 ? '' : `WHERE ${this.#parts.join(' AND ')}`;
  }
}

function listed<T>(cache: Cache, select: string, from: string, where: Where, order: string, page: number): Listed<T> {
  const total = cache.one<{n: number}>(`SELECT count(*) AS n FROM ${from} ${where.sql}`, ...where.values)?.n ?? 0;
  const pages = Math.max(1, Math.ceil(total / PAGE_ROWS));
  const at = Math.min(Math.max(1, page), pages);
  const rows = cache.all<T>(
    `SELECT ${select} FROM ${from} ${where.sql} ORDER BY ${order} LIMIT ${PAGE_ROWS} OFFSET ?`,
    ...where.values,
    (at - 1) * PAGE_ROWS,
  );
  return {rows, total, page: at, pages};
}

/** What a list of cases shows of one. Tokens are billable ones. */
export interface CaseLine {
  readonly case_run_id: string;
  readonly workflow_id: string;
  readonly origin: string;
  readonly flavor: string | null;
  readonly target: string;
  readonly is_open: number;
  readonly phase: string;
  readonly tier: string | null;
  readonly classification: string | null;
  readonly outcome: string | null;
  readonly pending_outcome: string | null;
  readonly reason: string;
  readonly asked: string | null;
  readonly waiting_since: string | null;
  readonly signature: string;
  readonly run_id: string | null;
  readonly bundle_id: string | null;
  readonly attempts: number;
  readonly attempts_limit: number | null;
  readonly tokens: number;
  readonly tokens_limit: number | null;
  readonly cost: number;
  readonly turn: number | null;
  readonly doing: string | null;
  readonly started_utc: string;
  readonly changed_utc: string;
}

const CASE = [
  ...['case_run_id', 'workflow_id', 'origin', 'flavor', 'target', 'is_open', 'phase', 'tier', 'classification', 'outcome'],
  ...['pending_outcome', 'reason', 'asked', 'waiting_since', 'signature', 'run_id', 'bundle_id', 'attempts', 'attempts_limit'],
  ...['tokens', 'tokens_limit', 'cost', 'turn', 'doing', 'started_utc', 'changed_utc'],
]
  .map((column) => `cases.${column}`)
  .join(', ');

export interface CaseFilter {
  readonly state?: string | undefined;
  readonly phase?: string | undefined;
  readonly tier?: string | undefined;
  readonly class?: string | undefined;
  readonly outcome?: string | undefined;
  readonly target?: string | undefined;
  readonly q?: string | undefined;
}

const STATES: Readonly<Record<string, string>> = {
  open: 'cases.is_open = 1',
  waiting: "cases.is_open = 1 AND cases.phase = 'awaiting-operator'",
  review: "cases.is_open = 1 AND cases.pending_outcome = 'fixed'",
  closed: 'cases.is_open = 0',
};
export const CASE_STATES = Object.keys(STATES);

/** Cases, those that changed last first. A text is looked for in origin, class, signature, reason and triage. */
export function listCases(cache: Cache, filter: CaseFilter, page: number): Listed<CaseLine> {
  const where = new Where()
    .plain(STATES[filter.state ?? ''])
    .is('cases.phase', filter.phase)
    .is('cases.tier', filter.tier)
    .is('cases.classification', filter.class)
    .is('cases.outcome', filter.outcome)
    .is('cases.target', filter.target)
    .has(['cases.origin', 'cases.classification', 'cases.signature', 'cases.reason', 'b.triage'], filter.q);
  const from = filter.q ? 'cases LEFT JOIN bundles b ON b.bundle_id = cases.bundle_id' : 'cases';
  return listed(cache, CASE, from, where, 'cases.changed_utc DESC, cases.case_run_id DESC', page);
}

/** Open cases that wait for an operator, those that wait longest first. */
export function waitingCases(cache: Cache, most: number): CaseLine[] {
  return cache.all<CaseLine>(
    `SELECT ${CASE} FROM cases WHERE is_open = 1 AND phase = 'awaiting-operator' ORDER BY waiting_since LIMIT ?`,
    most,
  );
}

export function countWaiting(cache: Cache): number {
  return cache.one<{n: number}>("SELECT count(*) AS n FROM cases WHERE is_open = 1 AND phase = 'awaiting-operator'")?.n ?? 0;
}

/** Open cases that automation works on. */
export function busyCases(cache: Cache, most: number): CaseLine[] {
  return cache.all<CaseLine>(
    `SELECT ${CASE} FROM cases WHERE is_open = 1 AND phase NOT IN ('awaiting-operator', 'closed') ORDER BY started_utc LIMIT ?`,
    most,
  );
}

/** All cases of a workflow id, or of a port, newest first. */
export function casesOfPort(cache: Cache, origin: string, most: number): CaseLine[] {
  return cache.all<CaseLine>(`SELECT ${CASE} FROM cases WHERE origin = ? ORDER BY started_utc DESC LIMIT ?`, origin, most);
}

export function casesOfRun(cache: Cache, runId: string): CaseLine[] {
  return cache.all<CaseLine>(
    `SELECT DISTINCT ${CASE} FROM bundles b JOIN cases ON cases.case_run_id = b.case_run_id WHERE b.run_id = ? ORDER BY cases.origin`,
    runId,
  );
}

/** Words that occur in a column, for a filter's choice. */
export function wordsOf(cache: Cache, table: 'cases' | 'bundles' | 'runs', column: string): string[] {
  return cache
    .all<{word: string}>(
      `SELECT DISTINCT ${column} AS word FROM ${table} WHERE ${column} IS NOT NULL AND ${column} <> '' ORDER BY 1`,
    )
    .map(({word}) => word);
}

export interface BundleLine {
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
  readonly phase: string | null;
}

const BUNDLE =
  'b.bundle_id, b.run_id, b.origin, b.flavor, b.target, b.created_utc, b.result, b.classification, b.signature, s.error_line, b.workflow_id, b.case_run_id, c.outcome, c.phase';
const BUNDLES =
  'bundles b LEFT JOIN signatures s ON s.signature = b.signature LEFT JOIN cases c ON c.case_run_id = b.case_run_id';

export interface BundleFilter {
  readonly class?: string | undefined;
  readonly run?: string | undefined;
  readonly target?: string | undefined;
  readonly outcome?: string | undefined;
  readonly signature?: string | undefined;
  readonly q?: string | undefined;
}

/** Failures, newest first. A text is looked for in origin, class, signature, error line and triage. */
export function listBundles(cache: Cache, filter: BundleFilter, page: number): Listed<BundleLine> {
  const where = new Where()
    .is('b.classification', filter.class)
    .is('b.run_id', filter.run)
    .is('b.target', filter.target)
    .is('c.outcome', filter.outcome)
    .is('b.signature', filter.signature)
    .has(['b.origin', 'b.classification', 'b.signature', 's.error_line', 'b.triage'], filter.q);
  return listed(cache, BUNDLE, BUNDLES, where, 'b.created_utc DESC, b.bundle_id DESC', page);
}

export function bundlesOfPort(cache: Cache, origin: string, most: number): BundleLine[] {
  return cache.all<BundleLine>(
    `SELECT ${BUNDLE} FROM ${BUNDLES} WHERE b.origin = ? ORDER BY b.created_utc DESC, b.bundle_id DESC LIMIT ?`,
    origin,
    most,
  );
}

export function bundleLine(cache: Cache, bundleId: string): BundleLine | undefined {
  return cache.one<BundleLine>(`SELECT ${BUNDLE} FROM ${BUNDLES} WHERE b.bundle_id = ?`, bundleId);
}

export interface JobLine {
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

export function listJobs(
  cache: Cache,
  filter: {state?: string | undefined; type?: string | undefined; q?: string | undefined},
  page: number,
): Listed<JobLine> {
  const where = new Where().is('state', filter.state).is('type', filter.type).has(['origin', 'job_id'], filter.q);
  return listed(cache, '*', 'jobs', where, 'created_ts_utc DESC, job_id DESC', page);
}

export function jobLine(cache: Cache, jobId: string): JobLine | undefined {
  return cache.one<JobLine>('SELECT * FROM jobs WHERE job_id = ?', jobId);
}

export interface EventLine {
  readonly id: number;
  readonly ts: string;
  readonly type: string;
  readonly origin: string | null;
  readonly job_id: string | null;
  readonly workflow_id: string | null;
  readonly data_json: string;
}

export interface EventFilter {
  readonly type?: string | undefined;
  readonly origin?: string | undefined;
  readonly failures?: boolean | undefined;
}

/** What tells of a failure. */
const FAILURES =
  "(type IN ('job_failed', 'bundle_created') OR (type = 'job_done' AND json_extract(data_json, '$.proof') NOT IN ('passed')))";

/** The latest events, newest first; those before `before`, if told. */
export function listEvents(cache: Cache, filter: EventFilter, before: number | undefined, most: number): EventLine[] {
  const where = new Where()
    .is('type', filter.type)
    .is('origin', filter.origin)
    .plain(filter.failures ? FAILURES : undefined)
    .plain(before === undefined ? undefined : `id < ${Math.trunc(before)}`);
  return cache.all<EventLine>(`SELECT * FROM events ${where.sql} ORDER BY id DESC LIMIT ?`, ...where.values, most);
}

/** What was said of a job, oldest first, the latest `most` of it. */
export function activityOfJob(cache: Cache, jobId: string, most: number): EventLine[] {
  return cache
    .all<EventLine>("SELECT * FROM events WHERE job_id = ? AND type = 'activity' ORDER BY id DESC LIMIT ?", jobId, most)
    .reverse();
}

export interface RunLine {
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

export function listRuns(
  cache: Cache,
  filter: {profile?: string | undefined; target?: string | undefined},
  page: number,
): Listed<RunLine> {
  const where = new Where().is('profile', filter.profile).is('target', filter.target);
  return listed(cache, '*', 'runs', where, 'ts_start DESC, run_id DESC', page);
}

export function runLine(cache: Cache, runId: string): RunLine | undefined {
  return cache.one<RunLine>('SELECT * FROM runs WHERE run_id = ?', runId);
}

/** The run before it on the same profile. */
export function runBefore(cache: Cache, {run_id, profile, ts_start}: RunLine): string | undefined {
  return cache.one<{run_id: string}>(
    'SELECT run_id FROM runs WHERE profile = ? AND ts_start < ? AND run_id <> ? ORDER BY ts_start DESC LIMIT 1',
    profile,
    ts_start ?? '',
    run_id,
  )?.run_id;
}

/** Failures of a run with a word on each, by port. */
export function bundlesIn(cache: Cache, runId: string): BundleLine[] {
  return cache.all<BundleLine>(
    `SELECT ${BUNDLE} FROM ${BUNDLES} WHERE b.run_id = ? ORDER BY b.origin, b.flavor, b.bundle_id`,
    runId,
  );
}

export interface PortLine {
  readonly origin: string;
  readonly failures: number;
  readonly runs: number;
  readonly last_utc: string;
  readonly open: number;
}

/** Ports that have failed, those that failed last first. */
export function listPorts(cache: Cache, q: string | undefined, page: number): Listed<PortLine> {
  const where = new Where().has(['b.origin'], q);
  const total = cache.one<{n: number}>(`SELECT count(DISTINCT origin) AS n FROM bundles b ${where.sql}`, ...where.values)?.n ?? 0;
  const pages = Math.max(1, Math.ceil(total / PAGE_ROWS));
  const at = Math.min(Math.max(1, page), pages);
  const rows = cache.all<PortLine>(
    `SELECT b.origin, count(*) AS failures, count(DISTINCT b.run_id) AS runs, max(b.created_utc) AS last_utc,
            (SELECT count(*) FROM cases c WHERE c.origin = b.origin AND c.is_open = 1) AS open
     FROM bundles b ${where.sql} GROUP BY b.origin ORDER BY last_utc DESC, b.origin LIMIT ${PAGE_ROWS} OFFSET ?`,
    ...where.values,
    (at - 1) * PAGE_ROWS,
  );
  return {rows, total, page: at, pages};
}
