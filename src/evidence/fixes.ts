import {mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {type Fix, fixOf} from '../case/review/fixes.ts';
import type {CaseStatus} from '../case/status.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {archivedBundles, archivedCase} from './archives.ts';
import {EVIDENCE_DIR} from './modes.ts';
import {readUnlinkedFile} from './regular-file.ts';
import {writeAtomically} from './write-atomically.ts';

/** Most bytes of a file of the index. */
const MAX_FIX = 1 << 20;

/** Marks an index that has the fixes of all bundles that were there. */
const COMPLETE = '.whole';

/** Writes the fix of a case below `<evidence>/fixes/`, over an older one of it. Nothing for a case without a proved diff. */
export async function persistFix(root: string, status: CaseStatus): Promise<void> {
  const fix = fixOf(status);
  if (fix !== undefined) await writeFix(root, fix);
}

/**
 * Returns all fixes of an evidence root, newest first, and writes nothing. Where the index `<evidence>/fixes/` is missing or incomplete
 * they are read from the archives of the cases: deleting that directory loses nothing.
 */
export async function readFixes(root: string): Promise<Fix[]> {
  const dir = join(root, 'fixes');
  const names = await readdir(dir).catch(() => [] as string[]);
  if (!names.includes(COMPLETE)) return (await archivedFixes(root)).fixes;
  const read = names.filter((name) => /^[\w-]+\.json$/.test(name)).map((name) => fixIn(join(dir, name)));
  return newestFirst((await Promise.all(read)).filter((one) => one !== undefined));
}

/** Builds the index of fixes where it is missing or incomplete, so that `readFixes` need not read every archive. */
export async function ensureFixIndex(root: string): Promise<void> {
  const names = await readdir(join(root, 'fixes')).catch(() => [] as string[]);
  if (!names.includes(COMPLETE)) await rebuildFixes(root);
}

/**
 * Reads the archives of all bundles, writes the index, and returns the fixes, newest first. The index stays incomplete, and is rebuilt
 * again, while one of the archives cannot be read.
 */
export async function rebuildFixes(root: string): Promise<Fix[]> {
  const {fixes, isComplete} = await archivedFixes(root);
  for (const fix of fixes) await writeFix(root, fix);
  if (isComplete) await writeIndexFile(root, COMPLETE, '');
  return fixes;
}

async function archivedFixes(root: string): Promise<{fixes: Fix[]; isComplete: boolean}> {
  const found = new Map<string, Fix>();
  let isComplete = true;
  for (const {dir, report} of await archivedBundles([root])) {
    const status = await archivedCase(dir).catch(() => {
      isComplete = false;
      return undefined;
    });
    const fix = status?.workflowId === caseId(report) ? fixOf(status) : undefined;
    if (fix !== undefined && !found.has(fix.caseRunId)) found.set(fix.caseRunId, fix);
  }
  return {fixes: newestFirst([...found.values()]), isComplete};
}

function newestFirst(fixes: Fix[]): Fix[] {
  return fixes.sort((a, b) => (a.atUtc < b.atUtc ? 1 : -1));
}

/** The index may be deleted at any time: a file of it that is gone or damaged is skipped. */
async function fixIn(path: string): Promise<Fix | undefined> {
  try {
    const fix = JSON.parse(await readUnlinkedFile(path, MAX_FIX)) as Fix;
    return fix.version === 1 ? fix : undefined;
  } catch {
    return undefined;
  }
}

function writeFix(root: string, fix: Fix): Promise<void> {
  return writeIndexFile(root, `${fix.caseRunId}.json`, `${JSON.stringify(fix)}\n`);
}

async function writeIndexFile(root: string, name: string, content: string): Promise<void> {
  const dir = join(root, 'fixes');
  await mkdir(dir, EVIDENCE_DIR);
  await writeAtomically(dir, name, content);
}
