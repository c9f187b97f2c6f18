import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type RunSummary, runMarkdown, summarise} from '../case/run/run-summary.ts';
import {
  newRun,
  type RunCase,
  type RunEnd,
  type RunReport,
  type RunResults,
  type RunState,
  RunTotals,
} from '../case/run/run-totals.ts';
import type {CaseStatus} from '../case/status.ts';
import {NO_USAGE} from '../case/types.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {archivedBundle, archivedCase} from './archives.ts';
import {isEvidenceId, isoTime, keyValues} from './names.ts';
import {readBundleFile} from './reading.ts';
import {readUnlinkedFile} from './regular-file.ts';
import {readRootCauses} from './root-causes.ts';
import {readResults} from './run-results.ts';
import {causeLine, errorSignature} from './signature.ts';
import {writeAtomically} from './write-atomically.ts';

const SMALL_FILE = 65_536;
const ERRORS_BYTES = 400_000;
const MAX_SUMMARY = 16 << 20;
/** A live run writes a result at least this often. One without any for longer was killed. */
const STALE_MS = 6 * 3_600_000;

/** Ids of the runs below an evidence root. */
export async function runIds(root: string): Promise<string[]> {
  const entries = await readdir(join(root, 'runs'), {withFileTypes: true}).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && isEvidenceId(entry.name)).map((entry) => entry.name);
}

export function runDir(root: string, runId: string): string {
  return join(root, 'runs', runId);
}

/** The evidence root that has a run, or undefined. */
export async function rootOfRun(roots: readonly string[], runId: string): Promise<string | undefined> {
  if (!isEvidenceId(runId)) return undefined;
  for (const root of roots) if ((await lstat(runDir(root, runId)).catch(() => undefined))?.isDirectory()) return root;
  return undefined;
}

/** Returns what the hooks wrote about a run, with these results. */
export async function runReport(root: string, runId: string, results: RunResults): Promise<RunReport> {
  const start = await keysOf(root, runId, 'run_start.txt');
  const end = await runEnd(root, runId);
  return {
    runId,
    root,
    profile: start.get('profile') ?? '',
    target: start.get('target') ?? '',
    startedUtc: isoTime(start.get('ts_utc') ?? '') ?? '',
    portsQueued: count(start.get('ports_queued')) ?? null,
    results,
    end,
  };
}

/** How a run ended; undefined while it is open. The run of package hooks without a run, `-unknown`, never ends. */
export async function runEnd(root: string, runId: string): Promise<RunEnd | undefined> {
  if (runId.endsWith('-unknown')) return undefined;
  const end = await keysOf(root, runId, 'run_end.txt');
  const atUtc = isoTime(end.get('ts_utc') ?? '');
  if (atUtc !== undefined) {
    const ports = (key: string): number => count(end.get(`ports_${key}`)) ?? 0;
    return {
      kind: 'ended',
      atUtc,
      built: ports('built'),
      failed: ports('failed'),
      ignored: ports('ignored'),
      skipped: ports('skipped'),
    };
  }
  return (await wasAbandoned(root, runId)) ? {kind: 'abandoned'} : undefined;
}

/**
 * Whether a later run took this one's place: dsynth was killed. A run's directory is there a moment before `.current_run`
 * names it, so only a run that began later counts, and only once it is the current one or has ended.
 */
async function wasAbandoned(root: string, runId: string): Promise<boolean> {
  const current = await currentRun(root);
  if (current === runId) return false;
  const began = beganAt(runId);
  const later = (await runIds(root)).filter((other) => beganAt(other) > began);
  for (const other of later) {
    if (other === current || (await keysOf(root, other, 'run_end.txt')).size > 0) return true;
  }
  return false;
}

/** The time in a run's id; empty if it has none. */
function beganAt(runId: string): string {
  return /-(\d{8}-\d{6}Z)-\d+(?:-[a-z]+)?$/.exec(runId)?.[1] ?? '';
}

async function currentRun(root: string): Promise<string | undefined> {
  const id = (await readUnlinkedFile(join(root, '.current_run'), 4096).catch(() => '')).trim();
  return isEvidenceId(id) ? id : undefined;
}

