import type {CaseStatus} from '../case/status.ts';
import {archivedCase} from './archives.ts';
import {writeAnalysis} from './bundle.ts';

const writing = new Map<string, Promise<boolean>>();

/**
 * Writes analysis/case.json of a bundle, unless the same run of the case has archived a later state there: a write that was cancelled, or
 * retried after a missed heartbeat, may arrive after its successor. Returns whether it wrote.
 */
export function writeArchive(dir: string, status: CaseStatus): Promise<boolean> {
  const before = writing.get(dir) ?? Promise.resolve(true);
  const written = before.catch(() => false).then(() => writeIfNewer(dir, status));
  writing.set(dir, written);
  const forget = (): void => {
    if (writing.get(dir) === written) writing.delete(dir);
  };
  written.then(forget, forget);
  return written;
}

async function writeIfNewer(dir: string, status: CaseStatus): Promise<boolean> {
  const present = await archivedCase(dir);
  if (present?.runId === status.runId && (present.seq ?? 0) > status.seq) return false;
  await writeAnalysis(dir, 'case.json', `${JSON.stringify({version: 1, ...status}, null, 2)}\n`);
  return true;
}
