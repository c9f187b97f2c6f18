import type {Stats} from 'node:fs';
import {type FileHandle, lstat, mkdir, readdir} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import type {BuildHost} from '../case/host/host.ts';
import type {BundleRef} from '../case/types.ts';
import {collectedLogs, readHosts} from '../setup/hosts.ts';
import {EVIDENCE_DIR} from './modes.ts';
import {isEvidenceId, keyValues, safeParts} from './names.ts';
import {NotRegularFile, openUnlinkedFile} from './regular-file.ts';
import {EvidenceUnavailable, ifPresent, isAbsent, unreadable} from './unavailable.ts';
import {writeAtomically} from './write-atomically.ts';

/** A bundle's directory and the evidence root that it is under. */
export interface BundlePlace {
  readonly dir: string;
  readonly root: string;
}

/**
 * Returns the evidence roots, below dsynth's log directories: those of `LOGS_ROOT`, several separated by `:`, then those of the hosts file, where
 * a remote host's are those that its evidence is collected into. Without either it is that of /build/synth/logs.
 */
export function evidenceRoots(env: Readonly<Record<string, string | undefined>>): string[] {
  const hosts = readHosts(env);
  const given = (env.LOGS_ROOT ?? '').split(':').filter((root) => root !== '');
  const roots = given.length === 0 && hosts.length === 0 ? ['/build/synth/logs'] : given;
  return [...new Set([...roots, ...hosts.flatMap((host) => logsHere(host, env))])].map((root) => join(root, 'evidence'));
}

/** Returns a host's log directories on this machine; none of a remote host whose evidence is mounted, which LOGS_ROOT names. */
function logsHere(host: BuildHost, env: NodeJS.ProcessEnv): readonly string[] {
  return host.reach === 'local' ? host.logs : collectedLogs(env, host).map(({local}) => local);
}

/**
 * Finds a bundle. Throws on ids that are no names, and `EvidenceUnavailable` if no evidence root has it: `unreadable` if one of them
 * cannot be read and so may have it, `malformed` if something else is in its place, else `missing`.
 */
export async function findBundle(roots: readonly string[], ref: BundleRef): Promise<BundlePlace> {
  for (const id of [ref.runId, ref.bundleId]) {
    if (!isEvidenceId(id))
      throw new Error(`A run id or bundle id has only letters, digits and ._@+-; got ${JSON.stringify(id)}.`);
  }
  const relpath = join('runs', ref.runId, 'ports', ref.bundleId);
  const faults: EvidenceUnavailable[] = [];
  for (const root of roots) {
    const fault = await faultBelow(root, relpath);
    if (fault === undefined) return {dir: join(root, relpath), root};
    faults.push(fault);
  }
  const unread = faults.find(({reason}) => reason === 'unreadable') ?? faults.find(({reason}) => reason === 'malformed');
  if (unread !== undefined) throw unread;
  const where = `below ${roots.join(', ')}. Set LOGS_ROOT to dsynth's log directory.`;
  throw new EvidenceUnavailable('missing', `No bundle ${ref.bundleId} of run ${ref.runId} ${where}`);
}

/** Returns why there is no directory `relpath` below an evidence root; undefined if there is one. */
async function faultBelow(root: string, relpath: string): Promise<EvidenceUnavailable | undefined> {
  try {
    if ((await lstatIfPresent(root)) === undefined) return noRoot(root);
    const kind = await kindBelow(root, safeParts(relpath));
    if (kind === 'directory') return undefined;
    const path = join(root, relpath);
    return kind === 'absent'
      ? new EvidenceUnavailable('missing', `${path} is not there.`)
      : new EvidenceUnavailable('malformed', `A bundle must be a directory; ${path} is a ${kind}. Move it away.`);
  } catch (error) {
    return unreadable(join(root, relpath), error);
  }
}

function noRoot(root: string): EvidenceUnavailable {
  return new EvidenceUnavailable(
    'unreadable',
    `The evidence root ${root} is not there. Mount it, or take its log directory out of LOGS_ROOT.`,
  );
}

/** Returns the stat of a path; undefined if nothing is there. Throws `EvidenceUnavailable` if the system refuses. */
async function lstatIfPresent(path: string): Promise<Stats | undefined> {
  return ifPresent(path, lstat(path));
}

type Kind = 'file' | 'directory' | 'link' | 'absent';

