import {readdir} from 'node:fs/promises';
import {basename, join} from 'node:path';
import type {BundleRef} from '../../case/types.ts';
import {isEvidenceId, safeParts} from '../names.ts';
import {type OldRow, type OldTables, textOf} from './old-database.ts';
import {firstPresent, isDirectory, type OldState} from './old-state.ts';

/** A file of a bundle of the existing system. */
export interface OldFile {
  /** Path in the bundle there. */
  readonly relpath: string;
  readonly path: string;
  /** Digest that the artifact store has for it. */
  readonly sha256?: string;
}

/** A bundle of the existing system: a directory, or a row of state.db with artifacts. */
export interface OldBundle extends BundleRef {
  readonly files: readonly OldFile[];
  /** What cannot be taken of it, and why. */
  readonly omitted: readonly string[];
  /** Its row in state.db. */
  readonly row: OldRow | undefined;
}

/** Run id of bundles that were made outside of a run, in `<evidence>/loose`. */
const LOOSE = 'run-loose-imported';
const MAX_FILES = 5000;
const MAX_DEPTH = 12;

/** Lists the bundles of an installation, and the ids that are no names. A directory comes before a row of the same id. */
export async function oldBundles(state: OldState, tables: OldTables): Promise<{bundles: OldBundle[]; refused: string[]}> {
  const rows = new Map(tables.bundles.map((row) => [textOf(row, 'bundle_id'), row]));
  const bundles: OldBundle[] = [];
  const refused: string[] = [];
  for (const {runId, dir} of await runDirs(state)) {
    for (const bundleId of await directories(join(dir, 'ports'))) {
      if (!isEvidenceId(bundleId)) refused.push(bundleId);
      else bundles.push({runId, bundleId, ...(await filesOf(join(dir, 'ports', bundleId))), row: rows.get(bundleId)});
    }
  }
  const known = new Set(bundles.map(({bundleId}) => bundleId));
  const artifacts = Map.groupBy(tables.artifact_refs, (row) => textOf(row, 'bundle_id'));
  for (const [bundleId, row] of rows) {
    if (known.has(bundleId)) continue;
    const runId = textOf(row, 'run_id');
    if (!isEvidenceId(bundleId) || !isEvidenceId(runId)) refused.push(`${runId}/${bundleId}`);
    else bundles.push({runId, bundleId, ...(await artifactsOf(state, artifacts.get(bundleId) ?? [])), row});
  }
  return {bundles, refused};
}

/** Lists the directories of runs, with the ids under which they are taken. */
export async function runDirs({evidence}: OldState): Promise<{runId: string; dir: string}[]> {
  const names = (await directories(join(evidence, 'runs'))).filter(isEvidenceId);
  const runs = names.map((runId) => ({runId, dir: join(evidence, 'runs', runId)}));
  return (await isDirectory(join(evidence, 'loose'))) ? [...runs, {runId: LOOSE, dir: join(evidence, 'loose')}] : runs;
}

async function directories(dir: string): Promise<string[]> {
  if (!(await isDirectory(dir))) return [];
  const entries = await readdir(dir, {withFileTypes: true}).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({name}) => name)
    .sort();
}

/** Lists the regular files below a directory. Links and special files are not followed or opened. */
async function filesOf(dir: string): Promise<{files: OldFile[]; omitted: string[]}> {
  const files: OldFile[] = [];
  const omitted: string[] = [];
  const walk = async (relpath: string, depth: number): Promise<void> => {
    const entries = await readdir(join(dir, relpath), {withFileTypes: true}).catch((error: NodeJS.ErrnoException) => {
      omitted.push(`${relpath || '.'}: it cannot be read (${error.code})`);
      return [];
    });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.')) continue;
      const path = relpath === '' ? entry.name : `${relpath}/${entry.name}`;
      if (entry.isDirectory() && depth < MAX_DEPTH) await walk(path, depth + 1);
      else if (entry.isFile() && files.length < MAX_FILES) files.push({relpath: path, path: join(dir, path)});
      else omitted.push(`${path}: ${entry.isFile() ? `a bundle has at most ${MAX_FILES} files` : 'it is no regular file'}`);
    }
  };
  await walk('', 0);
  return {files, omitted};
}

async function artifactsOf(state: OldState, rows: readonly OldRow[]): Promise<{files: OldFile[]; omitted: string[]}> {
  const files: OldFile[] = [];
  const omitted: string[] = [];
  for (const row of rows.slice(0, MAX_FILES)) {
    const relpath = textOf(row, 'relpath');
    const source = isSafe(relpath) ? await sourceOf(state, row) : undefined;
    if (source !== undefined) files.push({relpath, ...source});
    else if (isSafe(relpath)) omitted.push(`${relpath}: its blob or file is not below ${state.dir}`);
    else omitted.push(`${JSON.stringify(relpath.slice(0, 200))}: its path is not relative and plain`);
  }
  if (rows.length > MAX_FILES) omitted.push(`${rows.length - MAX_FILES} artifacts: a bundle has at most ${MAX_FILES} files`);
  return {files: files.sort((a, b) => (a.relpath < b.relpath ? -1 : 1)), omitted};
}

/** A reference to a file of the host is taken only from full-logs/: the artifact store accepts any path of the host. */
async function sourceOf(state: OldState, row: OldRow): Promise<Omit<OldFile, 'relpath'> | undefined> {
  if (textOf(row, 'backend') === 'fs') {
    const path = textOf(row, 'fs_path');
    const name = basename(path);
    return /\/full-logs\/[^/]+$/.test(path) && isEvidenceId(name) ? {path: join(state.evidence, 'full-logs', name)} : undefined;
  }
  const sha256 = textOf(row, 'sha256');
  if (!/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  const paths = state.blobs.map((dir) => join(dir, sha256.slice(0, 2), sha256.slice(2, 4), sha256));
  const path = (await firstPresent(paths)) ?? paths[0];
  return path === undefined ? undefined : {path, sha256};
}

function isSafe(relpath: string): boolean {
  try {
    const parts = safeParts(relpath);
    return (
      parts.length <= MAX_DEPTH && parts.every((part) => !part.startsWith('.') && !/\p{Cc}/u.test(part) && part.length <= 200)
    );
  } catch {
    return false;
  }
}
