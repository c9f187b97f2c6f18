import {realpath} from 'node:fs/promises';
import {dirname, join, sep} from 'node:path';
import type {ImportItem} from '../../case/migration/report.ts';
import type {FailureReport} from '../../case/types.ts';
import {isEvidenceId} from '../names.ts';
import {type Destination, importBundle} from './import-bundle.ts';
import {importJob, reasonLeft} from './import-job.ts';
import {importRun, type OldRun} from './import-run.ts';
import {type OldBundle, oldBundles, runDirs} from './old-bundles.ts';
import {NO_TABLES, type OldTables, readOldDatabase, textOf} from './old-database.ts';
import {isOpenJob, type OldJob, oldJobs} from './old-jobs.ts';
import {recordReader} from './old-record.ts';
import type {OldState} from './old-state.ts';

/** Why the rows of a table are not taken. */
const TABLES: Readonly<Record<string, string>> = {
  events: 'the console makes its events of cases and evidence',
  activity_log: 'its jobs are in the timelines of the archived cases; messages have no place here',
  runner_status: 'there is no runner; workers report their health',
  artifacts: 'an index of files, which the bundles have',
  blob_objects: 'an index of blobs, which are copied into the bundles',
  user_context_requests: 'a case that waits is a workflow; `portwright start ORIGIN` opens one',
  user_context_history: 'the last text of each port is in the archived cases',
  job_events: 'the last state of each job is in the timelines of the archived cases',
  env_health_status: 'dev-envs are probed again',
  origin_skip_flags: '`portwright hold ORIGIN` holds a port; set those that still count',
  build_types: 'there is no tracker',
  build_runs: 'there is no tracker: its builds have other ids than the runs of the hooks',
  build_results: 'there is no tracker: its builds have other ids than the runs of the hooks',
  port_status: 'there is no tracker; the next run shows the state of each port',
};

/** Imports bundles, runs and open jobs. What cannot be read is an item of the result, and the others go on. */
export async function importState(state: OldState, to: Destination): Promise<ImportItem[]> {
  await refuseOverlap(state.dir, to.root);
  const database = await readTables(state);
  const jobs = await oldJobs(state);
  const {bundles, refused} = await oldBundles(state, database.tables);
  const imported = await importBundles(bundles, {tables: database.tables, jobs, to});
  const items: ImportItem[] = [
    ...refused.map((name) => bundleItem(name, 'failed', 'its id, or that of its run, is no name')),
    ...imported.items,
    ...database.tables.runs
      .map((row) => textOf(row, 'run_id'))
      .filter((id) => !isEvidenceId(id))
      .map(refusedRun),
  ];
  for (const run of await oldRuns(state, database.tables, imported))
    items.push(await guarded('run', run.runId, importRun(run, to)));
  items.push(...(await importJobs(jobs, imported.reports, to)));
  return [...items, ...database.items];
}

function refusedRun(name: string): ImportItem {
  return {part: 'run', name: name.slice(0, 200), result: 'failed', detail: 'its id is no name'};
}

interface ImportedBundles {
  readonly items: readonly ImportItem[];
  /** By bundle id. */
  readonly reports: ReadonlyMap<string, FailureReport>;
  /** Ids of bundles that this import took. */
  readonly fresh: ReadonlySet<string>;
}

async function importBundles(
  bundles: readonly OldBundle[],
  {tables, jobs, to}: {tables: OldTables; jobs: readonly OldJob[]; to: Destination},
): Promise<ImportedBundles> {
  const recordOf = recordReader(tables, jobs);
  const open = new Set(jobs.filter(isOpenJob).map(({bundleId}) => bundleId));
  const items: ImportItem[] = [];
  const reports = new Map<string, FailureReport>();
  const fresh = new Set<string>();
  for (const bundle of bundles) {
    const record = open.has(bundle.bundleId) ? undefined : await recordOf(bundle);
    const {item, report} = await importBundle(bundle, to, record).catch((error: Error) => ({
      item: bundleItem(bundle.bundleId, 'failed', error.message),
      report: undefined,
    }));
    items.push(item);
    if (report !== undefined) reports.set(bundle.bundleId, report);
    if (item.result === 'taken') fresh.add(bundle.bundleId);
  }
  return {items, reports, fresh};
}

