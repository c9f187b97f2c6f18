import {join} from 'node:path';
import {fixOf} from '../case/review/fixes.ts';
import type {EarlierCase} from '../case/status.ts';
import {type CaseStatus, countedAttempts, proofSummary} from '../case/status.ts';
import type {BundleRef, FailureReport} from '../case/types.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {archivedCase, evidenceIds} from './archives.ts';
import {findBundle, readMeta} from './bundle.ts';
import {EvidenceUnavailable} from './unavailable.ts';

/** Evidence about the case of a bundle. */
export interface CaseHistory {
  readonly bundleThere: boolean;
  /** The bundle's own case has its outcome already. */
  readonly closed: boolean;
  /** 1 for the first bundle of a case; bundles of a case that is over do not count. */
  readonly iteration: number;
  /** The latest earlier bundle of the same port and target, of this case or an earlier one. */
  readonly previousBundle?: string;
}

interface Sibling extends BundleRef {
  readonly dir: string;
  readonly ts: string;
}

const keyOf = (ref: BundleRef) => `${ref.runId}/${ref.bundleId}`;

/**
 * Reads which bundles of the same port and target are there, and which of them belong to a case that is over. Throws `EvidenceUnavailable` if
 * the bundle of the report cannot be read; others that cannot count for nothing.
 */
export async function caseHistory(evidenceRoot: string, report: FailureReport): Promise<CaseHistory> {
  const isThere = await hasBundle(evidenceRoot, report);
  const named = await bundlesNamedLike(evidenceRoot, report);
  const siblings: Sibling[] = [];
  const closed = new Set<string>();
  for (const bundle of named) {
    const ts = await timeIfSamePort(bundle.dir, report);
    if (ts === undefined) continue;
    siblings.push({...bundle, ts});
    for (const ref of await bundlesOfClosedCase(bundle, keyOf(bundle) === keyOf(report))) closed.add(keyOf(ref));
  }
  const own = siblings.find((bundle) => keyOf(bundle) === keyOf(report));
  const earlier = own ? siblings.filter((other) => isEarlier(other, own)).sort((a, b) => (isEarlier(a, b) ? -1 : 1)) : [];
  const previous = earlier.at(-1)?.bundleId;
  return {
    bundleThere: isThere,
    closed: closed.has(keyOf(report)),
    iteration: 1 + earlier.filter((bundle) => !closed.has(keyOf(bundle))).length,
    previousBundle: previous,
  };
}

async function hasBundle(evidenceRoot: string, report: FailureReport): Promise<boolean> {
  try {
    const {dir} = await findBundle([evidenceRoot], report);
    await readMeta(dir);
    return true;
  } catch (error) {
    if (error instanceof EvidenceUnavailable && error.reason === 'missing') return false;
    throw error;
  }
}

/** By time, then by id: `x-2` was made after `x` in the same second. */
function isEarlier(a: Sibling, b: Sibling): boolean {
  if (a.ts !== b.ts) return a.ts < b.ts;
  return a.bundleId.length === b.bundleId.length ? a.bundleId < b.bundleId : a.bundleId.length < b.bundleId.length;
}

/** Bundles of all runs whose id starts as this bundle's does: the hook makes it from origin and flavor. */
async function bundlesNamedLike(evidenceRoot: string, report: FailureReport): Promise<(BundleRef & {dir: string})[]> {
  const stem = report.bundleId.replace(/-\d{8}-\d{6}Z(-\d+)?$/, '');
  const found: (BundleRef & {dir: string})[] = [];
  for (const runId of await evidenceIds(join(evidenceRoot, 'runs'))) {
    const ports = join(evidenceRoot, 'runs', runId, 'ports');
    for (const bundleId of await evidenceIds(ports).catch(() => [])) {
      if (bundleId === report.bundleId || bundleId.startsWith(`${stem}-`))
        found.push({runId, bundleId, dir: join(ports, bundleId)});
    }
  }
  return found;
}

/** When the bundle was made, if it is about this port and target. One that cannot be read counts for nothing. */
async function timeIfSamePort(dir: string, report: FailureReport): Promise<string | undefined> {
  const meta = await readMeta(dir).catch(() => new Map<string, string>());
  const origin = meta.get('origin_base') ?? '';
  const flavor = meta.get('flavor') ?? '';
  const target = meta.get('target') ?? report.target;
  const port = {target, origin, ...(flavor === '' || flavor === origin ? {} : {flavor})};
  return caseId(port) === caseId(report) ? (meta.get('ts_utc') ?? '') : undefined;
}

/** Bundles of the case whose archive a bundle has, if that case is over. Throws if it cannot be read and `isOwn`. */
async function bundlesOfClosedCase(bundle: BundleRef & {dir: string}, isOwn: boolean): Promise<BundleRef[]> {
  const status = await archivedCase(bundle.dir).catch((error: unknown) => {
    if (isOwn) throw error;
    return undefined;
  });
  return status?.outcome ? [bundle, ...(status.bundles ?? [])] : [];
}

/** The latest cases of the same port and target that are over, newest first, at most `most` of them; an archive that cannot be read is left out. */
export async function closedCases(evidenceRoot: string, report: FailureReport, most: number): Promise<EarlierCase[]> {
  const byRun = new Map<string, EarlierCase>();
  for (const bundle of await bundlesNamedLike(evidenceRoot, report)) {
    if ((await timeIfSamePort(bundle.dir, report)) === undefined) continue;
    const status = await archivedCase(bundle.dir).catch(() => undefined);
    if (status?.outcome) byRun.set(status.runId, earlierCase(bundle, status));
  }
  return [...byRun.values()].sort((a, b) => (a.closedUtc < b.closedUtc ? 1 : -1)).slice(0, most);
}

function earlierCase({bundleId, runId}: BundleRef, status: CaseStatus): EarlierCase {
  const last = (status.attempts ?? []).at(-1);
  const proof = proofSummary(last?.proof);
  const fix = fixOf(status);
  return {
    bundleId,
    runId,
    closedUtc: (status.timeline ?? []).at(-1)?.atUtc ?? '',
    outcome: status.outcome as EarlierCase['outcome'],
    reason: String(status.reason ?? '').slice(0, 500),
    classification: status.triage?.classification ?? null,
    signature: status.signature ?? '',
    attempts: countedAttempts(status.attempts ?? []).length,
    bundles: (status.bundles ?? []).length,
    ...(fix === undefined ? {} : {diff: fix.diff, verdict: fix.verdict}),
    proof,
  };
}
