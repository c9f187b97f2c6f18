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

/** Cases of a class: how many there were, how many of them were fixed, and what all of them used. */
export interface ClassFigures {
  readonly classification: string;
  readonly cases: number;
  readonly closed: number;
  readonly fixed: number;
  readonly tokens: number;
  readonly cost: number;
}

/** What the cases of each class came to since a moment, the class with most cases first. */
export function figuresByClass(cache: Cache, since: string): ClassFigures[] {
  return cache.all<ClassFigures>(
    `SELECT coalesce(classification, 'not known') AS classification, count(*) AS cases, sum(is_open = 0) AS closed,
       sum(outcome IS 'fixed') AS fixed, sum(tokens) AS tokens, sum(cost) AS cost
     FROM cases WHERE changed_utc >= ? GROUP BY 1 ORDER BY cases DESC, 1`,
    since,
  );
}

/** Minutes from the report of a failure to the proof of its fix, of each fix since a moment. */
export function minutesToFix(cache: Cache, since: string): number[] {
  return cache
    .all<{minutes: number}>(
      `SELECT (julianday(fixed_utc) - julianday(started_utc)) * 1440 AS minutes
       FROM cases WHERE changed_utc >= ? AND fixed_utc IS NOT NULL AND started_utc <> ''`,
      since,
    )
    .map(({minutes}) => Math.max(0, minutes));
}

/** Cases of a day by UTC: closed ones count on the day they closed, open ones on the day they began. */
export interface Day {
  /** `2026-01-31` */
  readonly day: string;
  readonly fixed: number;
  /** Closed without a fix: a person has to repair the port. */
  readonly left: number;
  /** Builds again without a fix, discarded, or ended without an outcome. */
  readonly other: number;
  readonly open: number;
  readonly tokens: number;
  readonly cost: number;
}

const DAY_MS = 86_400_000;
const LEFT = "('manual', 'needs-help', 'budget-exhausted', 'triage-failed')";

/** Figures of so many days up to `now`, milliseconds; days without any case too. */
export function lastDays(cache: Cache, many: number, now: number): Day[] {
  const names = Array.from({length: many}, (_, at) => new Date(now - (many - 1 - at) * DAY_MS).toISOString().slice(0, 10));
  const found = cache.all<Day>(
    `SELECT substr(iif(is_open = 1, started_utc, changed_utc), 1, 10) AS day, sum(outcome IS 'fixed') AS fixed,
       sum(coalesce(outcome IN ${LEFT}, 0)) AS left,
       sum(is_open = 0 AND coalesce(outcome, '') NOT IN ('fixed', 'manual', 'needs-help', 'budget-exhausted', 'triage-failed')) AS other,
       sum(is_open = 1) AS open, sum(tokens) AS tokens, sum(cost) AS cost
     FROM cases WHERE changed_utc >= ? GROUP BY 1`,
    names[0] ?? '',
  );
  const byDay = new Map(found.map((one) => [one.day, one]));
  return names.map((day) => byDay.get(day) ?? {day, fixed: 0, left: 0, other: 0, open: 0, tokens: 0, cost: 0});
}

/** Days over which the fix rate is a mean. */
const RATE_DAYS = 7;

/** Returns the share of fixed cases among those that closed on each day and the six before it; undefined where none closed. */
export function fixRates(days: readonly Day[]): (number | undefined)[] {
  return days.map((_, at) => {
    const window = days.slice(Math.max(0, at - RATE_DAYS + 1), at + 1);
    const fixed = window.reduce((sum, one) => sum + one.fixed, 0);
    const closed = window.reduce((sum, one) => sum + one.fixed + one.left + one.other, 0);
    return closed === 0 ? undefined : fixed / closed;
  });
}

export interface RunOutcomes {
  readonly run_id: string;
  readonly outcome: string;
  readonly n: number;
}

/** What became of the cases of some runs; `open` where nothing has yet, `lost` where Temporal no longer knows it. */
export function outcomesOfRuns(cache: Cache, runIds: readonly string[]): RunOutcomes[] {
  return cache.all<RunOutcomes>(
    `SELECT b.run_id, coalesce(c.outcome, iif(c.is_open = 0, 'lost', 'open')) AS outcome, count(*) AS n
     FROM bundles b LEFT JOIN cases c ON c.case_run_id = b.case_run_id
     WHERE b.run_id IN (SELECT value FROM json_each(?)) GROUP BY 1, 2 ORDER BY 1, 3 DESC`,
    JSON.stringify(runIds),
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

/** When the latest failure or run was reported, in ISO 8601; undefined if none was. */
export function lastReport(cache: Cache): string | undefined {
  const row = cache.one<{latest: string | null}>(
    "SELECT max(coalesce((SELECT max(created_utc) FROM bundles), ''), coalesce((SELECT max(ts_start) FROM runs), '')) AS latest",
  );
  return row?.latest || undefined;
}
