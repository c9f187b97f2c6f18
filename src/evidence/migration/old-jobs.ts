import {readdir} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {isEvidenceId, keyValues} from '../names.ts';
import {isDirectory, type OldState, readSmallText} from './old-state.ts';

/** A job file of the existing system's queue. */
export interface OldJob {
  readonly name: string;
  readonly state: (typeof STATES)[number];
  readonly fields: ReadonlyMap<string, string>;
  /** Why it cannot be read; empty if it can. */
  readonly fault: string;
  readonly bundleId: string;
  /** Text of its .error file. */
  readonly error: string;
}

const STATES = ['pending', 'inflight', 'done', 'failed'] as const;
/** Types whose work a case does here. */
const CASE_TYPES = ['', 'triage', 'patch'];

/** Lists the job files of a queue, by state and name. */
export async function oldJobs({evidence}: OldState): Promise<OldJob[]> {
  const jobs: OldJob[] = [];
  for (const state of STATES) {
    const dir = join(evidence, 'queue', state);
    const names = (await isDirectory(dir)) ? await readdir(dir).catch(() => []) : [];
    for (const name of names.filter((one) => one.endsWith('.job') && !one.startsWith('.')).sort()) {
      jobs.push(await readJob(dir, name, state));
    }
  }
  return jobs;
}

async function readJob(dir: string, name: string, state: OldJob['state']): Promise<OldJob> {
  const error = await readSmallText(join(dir, `${name}.error`)).catch(() => '');
  const read = await readSmallText(join(dir, name)).then(
    (text) => ({fields: keyValues(text), fault: ''}),
    (reason: NodeJS.ErrnoException) => ({fields: new Map<string, string>(), fault: reason.code ?? reason.message}),
  );
  const bundleId = read.fields.get('bundle_id') || basename(read.fields.get('bundle_dir') ?? '');
  return {name, state, ...read, bundleId, error: keyValues(error).get('error') ?? error.trim().slice(0, 500)};
}

/** Whether a job's work was still to be done, and a case does it here. */
export function isOpenJob({state, fields, fault, bundleId, name}: OldJob): boolean {
  return (
    (state === 'pending' || state === 'inflight') &&
    fault === '' &&
    CASE_TYPES.includes(fields.get('type') ?? '') &&
    isEvidenceId(bundleId) &&
    isEvidenceId(name)
  );
}
