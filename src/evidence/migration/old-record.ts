import type {OldRecord} from '../../case/migration/archive.ts';
import type {FailureReport} from '../../case/types.ts';
import {isoTime} from '../names.ts';
import type {OldBundle} from './old-bundles.ts';
import {type OldTables, textOf} from './old-database.ts';
import type {OldJob} from './old-jobs.ts';
import {readSmallText} from './old-state.ts';

/** Returns what the existing system recorded about bundles, by its tables and its queue. */
export function recordReader(tables: OldTables, jobs: readonly OldJob[]): (bundle: OldBundle) => Promise<OldRecord> {
  const byBundle = Map.groupBy([...jobRows(tables, jobs), ...jobFiles(jobs)], ({bundleId}) => bundleId);
  const contexts = new Map(tables.user_context.map((row) => [contextKey(row.run_id, row.origin), textOf(row, 'context_text')]));
  return async (bundle) => ({
    resolution: textOf(bundle.row, 'resolution'),
    ...(await triageOf(bundle)),
    jobs: (byBundle.get(bundle.bundleId) ?? []).sort((a, b) => (a.atUtc < b.atUtc ? -1 : 1)),
    context: contexts.get(contextKey(bundle.runId, textOf(bundle.row, 'origin'))) ?? '',
  });
}

type BundleJob = OldRecord['jobs'][number] & Pick<FailureReport, 'bundleId'>;

function jobFiles(jobs: readonly OldJob[]): BundleJob[] {
  return jobs.map(({name, state, error, bundleId, fields}) => ({
    ...{name, state, error, bundleId},
    atUtc: isoTime(fields.get('created_ts_utc') ?? '') ?? '',
  }));
}

/** Rows of jobs that have no file. */
function jobRows({jobs: rows}: OldTables, files: readonly OldJob[]): BundleJob[] {
  const named = new Set(files.map(({name}) => name));
  return rows.flatMap((row) => {
    const name = textOf(row, 'job_id');
    const bundleId = textOf(row, 'bundle_id') || (textOf(row, 'bundle_dir').split('/').at(-1) ?? '');
    const error = textOf(row, 'last_error') || textOf(row, 'retire_reason');
    const atUtc = isoTime(textOf(row, 'created_ts_utc')) ?? '';
    return named.has(name) ? [] : [{name, bundleId, state: textOf(row, 'state'), error, atUtc}];
  });
}

function contextKey(runId: unknown, origin: unknown): string {
  return JSON.stringify([runId, origin]);
}

/** analysis/triage.json of the harness; its older form, an answer of a server, has neither key. */
async function triageOf({files}: OldBundle): Promise<Pick<OldRecord, 'classification' | 'confidence'>> {
  const path = files.find(({relpath}) => relpath === 'analysis/triage.json')?.path;
  const text = path === undefined ? '' : await readSmallText(path).catch(() => '');
  try {
    const {classification, confidence} = JSON.parse(text) as Record<string, unknown>;
    return {classification: String(classification ?? ''), confidence: String(confidence ?? '')};
  } catch {
    return {classification: '', confidence: ''};
  }
}