function kindOf(found: Stats | undefined): Kind {
  if (found === undefined) return 'absent';
  return found.isDirectory() ? 'directory' : found.isFile() ? 'file' : 'link';
}

/** Returns what the path `parts` is below `base`, following no symbolic link; other files than regular ones count as links. */
async function kindBelow(base: string, parts: readonly string[]): Promise<Kind> {
  let path = base;
  let kind: Kind = 'directory';
  for (const part of parts) {
    if (kind !== 'directory') return kind === 'link' ? 'link' : 'absent';
    path = join(path, part);
    kind = kindOf(await lstatIfPresent(path));
  }
  return kind;
}

/**
 * Opens a regular file of a bundle, or of a run, for reading; undefined if there is none, or only a link. Throws `EvidenceUnavailable` if it
 * cannot be read, and if `dir` itself is not there: then its content is unknown.
 */
export async function openBundleFile(dir: string, relpath: string): Promise<FileHandle | undefined> {
  const parts = safeParts(relpath);
  // The open itself refuses a link in the last part.
  const isReachable = (await kindBelow(dir, parts.slice(0, -1))) === 'directory';
  const file = isReachable ? await openIfRegular(join(dir, ...parts)) : undefined;
  if (file === undefined) await expectBundle(dir);
  return file;
}

async function openIfRegular(path: string): Promise<FileHandle | undefined> {
  return openUnlinkedFile(path).catch((error: NodeJS.ErrnoException) => {
    if (isAbsent(error) || error.code === 'ELOOP' || error instanceof NotRegularFile) return undefined;
    throw unreadable(path, error);
  });
}

async function expectBundle(dir: string): Promise<void> {
  if ((await lstatIfPresent(dir)) === undefined) throw new EvidenceUnavailable('missing', `${dir} is not there.`);
}

/** Returns meta.txt as a map, its keys trimmed. Throws `EvidenceUnavailable` if the bundle has none, or it cannot be read. */
export async function readMeta(dir: string): Promise<Map<string, string>> {
  const file = await openBundleFile(dir, 'meta.txt');
  if (!file)
    throw new EvidenceUnavailable(
      'malformed',
      `Every bundle has a meta.txt; ${dir} has none. Was it made by Portwright's hooks?`,
    );
  try {
    return keyValues(await file.readFile('utf8'));
  } catch (error) {
    throw unreadable(join(dir, 'meta.txt'), error);
  } finally {
    await file.close();
  }
}

/** Returns the regular files of `port/` and `overlay/`, sorted by path; sizes in bytes. Throws `EvidenceUnavailable` if a directory cannot be read. */
export async function listPortFiles(dir: string): Promise<{path: string; size: number}[]> {
  const files: {path: string; size: number}[] = [];
  const walk = async (relpath: string): Promise<void> => {
    const names = readdir(join(dir, relpath), {withFileTypes: true});
    for (const entry of (await ifPresent(join(dir, relpath), names)) ?? []) {
      const path = `${relpath}/${entry.name}`;
      if (entry.isDirectory()) await walk(path);
      else if (entry.isFile()) {
        const found = await lstatIfPresent(join(dir, path));
        if (found !== undefined) files.push({path, size: found.size});
      }
    }
  };
  for (const tree of ['port', 'overlay']) {
    if ((await kindBelow(dir, [tree])) === 'directory') await walk(tree);
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Writes `analysis/<name>` atomically, and returns its absolute path. `name` may have directories. Throws `EvidenceUnavailable` if
 * the bundle is not there: what is written where its file system is not mounted would be lost below it.
 */
export async function writeAnalysis(dir: string, name: string, content: string | Uint8Array): Promise<string> {
  const parts = ['analysis', ...safeParts(name)];
  const path = join(dir, ...parts);
  const parent = parts.slice(0, -1);
  let kind = await kindBelow(dir, parent);
  // A link on the way is refused before anything is created behind it.
  if (kind === 'absent') {
    await expectBundle(dir);
    await mkdir(dirname(path), EVIDENCE_DIR);
    kind = await kindBelow(dir, parent);
  }
  if (kind !== 'directory') throw new Error(`${parent.join('/')} of ${dir} must be a directory, not a link. Remove it.`);
  await writeAtomically(dirname(path), basename(path), content);
  return path;
}
