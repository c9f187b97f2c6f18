import type {FailureReport} from '../case/types.ts';
import {isOrigin} from '../case/types.ts';
import {isEvidenceId, isFlavor, isoTime, isProfile, isTarget, keyValues} from './names.ts';

/** Most bytes of a job file. */
export const MAX_JOB_BYTES = 65_536;

/** A job file of the spool: what the failure hook wrote, and what `report` adds. Unknown fields stay as they are. */
export interface SpoolJob {
  readonly report: FailureReport;
  /** All fields in the order of the file. */
  readonly fields: ReadonlyMap<string, string>;
}

/** Reads a job file. Throws with the field, its rule and what was got. */
export function parseJob(text: string): SpoolJob {
  const fields = keyValues(text);
  if (fields.get('type') !== 'report') {
    throw new Error(`Field "type" must be "report", the only kind of job; got ${JSON.stringify(fields.get('type') ?? '')}.`);
  }
  const take = (key: string, rule: string, isGood: (value: string) => boolean): string => {
    const value = fields.get(key) ?? '';
    if (!isGood(value)) throw new Error(`Field "${key}" must be ${rule}; got ${JSON.stringify(value.slice(0, 200))}.`);
    return value;
  };
  const origin = take('origin', 'category/port', isOrigin);
  const written = fields.get('flavor') ?? '';
  const flavor = written === '' || written === origin ? '' : take('flavor', "a flavor's name, or the origin for none", isFlavor);
  const created = take('created_ts_utc', 'a time such as 20260118-140501Z', (value) => isoTime(value) !== undefined);
  const report: FailureReport = {
    target: take('target', 'a branch with one leading @', isTarget),
    origin,
    ...(flavor === '' ? {} : {flavor}),
    profile: take('profile', "a profile's name", isProfile),
    runId: take('run_id', 'a run id', isEvidenceId),
    bundleId: take('bundle_id', 'a bundle id', isEvidenceId),
    createdUtc: isoTime(created) ?? created,
  };
  return {report, fields};
}

/** The text of a job file. */
export function serializeJob(fields: ReadonlyMap<string, string>): string {
  return [...fields].map(([key, value]) => `${key}=${value}\n`).join('');
}
