import {mkdir, rename} from 'node:fs/promises';
import {join} from 'node:path';
import {EVIDENCE_DIR} from '../modes.ts';
import {isThere} from './incoming-bundle.ts';
import {syncDir} from './incoming-file.ts';

const STATES = ['pending', 'inflight', 'done', 'failed'];

/** Creates the directories of an evidence root that the receiver and the spool use. */
export async function prepareRoot(root: string): Promise<void> {
  for (const dir of ['runs', ...STATES.map((state) => join('queue', state))]) await mkdir(join(root, dir), EVIDENCE_DIR);
}

/** Whether the spool has a job, in any state. A delivery may move it meanwhile, also back to pending/, so all states are read twice. */
export async function hasJob(root: string, name: string): Promise<boolean> {
  for (const state of [...STATES, ...STATES]) if (await isThere(join(root, 'queue', state, name))) return true;
  return false;
}

/** Moves a job that arrived at `path` into pending/, unless the spool has it already. */
export async function placeJob(root: string, name: string, path: string): Promise<void> {
  if (await hasJob(root, name)) return;
  await rename(path, join(root, 'queue', 'pending', name));
  await syncDir(join(root, 'queue', 'pending'));
}
