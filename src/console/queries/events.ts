import type {Cache} from '../cache/cache.ts';
import {EVENT_TYPES} from '../cache/case-events.ts';
import {checkboxField, defineFilter, type FilterValues, strictChoiceField, textField, whereClause, withTexts} from './filter.ts';

/** An event as lists show it. */
export interface EventRow {
  readonly id: number;
  readonly ts: string;
  readonly type: string;
  readonly origin: string | null;
  readonly job_id: string | null;
  readonly workflow_id: string | null;
  readonly data_json: string;
}

/** What events are, for readers. */
export const EVENT_TEXTS: Readonly<Record<string, string>> = {
  run_started: 'Run began',
  run_ended: 'Run ended',
  bundle_created: 'Port failed',
  bundle_upserted: 'Evidence changed',
  artifact_put: 'File stored',
  triage_written: 'Triage written',
  patch_written: 'Patch written',
  pr_created: 'Pull request opened',
  job_enqueued: 'Job waits',
  job_claimed: 'Job began',
  job_done: 'Job done',
  job_failed: 'Job failed',
  activity: 'Step',
  runner_status: 'Worker',
  user_context_updated: 'Context given',
};

/** Events that report a failure. */
const FAILURES =
  "(type IN ('job_failed', 'bundle_created') OR (type = 'job_done' AND json_extract(data_json, '$.proof') NOT IN ('passed')))";

export const EVENT_FILTER = defineFilter({
  type: withTexts(strictChoiceField('Type', 'type', EVENT_TYPES), EVENT_TEXTS),
  origin: textField('Port', 'origin', 'Port, as category/name'),
  failures: checkboxField('Only failures', FAILURES),
});
export type EventFilter = FilterValues<typeof EVENT_FILTER>;

/** Lists the latest events, newest first; those before the number `before`, if given. */
export function listEvents(cache: Cache, filter: EventFilter, before: number | undefined, most: number): EventRow[] {
  const older = before === undefined ? [] : [{sql: 'id < ?', values: [before]}];
  const where = whereClause(EVENT_FILTER, filter, older);
  return cache.all<EventRow>(`SELECT * FROM events ${where.sql} ORDER BY id DESC LIMIT ?`, ...where.values, most);
}

/** Lists the activity of a job, oldest first, the latest `most` of it. */
export function activityOfJob(cache: Cache, jobId: string, most: number): EventRow[] {
  return cache
    .all<EventRow>("SELECT * FROM events WHERE job_id = ? AND type = 'activity' ORDER BY id DESC LIMIT ?", jobId, most)
    .reverse();
}
