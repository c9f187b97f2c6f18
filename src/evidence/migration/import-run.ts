import {lstat, mkdir, readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import type {ImportItem} from '../../case/migration/report.ts';
import type {FailureReport} from '../../case/types.ts';
import {serializeJob} from '../job.ts';
import {EVIDENCE_DIR} from '../modes.ts';
import {isoTime, keyValues} from '../names.ts';
import {writeCursor} from '../run-cursor.ts';
import {writeAtomically} from '../write-atomically.ts';
import type {Destination} from './import-bundle.ts';
import {type OldRow, textOf} from './old-database.ts';
import {readSmallText} from './old-state.ts';
import {takeFile} from './take-file.ts';

/** A run of the existing system. */
export interface OldRun {
  readonly runId: string;
  /** Its directory there, if it has one. */
  readonly dir: string | undefined;
  readonly row: OldRow | undefined;
  /** Its bundles that are in the evidence root, and whether this import took one of them. */
  readonly reports: readonly FailureReport[];
  readonly hasNews: boolean;
}

/** Key of run_start.txt by which an import knows its own runs. */
const FROM = 'imported_from';
const COPIED = /^(dsynth\.ini|[A-Za-z0-9._-]+-make\.conf|0[0-6]_[a-z_]+\.log)$/;
const MAX_LIST = 64 << 20;

/**
 * Writes the files of a run that is over: its start, its end and its failures, so that the console lists it. It is marked as delivered, so that
 * no workflow is started for it. A run of the same id that was not imported is left as it is.
 */
export async function importRun(run: OldRun, to: Destination): Promise<ImportItem> {
  const item = (result: ImportItem['result'], detail: string): ImportItem => ({part: 'run', name: run.runId, result, detail});
  const dir = join(to.root, 'runs', run.runId);
  const present = await textIfPresent(join(dir, 'run_start.txt'));
  if (present !== undefined && !keyValues(present).has(FROM))
    return item('left', 'a run of this id is there that was not imported');
  if (present !== undefined && !run.hasNews) return item('unchanged', 'imported before');
  const start = await startOf(run, to);
  const end = await endOf(run, start.get('ts_utc') ?? '');
  if (to.isDryRun) return item('taken', endDetail(end));
  await mkdir(join(dir, 'ports'), EVIDENCE_DIR);
  const omitted = await copyLists(run.dir, dir);
  const results = resultsText(run.reports);
  const failed = run.reports.length;
  await writeCursor(dir, {
    results: {bytes: Buffer.byteLength(results), built: 0, failed, ignored: 0, skipped: 0},
    end: 'ended',
  });
  await writeAtomically(dir, 'results.txt', results);
  await writeAtomically(dir, 'run_end.txt', serializeJob(end));
  // Last: without it the run counts as not imported yet.
  await writeAtomically(dir, 'run_start.txt', serializeJob(start));
  return item('taken', [endDetail(end), ...omitted].join('; '));
}

function endDetail(end: ReadonlyMap<string, string>): string {
  return end.get('note') ?? 'with its end';
}

async function startOf({runId, dir, row, reports}: OldRun, {state, target}: Destination): Promise<Map<string, string>> {
  const written = keyValues((dir && (await textIfPresent(join(dir, 'run_start.txt')))) ?? '');
  const known = {
    ts_utc: stampOf(row?.ts_start) ?? stampInId(runId) ?? reports.map(stampOfReport).sort()[0] ?? '',
    profile: textOf(row, 'profile') || (reports[0]?.profile ?? 'unknown'),
    run_id: runId,
    target: reports[0]?.target ?? target ?? '',
    [FROM]: state,
  };
  const added = Object.entries(known).filter(([key]) => !written.get(key));
  return new Map([...written, ...added.map(([key, value]) => [key, value.replace(/\p{Cc}/gu, '')] as const)]);
}

async function endOf({dir, row, reports}: OldRun, startedAt: string): Promise<Map<string, string>> {
  const written = keyValues((dir && (await textIfPresent(join(dir, 'run_end.txt')))) ?? '');
  if (isoTime(written.get('ts_utc') ?? '') !== undefined) return written;
  const ended = stampOf(row?.ts_end);
  const last = reports.map(stampOfReport).sort().at(-1) ?? startedAt;
  const counts = {ports_built: '0', ports_failed: String(reports.length), ports_ignored: '0', ports_skipped: '0'};
  return new Map(
    Object.entries({
      ts_utc: ended ?? last,
      ...counts,
      ...(ended === undefined ? {note: 'the existing system recorded no end; the time is that of its last failure'} : {}),
    }),
  );
}

/** Returns a time as the hooks write it, for that form, ISO 8601 or seconds since 1970. */
function stampOf(value: unknown): string | undefined {
  if (typeof value === 'string' && isoTime(value) !== undefined) return value;
  const time = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(time) && Math.abs(time) < 8e14 ? compact(new Date(time).toISOString()) : undefined;
}

function stampInId(runId: string): string | undefined {
  return /\d{8}-\d{6}Z/.exec(runId)?.[0];
}

function stampOfReport({createdUtc}: FailureReport): string {
  return createdUtc === '' ? '' : compact(new Date(createdUtc).toISOString());
}

function compact(iso: string): string {
  return `${iso.slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}Z`;
}

function resultsText(reports: readonly FailureReport[]): string {
  return [...reports]
    .sort((a, b) => (a.bundleId < b.bundleId ? -1 : 1))
    .map((one) => `${[one.origin, one.flavor ?? '', '', 'failure', stampOfReport(one), one.bundleId].join('\t')}\n`)
    .join('');
}

/** Copies configuration and summary lists of a run. Returns what cannot be copied, and why. */
async function copyLists(from: string | undefined, to: string): Promise<string[]> {
  if (from === undefined) return [];
  const omitted: string[] = [];
  for (const name of (await readdir(from).catch(() => [])).filter((one) => COPIED.test(one))) {
    if ((await lstat(join(to, name)).catch(() => undefined)) !== undefined) continue;
    await takeFile(join(from, name), join(to, name), MAX_LIST).catch(async (error: NodeJS.ErrnoException) => {
      await rm(join(to, name), {force: true});
      omitted.push(`without ${name} (${error.code ?? error.message})`);
    });
  }
  return omitted;
}

async function textIfPresent(path: string): Promise<string | undefined> {
  return readSmallText(path).catch(() => undefined);
}
