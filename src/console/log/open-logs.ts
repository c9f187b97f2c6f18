import type {FileHandle} from 'node:fs/promises';
import {openBundleFile} from '../../evidence/bundle.ts';
import {UnpackedLog} from './unpacked-log.ts';

/** The log of the failed build. */
export const FULL_LOG = 'logs/full.log';
const PROOF_LOG = /^analysis\/[\w-][\w.-]*$/;

export interface LogLimits {
  /** Logs that are held open at most. */
  readonly logs: number;
  /** Unpacked bytes that they take on the disk together. */
  readonly bytes: number;
  /** Unpacked bytes of one. */
  readonly bytesEach: number;
}
const LIMITS: LogLimits = {logs: 8, bytes: 2 ** 31, bytesEach: 2 ** 31};

interface Held {
  readonly key: string;
  readonly opened: Promise<UnpackedLog>;
  log: UnpackedLog | undefined;
  users: number;
  evicted: boolean;
}

interface Found {
  readonly file: FileHandle;
  readonly relpath: string;
}

/** Logs that are read: the last ones are held open and unpacked, and requests for the same one share it. */
export class OpenLogs {
  readonly #limits: LogLimits;
  /** In the order of their last use. */
  readonly #held = new Map<string, Held>();
  readonly #closing = new Set<Promise<void>>();

  constructor(limits: Partial<LogLimits> = {}) {
    this.#limits = {...LIMITS, ...limits};
  }

  /** Works with a log of a bundle, which is open until that is done; undefined without such a log. */
  async use<T>(dir: string, file: string, work: (log: UnpackedLog) => Promise<T>): Promise<T | undefined> {
    const held = await this.#hold(dir, file);
    if (held === undefined) return undefined;
    try {
      return await work(await held.opened);
    } finally {
      held.users -= 1;
      if (held.evicted && held.users === 0) this.#close(held);
    }
  }

  /** Logs that are held now. */
  get size(): number {
    return this.#held.size;
  }

  async close(): Promise<void> {
    for (const held of [...this.#held.values()]) this.#evict(held);
    await Promise.all(this.#closing);
  }

  /** The log of the failed build never changes, whatever its name; a proof's may be written again. */
  async #hold(dir: string, name: string): Promise<Held | undefined> {
    const found = await findLog(dir, name);
    if (found === undefined) return undefined;
    const key = await keyOf(dir, name, found);
    const known = this.#held.get(key);
    if (known === undefined) return this.#take(this.#open(key, found));
    this.#take(known);
    await found.file.close();
    return known;
  }

  #open(key: string, {file, relpath}: Found): Held {
    const grown = (): void => this.#trim(held);
    const opened = UnpackedLog.of(file, relpath.endsWith('.gz'), {grown, most: this.#limits.bytesEach});
    const held: Held = {key, opened, log: undefined, users: 0, evicted: false};
    const forget = (): void => this.#evict(held);
    opened.then((log) => {
      held.log = log;
      void log.unpacked.then(() => log.failed && forget());
    }, forget);
    return held;
  }

  #take(held: Held): Held {
    held.users += 1;
    this.#held.delete(held.key);
    this.#held.set(held.key, held);
    this.#trim(held);
    return held;
  }

  /** Lets go of those used longest ago until the rest is within the limits. */
  #trim(used: Held): void {
    const bytes = (): number => [...this.#held.values()].reduce((sum, {log}) => sum + (log?.held ?? 0), 0);
    for (const held of [...this.#held.values()]) {
      if (this.#held.size <= this.#limits.logs && bytes() <= this.#limits.bytes) return;
      if (held !== used) this.#evict(held);
    }
  }

  #evict(held: Held): void {
    if (held.evicted) return;
    held.evicted = true;
    this.#held.delete(held.key);
    if (held.users === 0) this.#close(held);
  }

  #close(held: Held): void {
    const closing = held.opened.then(
      (log) => log.close(),
      () => undefined,
    );
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }
}

/** Returns what identifies the content of a log's file: the same key, the same lines. Closes the file if it cannot be examined. */
async function keyOf(dir: string, name: string, {file, relpath}: Found): Promise<string> {
  if (name === FULL_LOG) return `${dir}\n${name}`;
  try {
    const {ino, size, mtimeMs} = await file.stat();
    return `${dir}\n${relpath}\n${ino} ${size} ${mtimeMs}`;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Whether a log may be asked for by that name: that of the failed build, or of a proof. */
export function isLogName(name: string): boolean {
  return name === FULL_LOG || PROOF_LOG.test(name);
}

/** The name that a log of a bundle has now, packed or not; undefined without one. */
export async function logFile(dir: string, name: string): Promise<string | undefined> {
  const found = await findLog(dir, name);
  await found?.file.close();
  return found?.relpath;
}

/** A log may be packed between two requests: then its other name is gone, and the first is there. */
async function findLog(dir: string, name: string): Promise<Found | undefined> {
  const packed = `${name}.gz`;
  for (const relpath of name.endsWith('.gz') ? [name] : [packed, name, packed]) {
    const file = await openBundleFile(dir, relpath);
    if (file !== undefined) return {file, relpath};
  }
  return undefined;
}
