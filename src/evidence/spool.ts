import {lstat, lutimes, mkdir, readdir, rename, unlink} from 'node:fs/promises';
import {join} from 'node:path';
import type {FailureReport} from '../case/types.ts';
import {caseHistory} from './case-bundles.ts';
import {MAX_JOB_BYTES, parseJob, type SpoolJob, serializeJob} from './job.ts';
import {EVIDENCE_DIR} from './modes.ts';
import {openUnlinkedFile} from './regular-file.ts';
import {EvidenceUnavailable} from './unavailable.ts';
import {writeAtomically} from './write-atomically.ts';

export {parseJob, type SpoolJob, serializeJob};

/** What is delivered: the report, how many bundles its case has with this one, and the bundle before. */
export type Delivery = FailureReport & {readonly iteration: number; readonly previousBundle?: string};

/** Thrown by `deliver` for a report that no later try could deliver: the job then goes to failed/. */
export class UndeliverableReport extends Error {
  override readonly name = 'UndeliverableReport';
}

export interface SpoolOptions {
  /** A job that stays in inflight/ for longer was abandoned by a reporter that is gone. Default 30 s. */
  readonly abandonedAfterMs?: number;
  /** How long a job waits for its bundle, which appears right after it. Default 60 s. */
  readonly bundleGraceMs?: number;
  /** Stops the delivery after the job that is under way; the others stay in pending/. */
  readonly signal?: AbortSignal | undefined;
}

/** What became of the jobs, by name. `problem`: why delivery stopped, or a bundle cannot be read; the jobs are back in pending/. */
export interface SpoolResult {
  readonly delivered: string[];
  /** Their case has its outcome already. */
  readonly skipped: string[];
  readonly failed: string[];
  readonly waiting: string[];
  /** Their bundle is there and cannot be read; they stay in pending/, however long that lasts. */
  readonly unreadable: string[];
  problem?: Error;
}

const STATES = ['pending', 'inflight', 'done', 'failed'] as const;
type State = (typeof STATES)[number];

/**
 * Delivers the spooled requests of one evidence root, oldest name first, one after the other. A job is moved to done/
 * only after `deliver` has acknowledged it; when that throws, the job goes back to pending/ and delivery stops.
 * Several reporters may run at once: a job may then be delivered twice, which the bundle id makes harmless, but is never lost.
 */
export async function deliverSpool(
  evidenceRoot: string,
  deliver: (report: Delivery) => Promise<void>,
  options: SpoolOptions = {},
): Promise<SpoolResult> {
  const spool = new Spool(evidenceRoot, deliver, options);
  await spool.run();
  return spool.result;
}

class Spool {
  readonly result: SpoolResult = {delivered: [], skipped: [], failed: [], waiting: [], unreadable: []};
  readonly #root: string;
  readonly #deliver: (report: Delivery) => Promise<void>;
  readonly #options: SpoolOptions & Required<Omit<SpoolOptions, 'signal'>>;
  #unreadable: EvidenceUnavailable | undefined;

  constructor(root: string, deliver: (report: Delivery) => Promise<void>, options: SpoolOptions) {
    this.#root = root;
    this.#deliver = deliver;
    this.#options = {abandonedAfterMs: 30_000, bundleGraceMs: 60_000, ...options};
  }

