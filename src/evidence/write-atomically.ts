import {randomUUID} from 'node:crypto';
import {rename, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {EVIDENCE_FILE} from './modes.ts';

/** Writes a file of the evidence under a temporary name and renames it: readers see all of it, or what was there before. `dir` must exist. */
export async function writeAtomically(dir: string, name: string, content: string | Uint8Array): Promise<void> {
  const aside = join(dir, `.${randomUUID()}`);
  try {
    await writeFile(aside, content, {flag: 'wx', mode: EVIDENCE_FILE});
    await rename(aside, join(dir, name));
  } catch (error) {
    await rm(aside, {force: true});
    throw error;
  }
}
