import {mkdir, readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type Fix, fixOf} from '../case/review/fixes.ts';
import type {CaseStatus} from '../case/status.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {archivedBundles, archivedCase} from './archives.ts';
import {EVIDENCE_DIR} from './modes.ts';
import {writeAtomically} from './write-atomically.ts';

/** Says that the fixes of all bundles that were there are in. */
const WHOLE = '.whole';

/** Keeps the fix of a case below `<evidence>/fixes/`, or what changed of it. Nothing for a case without a proved diff. */
export async function persistFix(root: string, status: CaseStatus): Promise<void> {
  const fix = fixOf(status);
  if (fix !== undefined) await keep(root, `${fix.caseRunId}.json`, `${JSON.stringify(fix)}\n`);
}

/**
 * All fixes of an evidence root, newest first. They are read from the archives of the cases where `<evidence>/fixes/` is not there:
 * deleting that directory loses nothing.
 */
export async function readFixes(root: string): Promise<Fix[]> {
  const dir = join(root, 'fixes');
  const names = await readdir(dir).catch(() => [] as string[]);
  if (!names.includes(WHOLE)) return rebuildFixes(root);
  const read = names.filter((name) => /^[\w-]+\.json$/.test(name)).map((name) => fixIn(join(dir, name)));
  return newestFirst((await Promise.all(read)).filter((one) => one !== undefined));
}

/** Reads the archives of all bundles and writes `<evidence>/fixes/` anew. */
export async function rebuildFixes(root: string): Promise<Fix[]> {
  const found = new Map<string, Fix>();
  for (const kept of await archivedBundles([root])) {
    const status = await archivedCase(kept.dir);
    const fix = status?.workflowId === caseId(kept.report) ? fixOf(status) : undefined;
    if (fix !== undefined && !found.has(fix.caseRunId)) found.set(fix.caseRunId, fix);
  }
  for (const fix of found.values()) await keep(root, `${fix.caseRunId}.json`, `${JSON.stringify(fix)}\n`);
  await keep(root, WHOLE, '');
  return newestFirst([...found.values()]);
}

function newestFirst(fixes: Fix[]): Fix[] {
  return fixes.sort((a, b) => (a.atUtc < b.atUtc ? 1 : -1));
}

/** The index may be deleted at any time: a file of it that is gone or damaged is passed over. */
async function fixIn(path: string): Promise<Fix | undefined> {
  try {
    const fix = JSON.parse(await readFile(path, 'utf8')) as Fix;
    return fix.version === 1 ? fix : undefined;
  } catch {
    return undefined;
  }
}

async function keep(root: string, name: string, content: string): Promise<void> {
  const dir = join(root, 'fixes');
  await mkdir(dir, EVIDENCE_DIR);
  await writeAtomically(dir, name, content);
}