/** The run that builds on the host of an evidence root now, or null. One without a result for 6 hours does not count. */
export async function openRun(root: string, now: number): Promise<string | null> {
  const runId = await currentRun(root);
  if (runId === undefined) return null;
  const dir = runDir(root, runId);
  if ((await lstat(join(dir, 'run_end.txt')).catch(() => undefined)) !== undefined) return null;
  const touched = await Promise.all(
    ['run_start.txt', 'results.txt'].map((name) => lstat(join(dir, name)).catch(() => undefined)),
  );
  const last = Math.max(0, ...touched.map((found) => found?.mtimeMs ?? 0));
  return now - last <= STALE_MS ? runId : null;
}

/** Reads the state of a run from its files and from the archives of its cases. */
export async function readRunState(root: string, runId: string): Promise<RunState> {
  const {results} = await readResults(runDir(root, runId));
  const archived = await archivedCases(root, runId);
  return {...archived, report: await runReport(root, runId, results)};
}

/** The same, cut to what a workflow lists. */
export async function listedRunState(root: string, runId: string): Promise<RunState> {
  const totals = new RunTotals(newRun(runId));
  totals.merge(await readRunState(root, runId));
  return totals.state;
}

async function archivedCases(root: string, runId: string): Promise<Pick<RunState, 'runId' | 'cases' | 'errorLines' | 'past'>> {
  const ports = join(runDir(root, runId), 'ports');
  const names = (await readdir(ports, {withFileTypes: true}).catch(() => [])).filter((entry) => entry.isDirectory());
  const cases = new Map<string, RunCase>();
  const errorLines: Record<string, string> = {};
  for (const {name} of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const bundle = isEvidenceId(name) ? await archivedBundle(root, {runId, bundleId: name}) : undefined;
    if (bundle === undefined) continue;
    const errors = (await readBundleFile(bundle.dir, 'logs/errors.txt', ERRORS_BYTES))?.text ?? '';
    const causes = await readRootCauses(bundle.dir);
    const signature = causes === undefined ? errorSignature(errors) : causes.signature;
    if (signature !== '') errorLines[signature] ??= (causes?.findings[0]?.text ?? causeLine(errors)).slice(0, 300);
    const id = caseId(bundle.report);
    cases.set(id, {caseId: id, bundleId: name, signature, ...whereItIs(await archivedCase(bundle.dir))});
  }
  return {runId, cases: [...cases.values()], errorLines, past: {cases: 0, usage: NO_USAGE}};
}

function whereItIs(status: CaseStatus | undefined): Pick<RunCase, 'phase' | 'outcome' | 'classification' | 'usage'> {
  return {
    phase: status?.outcome ? 'closed' : (status?.phase ?? 'collect'),
    outcome: status?.outcome ?? null,
    classification: status?.triage?.classification ?? null,
    usage: {...NO_USAGE, ...status?.usage},
  };
}

/** Writes summary.json and summary.md of a run, each atomically, and returns the summary. */
export async function writeRunSummary(root: string, runId: string): Promise<RunSummary> {
  const summary = summarise(await readRunState(root, runId));
  const dir = runDir(root, runId);
  await writeAtomically(dir, 'summary.json', `${JSON.stringify(summary, null, 2)}\n`);
  await writeAtomically(dir, 'summary.md', runMarkdown(summary));
  return summary;
}

/** summary.json of a run; undefined if there is none that can be read. */
export async function archivedSummary(root: string, runId: string): Promise<RunSummary | undefined> {
  const file = await readBundleFile(runDir(root, runId), 'summary.json', MAX_SUMMARY).catch(() => undefined);
  try {
    return (JSON.parse(file?.text ?? 'null') as RunSummary | null) ?? undefined;
  } catch {
    return undefined;
  }
}

async function keysOf(root: string, runId: string, name: string): Promise<Map<string, string>> {
  const file = await readBundleFile(runDir(root, runId), name, SMALL_FILE).catch(() => undefined);
  return keyValues(file?.text ?? '');
}

/** A count as a hook writes it, or undefined. */
function count(text: string | undefined): number | undefined {
  return /^\d{1,9}$/.test(text ?? '') ? Number(text) : undefined;
}
