import {lstat, mkdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import type {BundleRef} from '../../case/types.ts';
import {EVIDENCE_DIR} from '../modes.ts';
import {syncDir, writeVerified} from './incoming-file.ts';
import {type JobSection, parentsOf} from './manifest.ts';
import {TooLarge} from './refused.ts';

/** Most bytes of a bundle. A log has some MB, seldom some 100 MB. */
const MAX_BUNDLE = 2 ** 31;

/** Returns the place of a bundle below an evidence root. */
export function bundleDir(root: string, {runId, bundleId}: BundleRef): string {
  return join(root, 'runs', runId, 'ports', bundleId);
}

/** Whether something is at a path. */
export async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** A bundle that arrives, aside from what readers see. */
export class IncomingBundle {
  readonly #dir: string;
  readonly #ref: BundleRef;
  readonly #missing: Map<string, string>;
  #bytes = 0;
  readonly #dirs: ReadonlySet<string>;

  constructor(dir: string, ref: BundleRef, {files, dirs}: JobSection) {
    this.#dir = dir;
    this.#ref = ref;
    this.#missing = new Map(files);
    this.#dirs = new Set([...files.keys()].flatMap(parentsOf).concat(dirs.flatMap((path) => [...parentsOf(path), path])));
  }

  /** A path that has not arrived; undefined if the bundle is complete. */
  get missing(): string | undefined {
    return this.#missing.keys().next().value;
  }

  async open(): Promise<void> {
    await mkdir(this.#dir, EVIDENCE_DIR);
    for (const dir of this.#dirs) await mkdir(join(this.#dir, dir), EVIDENCE_DIR);
  }

  /** Stores a file that is announced with `size` bytes. Throws `TooLarge`, before it is read, if the bundle then has too many. */
  async write(path: string, size: number, body: AsyncIterable<Uint8Array>): Promise<void> {
    const name = `${this.#ref.bundleId}/${path}`;
    this.#bytes += size;
    if (this.#bytes > MAX_BUNDLE) throw new TooLarge(`A bundle has at most ${MAX_BUNDLE} bytes; ${name} is beyond that.`);
    await writeVerified(join(this.#dir, path), body, {hash: this.#missing.get(path) ?? '', name});
    this.#missing.delete(path);
  }

  /** Makes the complete bundle visible at its place by one rename; if another receiver was faster, that one's remains. */
  async publish(root: string): Promise<void> {
    for (const dir of ['', ...this.#dirs]) await syncDir(join(this.#dir, dir));
    const place = bundleDir(root, this.#ref);
    await mkdir(dirname(place), EVIDENCE_DIR);
    await rename(this.#dir, place).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      await rm(this.#dir, {recursive: true, force: true});
    });
    for (const dir of [dirname(place), dirname(dirname(place)), join(root, 'runs')]) await syncDir(dir);
  }
}