  async run(): Promise<void> {
    if (!(await this.#prepare())) return;
    for (const name of await this.#names('inflight')) await this.#requeueAbandoned(name);
    for (const name of await this.#names('pending')) {
      if (this.result.problem || this.#options.signal?.aborted) return;
      if (await this.#claim(name)) await this.#process(name);
    }
    if (this.#unreadable) this.result.problem = this.#unreadable;
  }

  /** Creates what directories the queue lacks. False without a queue, and, with a problem, if a link would lead out of it. */
  async #prepare(): Promise<boolean> {
    const queue = join(this.#root, 'queue');
    for (const dir of [queue, ...STATES.map((state) => this.#dir(state))]) {
      const found = await lstat(dir).catch(() => undefined);
      if (found === undefined && dir === queue) return false;
      if (found === undefined) await mkdir(dir, EVIDENCE_DIR);
      else if (!found.isDirectory()) {
        this.result.problem = new Error(
          `${dir} must be a directory, not a link or a file. Remove it; the spool creates its own.`,
        );
        return false;
      }
    }
    return true;
  }

  #dir(state: State): string {
    return join(this.#root, 'queue', state);
  }

  #path(state: State, name: string): string {
    return join(this.#dir(state), name);
  }

  async #names(state: State): Promise<string[]> {
    return (await readdir(this.#dir(state))).filter((name) => name.endsWith('.job') && !name.startsWith('.')).sort();
  }

  /** False if another reporter moved the job first. */
  async #move(name: string, from: State, to: State): Promise<boolean> {
    return unlessGone(rename(this.#path(from, name), this.#path(to, name)).then(() => true));
  }

  async #requeueAbandoned(name: string): Promise<void> {
    const age = await ageMs(this.#path('inflight', name));
    if (age !== undefined && age >= this.#options.abandonedAfterMs) await this.#move(name, 'inflight', 'pending');
  }

  /**
   * The time is set before the move, so that no other reporter ever sees a fresh claim as an abandoned one. Only the job itself
   * is touched: neither a link's target, nor a file that has a second name elsewhere.
   */
  async #claim(name: string): Promise<boolean> {
    const path = this.#path('pending', name);
    const now = new Date();
    const touched = await unlessGone(
      lstat(path).then(async (found) => {
        if (found.isFile() && found.nlink === 1) await lutimes(path, now, now);
        return true;
      }),
    );
    return touched && this.#move(name, 'pending', 'inflight');
  }

  async #process(name: string): Promise<void> {
    let job: SpoolJob;
    try {
      job = parseJob(await readSmallFile(this.#path('inflight', name)));
    } catch (error) {
      if (!isGone(error)) await this.#fail(name, error as Error);
      return;
    }
    try {
      await this.#hand(name, job);
    } catch (error) {
      await this.#setAside(name, error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** A job that was not delivered: it is tried again later, unless no later try could succeed. */
  async #setAside(name: string, error: Error): Promise<void> {
    const isMalformed = error instanceof EvidenceUnavailable && error.reason === 'malformed';
    if (isMalformed || error instanceof UndeliverableReport) return this.#fail(name, error);
    await this.#move(name, 'inflight', 'pending');
    if (!(error instanceof EvidenceUnavailable)) this.result.problem = error;
    else {
      this.#unreadable ??= error;
      this.result.unreadable.push(name);
    }
  }

  async #hand(name: string, job: SpoolJob): Promise<void> {
    const history = await caseHistory(this.#root, job.report);
    if (!history.bundleThere) return this.#waitForBundle(name, job.report);
    if (history.closed) {
      await this.#move(name, 'inflight', 'done');
      this.result.skipped.push(name);
      return;
    }
    const previous = history.previousBundle;
    await this.#rewrite(name, job, {iteration: String(history.iteration), ...(previous ? {previous_bundle: previous} : {})});
    await this.#deliver({...job.report, iteration: history.iteration, ...(previous ? {previousBundle: previous} : {})});
    await this.#move(name, 'inflight', 'done');
    this.result.delivered.push(name);
  }

  /** The hook writes the job first and renames the bundle next: a kill in between leaves a job without one. */
  async #waitForBundle(name: string, report: FailureReport): Promise<void> {
    const age = Date.now() - Date.parse(report.createdUtc);
    if (age < this.#options.bundleGraceMs) {
      await this.#move(name, 'inflight', 'pending');
      this.result.waiting.push(name);
    } else {
      await this.#fail(name, new Error(`Bundle ${report.bundleId} of run ${report.runId} never appeared; its hook was killed.`));
    }
  }

  async #rewrite(name: string, job: SpoolJob, extra: Record<string, string>): Promise<void> {
    await writeAtomically(this.#dir('inflight'), name, serializeJob(new Map([...job.fields, ...Object.entries(extra)])));
  }

  async #fail(name: string, error: Error): Promise<void> {
    const reason = error.message.replace(/\s+/g, ' ').slice(0, 500);
    await writeAtomically(this.#dir('failed'), `${name}.error`, `timestamp=${new Date().toISOString()}\nerror=${reason}\n`);
    if (await this.#move(name, 'inflight', 'failed')) this.result.failed.push(name);
    else await unlink(this.#path('failed', `${name}.error`)).catch(() => undefined);
  }
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

/** False if the file had gone. */
async function unlessGone(work: Promise<boolean>): Promise<boolean> {
  return work.catch((error) => {
    if (isGone(error)) return false;
    throw error;
  });
}

async function ageMs(path: string): Promise<number | undefined> {
  const found = await lstat(path).catch(() => undefined);
  return found && Date.now() - found.mtimeMs;
}

/** A job is a small regular file; a link is refused (ELOOP). */
async function readSmallFile(path: string): Promise<string> {
  const file = await openUnlinkedFile(path);
  try {
    const {size} = await file.stat();
    if (size > MAX_JOB_BYTES) throw new Error(`A job file has at most ${MAX_JOB_BYTES} bytes; this one has ${size}.`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