function bundleItem(name: string, result: ImportItem['result'], detail: string): ImportItem {
  return {part: 'bundle', name, result, detail};
}

/** Runs by directory, by row and by bundle. Hooks of both systems use the run `-unknown` for failures outside of a run: it is no run. */
async function oldRuns(state: OldState, tables: OldTables, {reports, fresh}: ImportedBundles): Promise<OldRun[]> {
  const dirs = new Map((await runDirs(state)).map(({runId, dir}) => [runId, dir]));
  const rows = new Map(tables.runs.map((row) => [textOf(row, 'run_id'), row]));
  const byRun = Map.groupBy(reports.values(), ({runId}) => runId);
  const ids = [...new Set([...dirs.keys(), ...rows.keys(), ...byRun.keys()])].filter(isEvidenceId);
  return ids
    .filter((runId) => !runId.endsWith('-unknown'))
    .sort()
    .map((runId) => {
      const own = byRun.get(runId) ?? [];
      const hasNews = own.some(({bundleId}) => fresh.has(bundleId));
      return {runId, dir: dirs.get(runId), row: rows.get(runId), reports: own, hasNews};
    });
}

/** One request for each bundle: a triage and a patch of one failure are one case here. */
async function importJobs(
  jobs: readonly OldJob[],
  reports: ReadonlyMap<string, FailureReport>,
  to: Destination,
): Promise<ImportItem[]> {
  const items: ImportItem[] = [];
  const requested = new Set<string>();
  for (const job of jobs) {
    const left = reasonLeft(job);
    if (left !== undefined) items.push(left);
    else if (requested.has(job.bundleId))
      items.push({
        part: 'job',
        name: job.name,
        result: 'left',
        detail: 'another job of its bundle was taken: one failure is one case',
      });
    else {
      requested.add(job.bundleId);
      items.push(await guarded('job', job.name, importJob(job, reports.get(job.bundleId), to)));
    }
  }
  return items;
}

async function guarded(part: ImportItem['part'], name: string, work: Promise<ImportItem>): Promise<ImportItem> {
  return work.catch((error: Error) => ({part, name, result: 'failed', detail: error.message}));
}

async function readTables({database}: OldState): Promise<{tables: OldTables; items: ImportItem[]}> {
  if (database === undefined) return {tables: NO_TABLES, items: []};
  const table = (name: string, result: ImportItem['result'], detail: string): ImportItem => ({
    part: 'table',
    name,
    result,
    detail,
  });
  try {
    const tables = await readOldDatabase(database);
    const failed = [...tables.faults].map(([name, reason]) => table(name, 'failed', reason));
    const left = [...tables.others].filter(([, rows]) => rows > 0);
    const reason = (name: string): string => TABLES[name] ?? 'it is unknown';
    return {tables, items: [...failed, ...left.map(([name, rows]) => table(name, 'left', `${reason(name)} (${rows} rows)`))]};
  } catch (error) {
    return {tables: NO_TABLES, items: [table('state.db', 'failed', `it cannot be read: ${(error as Error).message}`)]};
  }
}

/** The existing system's directory is only read, so nothing may be written in it. */
async function refuseOverlap(state: string, root: string): Promise<void> {
  const from = await realpath(state);
  const into = await realpath(root).catch(async () => join(await realpath(dirname(root)), 'evidence'));
  const isWithin = (inner: string, outer: string): boolean => inner === outer || inner.startsWith(`${outer}${sep}`);
  if (!isWithin(into, from) && !isWithin(from, into)) return;
  throw new Error(
    `The existing system's directory is only read, but the evidence root ${into} overlaps ${from}. Stop its programs, move its evidence aside (mv ${into} ${into}.deltaports), and import that directory.`,
  );
}
