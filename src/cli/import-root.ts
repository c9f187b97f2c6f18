import {access} from 'node:fs/promises';
import {dirname, join, resolve} from 'node:path';
import {evidenceRoots} from '../evidence/bundle.ts';
import {isAmong, publishedRoots} from '../report/worker-roots.ts';
import {TemporalUnreachable, withClient} from './client.ts';

/** Evidence roots that the worker reads, as far as this machine knows. */
export interface ReadRoots {
  readonly roots: readonly string[];
  /** Why these, as the start of a sentence: `The worker reads`. */
  readonly because: string;
}

/** Returns what the worker has published, else what it would read with the LOGS_ROOT of this shell. */
export async function readRoots(): Promise<ReadRoots> {
  const published = await withClient('', publishedRoots).catch((error: unknown) => {
    if (error instanceof TemporalUnreachable) return undefined;
    throw error;
  });
  if (published !== undefined) return {roots: published, because: 'The worker reads'};
  const because = process.env.LOGS_ROOT ? 'By LOGS_ROOT of this shell a worker reads' : 'Without LOGS_ROOT a worker reads';
  return {roots: evidenceRoots(process.env).map((root) => resolve(root)), because};
}

/**
 * Returns the evidence root for the logs in `dir`: the one below it, or `given`. Throws if no worker reads the one below `dir`, with both
 * paths. One that is given is taken, with a warning on stderr: its path on the worker's machine may be another.
 */
export async function rootForLogs(dir: string, given: string | undefined, {roots, because}: ReadRoots): Promise<string> {
  const root = given === undefined ? join(resolve(dir), 'evidence') : resolve(given);
  if (await isAmong(root, roots)) return root;
  const problem = `${because} ${roots.join(', ')}, and not ${root}`;
  if (given === undefined)
    throw new Error(
      `${problem}. Nothing was imported. Start the worker with ${resolve(dir)} in LOGS_ROOT, or choose where the bundles go, as by --evidence ${roots[0]}.`,
    );
  console.error(`${problem}; the cases find their bundles only if that is the same directory there.`);
  return root;
}

/**
 * Returns the evidence root for a case that is opened by hand: the first of LOGS_ROOT that a worker reads, or without LOGS_ROOT the first
 * that the worker reads. Throws with both paths if no worker reads any.
 */
export async function rootForCase({roots, because}: ReadRoots): Promise<string> {
  const own = (process.env.LOGS_ROOT ? evidenceRoots(process.env) : roots).map((root) => resolve(root));
  for (const root of own) if (await isAmong(root, roots)) return existingRoot(root);
  throw new Error(
    `${because} ${roots.join(', ')}, and LOGS_ROOT of this shell has ${own.join(', ')}. Nothing was stored. Set LOGS_ROOT to the worker's, or start the worker with that of this shell.`,
  );
}

/** Returns an evidence root whose log directory is there. Throws if it is not: a log directory is never created. */
export async function existingRoot(root: string): Promise<string> {
  await access(dirname(root)).catch(() => {
    throw new Error(
      `${dirname(root)} is not there, or not readable. LOGS_ROOT names dsynth's log directories; the evidence goes below the first.`,
    );
  });
  return root;
}
