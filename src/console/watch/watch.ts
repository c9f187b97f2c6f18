import {setTimeout as delay} from 'node:timers/promises';
import type {Client} from '@temporalio/client';
import type {Cache} from '../cache/cache.ts';
import {Projector} from '../cache/projector.ts';
import type {EventStream} from '../events/stream.ts';
import {CaseWatch} from './cases.ts';
import {connectOnce, type Place} from './connect.ts';
import {EvidenceWatch, type Reading} from './evidence.ts';
import {HealthWatch} from './health.ts';

const CASES_MS = 400;
const EVIDENCE_MS = 700;
const HEALTH_MS = 5_000;
/** Pause between two polls while nobody reads, in times of what a poll takes; who reads next sees what was polled so long ago at most. */
const UNREAD_SHARE = 4;
const LONGEST_UNREAD_MS = 2_000;

export interface WatchOptions {
  readonly roots: readonly string[];
  readonly cache: Cache;
  readonly stream: EventStream;
  /** Rejects while it is not known yet; it is called again until Temporal is reached. */
  readonly place: () => Promise<Place>;
  readonly workerUrl: () => string | undefined;
  /** Whether somebody reads the console now. */
  readonly isRead: () => boolean;
}

/** Updates the cache from workflows and evidence until it is stopped. */
export class Watch {
  readonly #options: WatchOptions;
  readonly #projector: Projector;
  readonly #evidence: EvidenceWatch;
  readonly #health: HealthWatch;
  readonly #ends = new AbortController();
  #client: Client | undefined;
  #cases: CaseWatch | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: WatchOptions) {
    this.#options = options;
    const {roots, cache, stream, workerUrl} = options;
    this.#projector = new Projector(cache, (events) => stream.publish(events));
    this.#evidence = new EvidenceWatch(roots, cache, this.#projector);
    this.#health = new HealthWatch(workerUrl, this.#projector);
    this.#health.temporalProblem = 'not connected yet';
  }

  get client(): Client | undefined {
    return this.#client;
  }

  get reading(): Reading | null {
    return this.#evidence.reading;
  }

  get health(): HealthWatch['health'] {
    return this.#health.health;
  }

  start(): void {
    this.#options.stream.ready = this.#readAll();
    const evidence = this.#options.stream.ready.then(() => this.#repeat(EVIDENCE_MS, () => this.#pollEvidence()));
    const cases = this.#repeat(CASES_MS, () => this.#pollCases());
    const health = this.#repeat(HEALTH_MS, () => this.#health.poll(this.#client));
    this.#running = Promise.all([evidence, cases, health]);
  }

  async stop(): Promise<void> {
    this.#ends.abort();
    await this.#client?.connection.close();
    await this.#running;
  }

  /** Queries a case at once, after a message to it. */
  async refresh(workflowId: string): Promise<void> {
    const row = this.#options.cache.one<{case_run_id: string}>(
      'SELECT case_run_id FROM cases WHERE workflow_id = ? ORDER BY started_utc DESC LIMIT 1',
      workflowId,
    );
    if (row !== undefined) await this.#cases?.refresh({workflowId, runId: row.case_run_id});
  }

  async #readAll(): Promise<void> {
    await this.#evidence.readAll(this.#ends.signal).catch((error: Error) => logError('reading the evidence', error));
  }

  async #pollEvidence(): Promise<void> {
    const {cache, stream} = this.#options;
    if (!cache.isGone) return this.#evidence.poll(this.#ends.signal);
    cache.renew();
    this.#evidence.reset();
    this.#cases = undefined;
    stream.ready = this.#readAll();
    stream.cut();
    await stream.ready;
  }

  async #pollCases(): Promise<void> {
    const {cache, place, roots, isRead} = this.#options;
    // What is read into an empty cache happened before; what happens now comes after it.
    if (this.#projector.recalling) return;
    try {
      this.#client ??= await connectOnce(await place());
      this.#cases ??= new CaseWatch(this.#client, {roots, cache, isRead, projector: this.#projector, signal: this.#ends.signal});
      await this.#cases.poll();
      this.#health.temporalProblem = undefined;
    } catch (error) {
      this.#health.temporalProblem = (error as Error).message;
      await pause(HEALTH_MS, this.#ends.signal);
    }
  }

  async #repeat(everyMs: number, poll: () => Promise<void>): Promise<void> {
    const {signal} = this.#ends;
    while (!signal.aborted) {
      const startedAt = performance.now();
      await poll().catch((error: Error) => logError('polling', error));
      const tookMs = performance.now() - startedAt;
      await pause(this.#options.isRead() ? everyMs : unreadPause(everyMs, tookMs), signal);
    }
  }
}

function unreadPause(everyMs: number, tookMs: number): number {
  return Math.max(everyMs, Math.min(LONGEST_UNREAD_MS, UNREAD_SHARE * tookMs));
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, {signal}).catch(() => undefined);
}

/** Logs an error; the console goes on, and tries again. */
function logError(what: string, error: Error): void {
  console.error(`console: ${what} failed: ${error.message}`);
}
