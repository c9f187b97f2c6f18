import {mkdir, open} from 'node:fs/promises';
import {join} from 'node:path';
import {EVIDENCE_DIR, EVIDENCE_FILE} from './modes.ts';
import {readUnlinkedFile} from './regular-file.ts';

const CLAIM_BYTES = 200;

/**
 * Has `owner` ask the model about a signature in a run, by a file `runs/<run_id>/triage/<signature>`. Returns false if another
 * owner has it, which the run's workflow then decides about. The same owner may claim it again.
 */
export async function claimTriage(root: string, runId: string, signature: string, owner: string): Promise<boolean> {
  const dir = join(root, 'runs', runId, 'triage');
  await mkdir(dir, EVIDENCE_DIR);
  const path = join(dir, signature);
  try {
    const file = await open(path, 'wx', EVIDENCE_FILE);
    try {
      await file.writeFile(owner);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Without a text its owner was killed between the two steps: the run decides then.
    return (await readUnlinkedFile(path, CLAIM_BYTES)) === owner;
  }
}
