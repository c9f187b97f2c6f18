import {lstat} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {readUnlinkedFile} from '../regular-file.ts';

/** Where an installation of the existing system has its parts; undefined or empty for what it lacks. */
export interface OldState {
  /** Directory that was named. */
  readonly dir: string;
  /** Its evidence directory. */
  readonly evidence: string;
  readonly database: string | undefined;
  /** Directories with the blobs of the artifact store, `aa/bb/<sha256>`. */
  readonly blobs: readonly string[];
}

/** Finds the parts of an installation: `dir` is its log directory, or the evidence directory in that. Throws if it is neither. */
export async function locateOldState(dir: string): Promise<OldState> {
  const base = resolve(dir);
  const evidence = (await isDirectory(join(base, 'evidence'))) ? join(base, 'evidence') : base;
  const bases = [...new Set([evidence, base])];
  const databases = bases.map((one) => join(one, 'state.db'));
  const blobs = bases.flatMap((one) => [join(one, 'objects', 'sha256'), join(one, 'blobstore', 'objects', 'sha256')]);
  const state = {
    dir: base,
    evidence,
    database: (await present(databases, exists))[0],
    blobs: await present(blobs, isDirectory),
  };
  const dirs = await present(
    ['runs', 'queue', 'loose'].map((name) => join(evidence, name)),
    isDirectory,
  );
  if (dirs.length > 0 || state.database !== undefined) return state;
  throw new Error(
    `${base} has no state.db, no queue/ and no runs/. Give the log directory of the existing system (as /build/synth/logs), or the evidence directory in it.`,
  );
}

/** Returns the first of `paths` at which there is something. */
export async function firstPresent(paths: readonly string[]): Promise<string | undefined> {
  return (await present(paths, exists))[0];
}

async function present(paths: readonly string[], is: (path: string) => Promise<boolean>): Promise<string[]> {
  const found = await Promise.all(paths.map(is));
  return paths.filter((_, at) => found[at]);
}

export async function isDirectory(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined))?.isDirectory() === true;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** Largest policy, conf, job and meta.txt. */
const MAX_TEXT = 1 << 20;

/** Returns a small text file that is no link. Throws if it cannot be read or is larger than 1 MiB. */
export async function readSmallText(path: string): Promise<string> {
  const text = await readUnlinkedFile(path, MAX_TEXT + 1);
  if (text.length > MAX_TEXT) throw new Error(`it must have at most ${MAX_TEXT} bytes`);
  return text;
}
