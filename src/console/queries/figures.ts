import type {Cache} from '../cache/cache.ts';

/** How many of something there are. */
export interface Counted {
  readonly name: string;
  readonly n: number;
}

/** Outcomes of cases that closed since a moment, ISO 8601. */
export function outcomesSince(cache: Cache, since: string): Counted[] {
  return cache.all<Counted>(
    'SELECT outcome AS name, count(*) AS n FROM cases WHERE is_open = 0 AND outcome IS NOT NULL AND changed_utc >= ? GROUP BY outcome ORDER BY n DESC',
    since,
  );
}

/** Billable tokens and money of cases that changed since a moment. */
export function spentSince(cache: Cache, since: string): {tokens: number; cost: number; attempts: number} {
  return (
    cache.one(
      'SELECT coalesce(sum(tokens), 0) AS tokens, coalesce(sum(cost), 0) AS cost, coalesce(sum(attempts), 0) AS attempts FROM cases WHERE changed_utc >= ?',
      since,
    ) ?? {
      tokens: 0,
      cost: 0,
      attempts: 0,
    }
  );
}

export interface ClassSpend {
  readonly classification: string;
  readonly cases: number;
  readonly fixed: number;
  readonly tokens: number;
  readonly cost: number;
}

/** What the cases of each class have used since a moment, most first. */
export function spendByClass(cache: Cache, since: string): ClassSpend[] {
  return cache.all<ClassSpend>(
    `SELECT coalesce(classification, 'not known') AS classification, count(*) AS cases, sum(outcome IS 'fixed') AS fixed, sum(tokens) AS tokens, sum(cost) AS cost
     FROM cases WHERE changed_utc >= ? GROUP BY 1 ORDER BY tokens DESC, cases DESC`,
    since,
  );
}

export interface Day {
  /** `2026-01-31` */
  readonly day: string;
  readonly cases: number;
  readonly attempts: number;
  readonly tokens: number;
}

const DAY_MS = 86_400_000;

/** Cases, attempts and tokens by the day of the case's last change, of so many days up to `now`, milliseconds; days without any too. */
export function lastDays(cache: Cache, many: number, now: number): Day[] {
  const names = Array.from({length: many}, (_, at) => new Date(now - (many - 1 - at) * DAY_MS).toISOString().slice(0, 10));
  const found = cache.all<Day>(
    'SELECT substr(changed_utc, 1, 10) AS day, count(*) AS cases, sum(attempts) AS attempts, sum(tokens) AS tokens FROM cases WHERE changed_utc >= ? GROUP BY 1',
    names[0] ?? '',
  );
  return names.map((day) => found.find((one) => one.day === day) ?? {day, cases: 0, attempts: 0, tokens: 0});
}

export interface RunOutcomes {
  readonly run_id: string;
  readonly ts_start: string | null;
  readonly outcome: string;
  readonly n: number;
}

/**
 * Of the latest runs with failures, what became of their cases; `open` where nothing has yet, `lost` where Temporal no longer knows it.
 * Oldest run first.
 */
export function outcomesByRun(cache: Cache, runs: number): RunOutcomes[] {
  return cache.all<RunOutcomes>(
    `SELECT r.run_id, r.ts_start, coalesce(c.outcome, iif(c.is_open = 0, 'lost', 'open')) AS outcome, count(*) AS n
     FROM (SELECT run_id, ts_start FROM runs WHERE run_id IN (SELECT run_id FROM bundles) ORDER BY ts_start DESC LIMIT ?) r
     JOIN bundles b ON b.run_id = r.run_id LEFT JOIN cases c ON c.case_run_id = b.case_run_id
     GROUP BY r.run_id, 3 ORDER BY r.ts_start, r.run_id`,
    runs,
  );
}

/** A failure of one of two runs. */
export interface Compared {
  readonly port: string;
  readonly signature: string;
  readonly error_line: string;
  readonly bundle_id: string;
}

/** What two runs have and have not in common: ports that fail only in the first or the second, and in both, in the same way or another. */
export interface RunComparison {
  readonly gone: readonly Compared[];
  readonly fresh: readonly Compared[];
  readonly same: readonly Compared[];
  readonly changed: readonly (Compared & {readonly before: string})[];
}

export function compareRuns(cache: Cache, a: string, b: string): RunComparison {
  const [before, after] = [failuresOf(cache, a), failuresOf(cache, b)];
  const both = [...after.values()].filter(({port}) => before.has(port));
  return {
    gone: [...before.values()].filter(({port}) => !after.has(port)),
    fresh: [...after.values()].filter(({port}) => !before.has(port)),
    same: both.filter((one) => before.get(one.port)?.signature === one.signature),
    changed: both
      .filter((one) => before.get(one.port)?.signature !== one.signature)
      .map((one) => ({...one, before: before.get(one.port)?.error_line ?? ''})),
  };
}

function failuresOf(cache: Cache, runId: string): Map<string, Compared> {
  const rows = cache.all<Compared>(
    `SELECT b.origin || CASE WHEN b.flavor IS NULL THEN '' ELSE '@' || b.flavor END AS port, b.signature, coalesce(s.error_line, '') AS error_line, b.bundle_id
     FROM bundles b LEFT JOIN signatures s ON s.signature = b.signature WHERE b.run_id = ? ORDER BY port`,
    runId,
  );
  return new Map(rows.map((one) => [one.port, one]));
}
