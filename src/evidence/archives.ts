import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {CaseStatus} from '../case/status.ts';
import {type BundleRef, type FailureReport, isOrigin, portName} from '../case/types.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {readMeta} from './bundle.ts';
import {isEvidenceId, isFlavor, isoTime, isTarget} from './names.ts';
import {readBundleFile} from './reading.ts';
import {ifPresent} from './unavailable.ts';

/** A bundle on disk and the port named in its meta.txt. */
export interface ArchivedBundle {
  readonly dir: string;
  readonly root: string;
  readonly report: FailureReport;
}

/** A timeline of 100,000 entries has some 15 MB. */
const MAX_CASE_JSON = 64 << 20;

/**
 * Returns all bundles of the evidence roots whose meta.txt names a port, and whose id `wanted` takes; newest first. A bundle that cannot be read
 * is left out, which `doctor` reports. Throws `EvidenceUnavailable` if an evidence root or its runs cannot be read.
 */
export async function archivedBundles(
  roots: readonly string[],
  wanted: (ref: BundleRef) => boolean = () => true,
): Promise<ArchivedBundle[]> {
  const found: ArchivedBundle[] = [];
  for (const root of roots) {
    for (const runId of await evidenceIds(join(root, 'runs'))) {
      for (const bundleId of await evidenceIds(join(root, 'runs', runId, 'ports')).catch(() => [])) {
        const bundle = wanted({runId, bundleId}) ? await archivedBundle(root, {runId, bundleId}) : undefined;
        if (bundle) found.push(bundle);
      }
    }
  }
  return found.sort((a, b) => sortKey(b).localeCompare(sortKey(a)));
}

/** Sorts by time, then by the `-2` of a second bundle of one second. */
function sortKey({report}: ArchivedBundle): string {
  return `${report.createdUtc} ${String(report.bundleId.length).padStart(4, '0')} ${report.bundleId}`;
}

/** Names of runs or bundles in a directory; none if it is not there. Throws `EvidenceUnavailable` if it cannot be read. */
export async function evidenceIds(dir: string): Promise<string[]> {
  const entries = (await ifPresent(dir, readdir(dir, {withFileTypes: true}))) ?? [];
  return entries.filter((entry) => entry.isDirectory() && isEvidenceId(entry.name)).map((entry) => entry.name);
}

/** A bundle below an evidence root; undefined if its meta.txt cannot be read or names no port. */
export async function archivedBundle(root: string, ref: BundleRef): Promise<ArchivedBundle | undefined> {
  const dir = join(root, 'runs', ref.runId, 'ports', ref.bundleId);
  const report = await reportOf(dir, ref);
  return report && {dir, root, report};
}

/** The report of a failure as the bundle in `dir` has it; undefined if its meta.txt cannot be read or names no port. */
export async function reportOf(dir: string, ref: BundleRef): Promise<FailureReport | undefined> {
  return reportOfMeta(await readMeta(dir).catch(() => new Map<string, string>()), ref);
}

/** The report of a failure as a bundle's meta.txt has it; undefined if that names no port. */
export function reportOfMeta(meta: ReadonlyMap<string, string>, {runId, bundleId}: BundleRef): FailureReport | undefined {
  const origin = meta.get('origin_base') ?? meta.get('origin') ?? '';
  const flavor = meta.get('flavor') ?? '';
  const profile = meta.get('profile') || 'unknown';
  const target = meta.get('target') ?? `@${profile}`;
  const flavored = flavor !== '' && flavor !== origin;
  if (!isOrigin(origin) || !isTarget(target) || (flavored && !isFlavor(flavor))) return undefined;
  const createdUtc = isoTime(meta.get('ts_utc') ?? '') ?? '';
  return {target, origin, ...(flavored ? {flavor} : {}), runId, bundleId, profile, createdUtc};
}

/** Whether a name that an operator gave means this port: its case's id, its origin, or its origin with `@flavor`. */
export function isNamed(report: FailureReport, name: string): boolean {
  return name === caseId(report) || name === portName(report) || name === report.origin;
}

/**
 * Returns analysis/case.json of a bundle; undefined if there is none, or what is there is no state of a case. Throws `EvidenceUnavailable` if
 * it cannot be read: a case that is closed must not count as open.
 */
export async function archivedCase(dir: string): Promise<CaseStatus | undefined> {
  const file = await readBundleFile(dir, 'analysis/case.json', MAX_CASE_JSON);
  try {
    const value = JSON.parse(file?.text ?? 'null') as CaseStatus | null;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
