import type {CaseStatus} from '../case/status.ts';
import {archivedCase} from '../evidence/archives.ts';
import {findBundle} from '../evidence/bundle.ts';
import {parseArchivedStatus} from './cache/archived-status.ts';
import type {Cache} from './cache/cache.ts';

/** A case as the archive in one of its bundles has it, the newest bundle first; undefined if none has. */
export async function archivedStatus(cache: Cache, roots: readonly string[], caseRunId: string): Promise<CaseStatus | undefined> {
  const bundles = cache.all<{bundle_id: string; run_id: string}>(
    'SELECT bundle_id, run_id FROM bundles WHERE case_run_id = ? ORDER BY created_utc DESC',
    caseRunId,
  );
  for (const {bundle_id: bundleId, run_id: runId} of bundles) {
    const place = await findBundle(roots, {bundleId, runId}).catch(() => undefined);
    const status = place && parseArchivedStatus(await archivedCase(place.dir).catch(() => undefined));
    if (status?.runId === caseRunId) return status;
  }
  return undefined;
}
