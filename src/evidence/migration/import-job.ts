import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {ImportItem} from '../../case/migration/report.ts';
import type {FailureReport} from '../../case/types.ts';
import {parseJob, serializeJob} from '../job.ts';
import {EVIDENCE_DIR} from '../modes.ts';
import {writeAtomically} from '../write-atomically.ts';
import type {Destination} from './import-bundle.ts';
import {isOpenJob, type OldJob} from './old-jobs.ts';
import {firstPresent} from './old-state.ts';

/** Returns why a job is not taken, or undefined for one whose work is still to be done. */
export function reasonLeft(job: OldJob): ImportItem | undefined {
  const item = (result: ImportItem['result'], detail: string): ImportItem => ({part: 'job', name: job.name, result, detail});
  if (job.fault !== '') return item('failed', `it cannot be read (${job.fault})`);
  if (job.state === 'done' || job.state === 'failed')
    return item('left', `${job.state} in the existing system; it is in the timeline of its bundle’s archived case`);
  if (isOpenJob(job)) return undefined;
  const type = job.fields.get('type') ?? '';
  if (type !== '' && !['triage', 'patch'].includes(type))
    return item('left', `there is no job of the type ${JSON.stringify(type.slice(0, 40))} here`);
  return item('failed', 'its name, or its bundle_id, is no name');
}

/** Puts the failure of an open job into the spool, from where it is reported as the hooks' own are. */
export async function importJob(job: OldJob, report: FailureReport | undefined, to: Destination): Promise<ImportItem> {
  const item = (result: ImportItem['result'], detail: string): ImportItem => ({part: 'job', name: job.name, result, detail});
  if (report === undefined) return item('failed', `its bundle ${job.bundleId} is not in the evidence root`);
  const queue = join(to.root, 'queue');
  const bundle = join(to.root, 'runs', report.runId, 'ports', report.bundleId);
  const places = ['pending', 'inflight', 'done', 'failed'].map((state) => join(queue, state, job.name));
  if ((await firstPresent([...places, join(bundle, 'analysis', 'case.json')])) !== undefined)
    return item('unchanged', 'its failure is in the spool, or has its case');
  const text = serializeJob(fieldsOf(report));
  try {
    parseJob(text);
  } catch (error) {
    return item('failed', (error as Error).message);
  }
  if (!to.isDryRun) {
    await mkdir(join(queue, 'pending'), EVIDENCE_DIR);
    await writeAtomically(join(queue, 'pending'), job.name, text);
  }
  return item('taken', `a request of the spool, for bundle ${report.bundleId}`);
}

function fieldsOf(report: FailureReport): Map<string, string> {
  const created = new Date(report.createdUtc || 0).toISOString().slice(0, 19);
  return new Map(
    Object.entries({
      type: 'report',
      created_ts_utc: `${created.replace(/[-:]/g, '').replace('T', '-')}Z`,
      profile: report.profile,
      origin: report.origin,
      flavor: report.flavor ?? report.origin,
      run_id: report.runId,
      bundle_id: report.bundleId,
      target: report.target,
    }),
  );
}
