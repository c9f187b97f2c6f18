import {readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {evidenceIds} from './archives.ts';
import {findBundle, readMeta} from './bundle.ts';
import {MAX_JOB_BYTES, parseJob, type SpoolJob} from './job.ts';
import {readUnlinkedFile} from './regular-file.ts';
import {EvidenceUnavailable, ifPresent} from './unavailable.ts';

/** A bundle, or a directory of bundles, that cannot be read. */
export interface BundleFault {
  /** Relative to the evidence root. */
  readonly relpath: string;
  readonly error: EvidenceUnavailable;
}

/** Reads the meta.txt of every bundle of an evidence root, and returns how many there are and what cannot be read. */
export async function bundleFaults(root: string): Promise<{bundles: number; faults: BundleFault[]}> {
  const faults: BundleFault[] = [];
  const orFault = <T>(relpath: string, read: Promise<T>): Promise<T | undefined> =>
    read.catch((error: unknown) => {
      if (!(error instanceof EvidenceUnavailable)) throw error;
      faults.push({relpath, error});
      return undefined;
    });
  let bundles = 0;
  for (const runId of (await orFault('runs', evidenceIds(join(root, 'runs')))) ?? []) {
    const ports = join('runs', runId, 'ports');
    for (const bundleId of (await orFault(ports, evidenceIds(join(root, ports)))) ?? []) {
      bundles += 1;
      await orFault(join(ports, bundleId), readMeta(join(root, ports, bundleId)));
    }
  }
  return {bundles, faults};
}

/** A request of the spool that has no bundle. */
export interface LonelyJob {
  /** `pending/NAME` or `failed/NAME`. */
  readonly job: string;
  readonly bundleId: string;
}

/** Returns the requests in pending/ and failed/ whose bundle is missing; not those that are younger than `graceMs`, since a bundle appears after its request. */
export async function jobsWithoutBundle(root: string, graceMs: number): Promise<LonelyJob[]> {
  const lonely: LonelyJob[] = [];
  for (const state of ['pending', 'failed']) {
    const dir = join(root, 'queue', state);
    const names = (await ifPresent(dir, readdir(dir))) ?? [];
    for (const name of names.filter((one) => one.endsWith('.job') && !one.startsWith('.')).sort()) {
      const report = (await readJob(join(dir, name)))?.report;
      if (report === undefined || Date.now() - Date.parse(report.createdUtc) < graceMs) continue;
      if (await isMissing(root, report)) lonely.push({job: `${state}/${name}`, bundleId: report.bundleId});
    }
  }
  return lonely;
}

/** Undefined for a file that is no request: the spool itself moves it to failed/, with the reason. */
async function readJob(path: string): Promise<SpoolJob | undefined> {
  try {
    return parseJob(await readUnlinkedFile(path, MAX_JOB_BYTES));
  } catch {
    return undefined;
  }
}

async function isMissing(root: string, ref: {runId: string; bundleId: string}): Promise<boolean> {
  return findBundle([root], ref).then(
    () => false,
    (error: unknown) => error instanceof EvidenceUnavailable && error.reason === 'missing',
  );
}
