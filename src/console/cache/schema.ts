/** Goes up with each change of the tables: a cache of another version is created again. */
export const SCHEMA_VERSION = 6;

/** Tables of the cache. Column names are those of contract, section 8.1, where it has them; times are ISO 8601 but `ts_utc`, which is the hooks'. */
export const SCHEMA = `
CREATE TABLE runs (
  run_id TEXT PRIMARY KEY, root TEXT NOT NULL, profile TEXT NOT NULL, target TEXT NOT NULL,
  ts_start TEXT, ts_end TEXT, state TEXT NOT NULL, queued INTEGER,
  built INTEGER NOT NULL, failed INTEGER NOT NULL, ignored INTEGER NOT NULL, skipped INTEGER NOT NULL
);
CREATE INDEX runs_by_start ON runs (ts_start);

CREATE TABLE bundles (
  bundle_id TEXT PRIMARY KEY, run_id TEXT NOT NULL, root TEXT NOT NULL, origin TEXT NOT NULL, flavor TEXT, target TEXT NOT NULL,
  profile TEXT NOT NULL, ts_utc TEXT NOT NULL, created_utc TEXT NOT NULL, result TEXT NOT NULL,
  signature TEXT NOT NULL, classification TEXT, case_run_id TEXT, workflow_id TEXT NOT NULL, triage TEXT NOT NULL, analysed REAL NOT NULL
);
CREATE INDEX bundles_by_time ON bundles (created_utc, bundle_id);
CREATE INDEX bundles_by_run ON bundles (run_id, origin);
CREATE INDEX bundles_by_origin ON bundles (origin, created_utc);
CREATE INDEX bundles_by_case ON bundles (case_run_id);

CREATE TABLE signatures (signature TEXT PRIMARY KEY, error_line TEXT NOT NULL);

CREATE TABLE cases (
  case_run_id TEXT PRIMARY KEY, workflow_id TEXT NOT NULL, origin TEXT NOT NULL, flavor TEXT, target TEXT NOT NULL,
  is_open INTEGER NOT NULL, phase TEXT NOT NULL, tier TEXT, classification TEXT, confidence TEXT, outcome TEXT, pending_outcome TEXT,
  root_cause TEXT, reason TEXT NOT NULL, wait_reason TEXT, asked TEXT, waiting_since TEXT, signature TEXT NOT NULL, run_id TEXT, bundle_id TEXT,
  attempts INTEGER NOT NULL, attempts_limit INTEGER, tokens INTEGER NOT NULL, tokens_limit INTEGER, cached INTEGER NOT NULL, prompt INTEGER NOT NULL,
  cost REAL NOT NULL, cost_limit REAL, minutes REAL NOT NULL, accepted_by TEXT, current_attempt TEXT, turn INTEGER, turns_limit INTEGER, doing TEXT,
  started_utc TEXT NOT NULL, changed_utc TEXT NOT NULL, fixed_utc TEXT, status TEXT, emitted TEXT NOT NULL
);
CREATE INDEX cases_by_change ON cases (changed_utc, case_run_id);
-- Covers the figures of the overview.
CREATE INDEX cases_figures ON cases (changed_utc, is_open, outcome, classification, tokens, cost, attempts, started_utc, fixed_utc);
CREATE INDEX cases_by_workflow ON cases (workflow_id, started_utc);
-- With is_open, so that counting the open cases of each port reads no row.
CREATE INDEX cases_by_origin ON cases (origin, started_utc, is_open);
CREATE INDEX cases_open ON cases (is_open, phase);

CREATE TABLE jobs (
  job_id TEXT PRIMARY KEY, state TEXT NOT NULL, type TEXT NOT NULL, origin TEXT NOT NULL, flavor TEXT, bundle_id TEXT NOT NULL, run_id TEXT NOT NULL,
  workflow_id TEXT NOT NULL, created_ts_utc TEXT NOT NULL, last_error TEXT
);
CREATE INDEX jobs_by_time ON jobs (created_ts_utc, job_id);
CREATE INDEX jobs_by_state ON jobs (state, created_ts_utc);
CREATE INDEX jobs_by_origin ON jobs (origin, created_ts_utc);
CREATE INDEX jobs_by_bundle ON jobs (bundle_id);

CREATE TABLE events (
  id INTEGER PRIMARY KEY, ts TEXT NOT NULL, type TEXT NOT NULL, origin TEXT, job_id TEXT, workflow_id TEXT, data_json TEXT NOT NULL
);
CREATE INDEX events_by_type ON events (type, id);
CREATE INDEX events_by_origin ON events (origin, id);
CREATE INDEX events_by_job ON events (job_id, id);
`;
