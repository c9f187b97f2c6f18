import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {BundleRef} from '../../case/types.ts';
import {isEvidenceId} from '../../evidence/names.ts';
import {readResults} from '../../evidence/run-results.ts';
import {runDir, runIds, runReport} from '../../evidence/runs.ts';
import type {Cache} from '../cache/cache.ts';
import type {Projector, ReadBundle} from '../cache/projector.ts';
import {analysedAt, readBundle} from './read-bundle.ts';

/** Bundles that are read at a time. */
const AT_ONCE = 8;
/** Bundles that go into the cache together. */
const TOGETHER = 100;
/** A directory that changed less long ago is listed again. */
const SETTLED_MS = 1_000;
/** Bundles that may still change whose analysis/ is checked. */
const WATCHED = 500;

/** How far the first reading of the evidence is; null once it is done. */
export interface Reading {
  readonly done: number;
  readonly total: number;
}

interface Place {
  readonly root: string;
  readonly ref: BundleRef;
  readonly since: number;
}

/** Follows what hooks and workers write below the evidence roots. */
export class EvidenceWatch {
  readonly #roots: readonly string[];
  readonly #cache: Cache;
  readonly #projector: Projector;
  /** Directories of runs' bundles, and when they last changed. */
  #listed = new Map<string, number>();
  reading: Reading | null = {done: 0, total: 0};

  constructor(roots: readonly string[], cache: Cache, projector: Projector) {
    this.#roots = roots;
    this.#cache = cache;
    this.#projector = projector;
  }

  /** Starts from the beginning, for a cache that is empty. */
  reset(): void {
    this.#listed = new Map();
    this.reading = {done: 0, total: 0};
  }

  /** Reads all bundles that are not in the cache, or have changed since; the newest first. */
  async readAll(signal: AbortSignal): Promise<void> {
    this.#projector.recalling = this.#cache.lastEventId === 0;
    await this.#runs();
    const places = await this.#changedPlaces(await this.#places(true));
    this.reading = {done: 0, total: places.length};
    await this.#read(places, signal);
    this.#projector.recalling = false;
    this.#cache.prune();
    this.reading = null;
  }

  /** Reads what changed since the last reading. */
  async poll(signal: AbortSignal): Promise<void> {
    await this.#runs();
    const fresh = await this.#places(false);
    await this.#read([...fresh, ...(await this.#changedPlaces(this.#watched()))], signal);
  }

  async #read(places: readonly Place[], signal: AbortSignal): Promise<void> {
    const queue = places.values();
    const batch: ReadBundle[] = [];
    const put = (): void => this.#projector.bundles(batch.splice(0));
    const reader = async (): Promise<void> => {
      for (const {root, ref, since} of queue) {
        if (signal.aborted) return;
        const read = await readBundle(root, ref, since);
        if (read !== undefined) batch.push(read);
        if (batch.length >= TOGETHER) put();
        if (this.reading !== null) this.reading = {...this.reading, done: this.reading.done + 1};
      }
    };
    await Promise.all(Array.from({length: AT_ONCE}, reader));
    if (batch.length > 0) put();
  }

  /** Bundles of the directories that changed since they were listed; without `known` only those that are not in the cache. */
  async #places(known: boolean): Promise<Place[]> {
    const places: Place[] = [];
    for (const root of this.#roots) {
      for (const runId of (await runIds(root)).sort().reverse()) {
        const dir = join(runDir(root, runId), 'ports');
        const changed = (await lstat(dir).catch(() => undefined))?.mtimeMs;
        if (changed === undefined || this.#listed.get(dir) === changed) continue;
        // A change in the same tick of the file system's clock would not show.
        if (Date.now() - changed > SETTLED_MS) this.#listed.set(dir, changed);
        for (const bundleId of await bundleIds(dir)) {
          const before = this.#analysedBefore(bundleId);
          if (known || before === undefined) places.push({root, ref: {runId, bundleId}, since: before ?? 0});
        }
      }
    }
    return places;
  }

  #analysedBefore(bundleId: string): number | undefined {
    return this.#cache.one<{analysed: number}>('SELECT analysed FROM bundles WHERE bundle_id = ?', bundleId)?.analysed;
  }

  /** Those that are not in the cache as they are now. */
  async #changedPlaces(places: readonly Place[]): Promise<Place[]> {
    const changed: Place[] = [];
    for (const place of places) {
      const {root, ref, since} = place;
      const isNew = this.#analysedBefore(ref.bundleId) === undefined;
      if (isNew || (await analysedAt(join(runDir(root, ref.runId), 'ports', ref.bundleId))) !== since) changed.push(place);
    }
    return changed;
  }

  /** Bundles whose cases may still write: open ones first, then those whose archive does not have their end yet. */
  #watched(): Place[] {
    const rows = this.#cache.all<{root: string; run_id: string; bundle_id: string; analysed: number}>(
      `SELECT b.root, b.run_id, b.bundle_id, b.analysed FROM bundles b LEFT JOIN cases c ON c.case_run_id = b.case_run_id
       WHERE c.case_run_id IS NULL OR c.is_open = 1 OR c.status IS NOT NULL
       ORDER BY c.is_open IS 0, b.created_utc DESC LIMIT ${WATCHED}`,
    );
    return rows.map((row) => ({root: row.root, ref: {runId: row.run_id, bundleId: row.bundle_id}, since: row.analysed}));
  }

  async #runs(): Promise<void> {
    for (const root of this.#roots) {
      for (const runId of await runIds(root)) {
        const known = this.#cache.one<{state: string}>('SELECT state FROM runs WHERE run_id = ?', runId);
        if (known !== undefined && known.state !== 'open') continue;
        const stamp = await this.#stampOf(root, runId);
        if (known !== undefined && this.#listed.get(`${root}/${runId}`) === stamp) continue;
        this.#listed.set(`${root}/${runId}`, stamp);
        const {results} = await readResults(runDir(root, runId));
        this.#projector.dsynthRun(await runReport(root, runId, results));
      }
    }
  }

  /** Changes with the run's own files, and with the run that dsynth works on: one that another takes the place of was abandoned. */
  async #stampOf(root: string, runId: string): Promise<number> {
    const files = ['run_start.txt', 'results.txt', 'run_end.txt'].map((name) => join(runDir(root, runId), name));
    const found = await Promise.all([...files, join(root, '.current_run')].map((path) => lstat(path).catch(() => undefined)));
    return found.reduce((sum, one) => sum + (one?.mtimeMs ?? 0) + (one?.size ?? 0), 0);
  }
}

async function bundleIds(dir: string): Promise<string[]> {
  const entries = await readdir(dir, {withFileTypes: true}).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && isEvidenceId(entry.name))
    .map((entry) => entry.name)
    .sort()
    .reverse();
}
