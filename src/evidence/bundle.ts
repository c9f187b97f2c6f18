import {constants} from 'node:fs';
import {type FileHandle, lstat, mkdir, open, readdir} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {BundleRef} from '../case/types.ts';
import {EVIDENCE_DIR} from './modes.ts';
import {isEvidenceId, keyValues, safeParts} from './names.ts';
import {writeAtomically} from './write-atomically.ts';

/** A bundle's directory and the evidence root that it is under. */
export interface BundlePlace {
  readonly dir: string;
  readonly root: string;
}

/** Evidence roots by `LOGS_ROOT`: dsynth's log directories, several separated by `:`; default /build/synth/logs. */
export function evidenceRoots(env: Readonly<Record<string, string | undefined>>): string[] {
  const roots = (env.LOGS_ROOT ?? '').split(':').filter((root) => root !== '');
  return (roots.length > 0 ? roots : ['/build/synth/logs']).map((root) => join(root, 'evidence'));
}

/** Finds a bundle. Throws on ids that are no names, and when no root has it. */
export async function findBundle(roots: readonly string[], ref: BundleRef): Promise<BundlePlace> {
  for (const id of [ref.runId, ref.bundleId]) {
    if (!isEvidenceId(id))
      throw new Error(`A run id or bundle id has only letters, digits and ._@+-; got ${JSON.stringify(id)}.`);
  }
  const relpath = join('runs', ref.runId, 'ports', ref.bundleId);
  for (const root of roots) {
    if ((await kindBelow(root, relpath)) === 'directory') return {dir: join(root, relpath), root};
  }
  throw new Error(
    `No bundle ${ref.bundleId} of run ${ref.runId} below ${roots.join(', ')}. Set LOGS_ROOT to dsynth's log directory.`,
  );
}

/** What `relpath` is below `base`, looking through no symbolic link on the way. */
async function kindBelow(base: string, relpath: string): Promise<'file' | 'directory' | 'absent'> {
  let path = base;
  let kind: 'file' | 'directory' | 'absent' = 'directory';
  for (const part of safeParts(relpath)) {
    if (kind !== 'directory') return 'absent';
    path = join(path, part);
    const found = await lstat(path).catch(() => undefined);
    kind = found?.isDirectory() ? 'directory' : found?.isFile() ? 'file' : 'absent';
  }
  return kind;
}

/** Opens a regular file of a bundle for reading; undefined if there is none, or only a link. */
export async function openBundleFile(dir: string, relpath: string): Promise<FileHandle | undefined> {
  if ((await kindBelow(dir, relpath)) !== 'file') return undefined;
  return open(join(dir, relpath), constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ELOOP') return undefined;
    throw error;
  });
}

/** meta.txt as a map, its keys trimmed. Throws if the bundle has none. */
export async function readMeta(dir: string): Promise<Map<string, string>> {
  const file = await openBundleFile(dir, 'meta.txt');
  if (!file) throw new Error(`Every bundle has a meta.txt; ${dir} has none. Was it made by Portwright's hooks?`);
  try {
    return keyValues(await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}

/** Regular files of `port/` and `overlay/`, sorted by path; sizes in bytes. */
export async function listPortFiles(dir: string): Promise<{path: string; size: number}[]> {
  const files: {path: string; size: number}[] = [];
  const walk = async (relpath: string): Promise<void> => {
    for (const entry of await readdir(join(dir, relpath), {withFileTypes: true})) {
      const path = `${relpath}/${entry.name}`;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) files.push({path, size: (await lstat(join(dir, path))).size});
    }
  };
  for (const tree of ['port', 'overlay']) {
    if ((await kindBelow(dir, tree)) === 'directory') await walk(tree);
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Writes `analysis/<name>` whole or not at all, and returns its absolute path. `name` may have directories. */
export async function writeAnalysis(dir: string, name: string, content: string | Uint8Array): Promise<string> {
  const parts = ['analysis', ...safeParts(name)];
  const path = join(dir, ...parts);
  await mkdir(dirname(path), EVIDENCE_DIR);
  const parent = parts.slice(0, -1).join('/');
  if ((await kindBelow(dir, parent)) !== 'directory')
    throw new Error(`${parent} of ${dir} must be a directory, not a link. Remove it.`);
  await writeAtomically(dirname(path), basename(path), content);
  return path;
}
