import {setTimeout as delay} from 'node:timers/promises';
import type {Client, WorkflowExecutionInfo} from '@temporalio/client';
import type {QueryDefinition} from '@temporalio/common';
import {newStatus} from '../../case/status.ts';
import type {Phase} from '../../case/types.ts';
import {type CaseMemo, status as caseStatus, timeline as timelineQuery} from '../../protocol/port-case.ts';
import {BuildRun, PortClassification, PortOutcome, PortPhase, PortTier} from '../../protocol/search-attributes.ts';
import {portOf} from '../../protocol/workflow-ids.ts';
import {tryQuery} from '../../report/try-query.ts';
import {archivedStatus} from '../archived-status.ts';
import type {Cache} from '../cache/cache.ts';
import type {AttemptTimeline} from '../cache/case-events.ts';
import type {Projector} from '../cache/projector.ts';
import {HistoryFollower} from './follow-history.ts';

/** A query needs a worker; without one the search attributes and the archive have to do. */
const QUERY_MS = 2_000;
const CONCURRENT_QUERIES = 8;
/** Pause between two queries of cases that did not answer. */
const RETRY_MS = 2_000;

/** Phases that end soon: until somebody reads the console, visibility alone shows them, since each query costs a workflow task. */
const SHORT_PHASES: readonly Phase[] = ['collect', 'triage', 'decide'];
const SHORT: ReadonlySet<string> = new Set(SHORT_PHASES);
/** Phases in which a case works, and changes more often than listings are read. */
const BUSY: ReadonlySet<string> = new Set([...SHORT_PHASES, 'patch', 'prove'] satisfies Phase[]);

interface CaseRun {
  readonly workflowId: string;
  readonly runId: string;
}

interface RunningCase extends CaseRun {
  /** What visibility shows of it; another value means that it has changed. */
  readonly version: string;
  readonly phase: string;
}

export interface CaseWatchOptions {
  readonly roots: readonly string[];
  readonly cache: Cache;
  readonly projector: Projector;
  readonly signal: AbortSignal;
  /** Whether somebody reads the console now. */
  readonly isRead: () => boolean;
}

/**
 * Follows the cases in Temporal. One listing of the running cases shows which have changed, by the sequence number of the status in
 * their memo; those are queried. The histories of the ones that work, and of their attempts, are followed by long polls.
 */
export class CaseWatch {
  readonly #cache: Cache;
  readonly #projector: Projector;
  readonly #roots: readonly string[];
  readonly #client: Client;
  readonly #signal: AbortSignal;
  readonly #histories: HistoryFollower;
  readonly #isRead: () => boolean;
  #running = new Map<string, RunningCase>();
  /** Runs of cases that changed and were not queried, since nobody reads. */
  readonly #unread = new Set<string>();
  /** Attempts at work, by their case's run. */
  readonly #attempts = new Map<string, string>();
  readonly #queries = new Map<string, Promise<void>>();
  readonly #queryAgain = new Set<string>();
  /** Cases that changed and did not answer since, by run. */
  readonly #unanswered = new Map<string, CaseRun>();
  #retrying = false;

  constructor(client: Client, {roots, cache, projector, signal, isRead}: CaseWatchOptions) {
    this.#client = client;
    this.#roots = roots;
    this.#cache = cache;
    this.#projector = projector;
    this.#signal = signal;
    this.#isRead = isRead;
    this.#histories = new HistoryFollower(client, signal);
  }

  /** Compares the running cases with those of the last poll, and queries those that changed. Throws the errors of the listing. */
  async poll(): Promise<void> {
    const now = await this.#list();
    const isRead = this.#isRead();
    const isChanged = ({runId, version}: RunningCase): boolean =>
      this.#running.get(runId)?.version !== version || (isRead && this.#unread.has(runId));
    const changed = [...now.values()].filter(isChanged);
    const open = this.#cache.all<{case_run_id: string; workflow_id: string}>(
      'SELECT case_run_id, workflow_id FROM cases WHERE is_open = 1',
    );
    const ended = open.filter(({case_run_id}) => !now.has(case_run_id));
    this.#running = now;
    const waits = ({phase}: RunningCase): boolean => !isRead && SHORT.has(phase);
    for (const one of now.values()) if (BUSY.has(one.phase) && !waits(one)) this.#followCase(one);
    for (const {runId} of changed.filter(waits)) this.#projectUnread(runId);
    const queried = changed.filter((one) => !waits(one));
    await forEachConcurrently(CONCURRENT_QUERIES, queried, (one) => this.refresh(one));
    await forEachConcurrently(CONCURRENT_QUERIES, ended, ({workflow_id, case_run_id}) => this.#end(workflow_id, case_run_id));
    void this.#retryUnanswered();
  }

  async #list(): Promise<Map<string, RunningCase>> {
    const running = new Map<string, RunningCase>();
    for await (const one of this.#client.workflow.list({query: 'WorkflowType = "portCase" AND ExecutionStatus = "Running"'}))
      running.set(one.runId, runningCase(one));
    return running;
  }

  /** Queries a case; if a query is under way, once more after it. */
  async refresh(one: CaseRun): Promise<void> {
    const underWay = this.#queries.get(one.runId);
    if (underWay !== undefined) {
      this.#queryAgain.add(one.runId);
      return underWay;
    }
    const query = this.#refreshOnce(one).finally(() => this.#queries.delete(one.runId));
    this.#queries.set(one.runId, query);
    await query;
    if (this.#queryAgain.delete(one.runId)) await this.refresh(one);
  }

  #projectUnread(runId: string): void {
    this.#unread.add(runId);
    this.#projectFromVisibility(runId);
  }

  async #refreshOnce({workflowId, runId}: CaseRun): Promise<void> {
    this.#unread.delete(runId);
    const status = await this.#query(workflowId, runId, caseStatus);
    if (status === undefined) {
      this.#unanswered.set(runId, {workflowId, runId});
      return this.#projectFromVisibility(runId);
    }
    this.#unanswered.delete(runId);
    // An attempt that has just ended has written more since it was queried.
    const id = status.currentAttempt ?? this.#attempts.get(runId);
    if (status.currentAttempt === null) this.#attempts.delete(runId);
    else this.#attempts.set(runId, status.currentAttempt);
    const attempt = id === undefined ? undefined : await this.#attemptTimeline(id);
    if (status.currentAttempt !== null) this.#followAttempt(status.currentAttempt, {workflowId, runId});
    this.#projector.case(status, attempt);
  }

  async #attemptTimeline(id: string): Promise<AttemptTimeline | undefined> {
    const timeline = await this.#query(id, undefined, timelineQuery);
    return timeline && {id, timeline};
  }

  #query<T>(workflowId: string, runId: string | undefined, query: QueryDefinition<T>): Promise<T | undefined> {
    return tryQuery(this.#client, {workflowId, runId}, query, QUERY_MS);
  }

  /** Queries the cases that did not answer again, one a time, and the next at once after one that does: a worker is there then. */
  async #retryUnanswered(): Promise<void> {
    if (this.#retrying) return;
    this.#retrying = true;
    for (let one = this.#firstUnanswered(); one !== undefined && !this.#signal.aborted; one = this.#firstUnanswered()) {
      this.#unanswered.delete(one.runId);
      await this.refresh(one).catch(() => undefined);
      if (this.#unanswered.has(one.runId)) await delay(RETRY_MS, undefined, {signal: this.#signal}).catch(() => undefined);
    }
    this.#retrying = false;
  }

  #firstUnanswered(): CaseRun | undefined {
    for (const [runId, one] of this.#unanswered) {
      if (this.#running.has(runId)) return one;
      this.#unanswered.delete(runId);
    }
    return undefined;
  }

  /** Stores the phase of a case that was not queried or does not answer, and that is not in the cache: no more is known of it. */
  #projectFromVisibility(runId: string): void {
    const running = this.#running.get(runId);
    const row = this.#cache.one('SELECT case_run_id FROM cases WHERE case_run_id = ?', runId);
    if (running === undefined || row !== undefined) return;
    try {
      const status = newStatus(running.workflowId, runId, portOf(running.workflowId));
      this.#projector.case({...status, phase: running.phase as Phase});
    } catch {
      // No case of ours has such an id.
    }
  }

  /** Stores the end of a case, by its query, else by its archive. */
  async #end(workflowId: string, runId: string): Promise<void> {
    this.#unread.delete(runId);
    const status = await this.#query(workflowId, runId, caseStatus);
    if (status?.outcome) return this.#projector.case(status);
    const archived = await archivedStatus(this.#cache, this.#roots, runId);
    if (archived?.outcome) return this.#projector.archived(archived);
    // Visibility lags behind: a case that has just begun may not be listed yet.
    if (await this.#isGone(workflowId, runId)) this.#projector.lost(runId);
  }

  async #isGone(workflowId: string, runId: string): Promise<boolean> {
    const found = await this.#client.workflow
      .getHandle(workflowId, runId)
      .describe()
      .catch((error: Error) => (error.name === 'WorkflowNotFoundError' ? null : undefined));
    return found === null || (found !== undefined && found.status.name !== 'RUNNING');
  }

  #followCase(one: CaseRun): void {
    this.#histories.follow(one, () => this.#refreshIfBusy(one));
  }

  #followAttempt(workflowId: string, ofCase: CaseRun): void {
    this.#histories.follow({workflowId, runId: undefined}, () => this.#refreshIfBusy(ofCase));
  }

  async #refreshIfBusy(one: CaseRun): Promise<boolean> {
    await this.refresh(one);
    const phase = this.#running.get(one.runId)?.phase;
    return phase === undefined || BUSY.has(phase);
  }
}

function runningCase(one: WorkflowExecutionInfo): RunningCase {
  const attribute = ({name}: {readonly name: string}): string => String(one.searchAttributes[name]?.[0] ?? '');
  const attributes = [PortPhase, PortTier, PortClassification, PortOutcome, BuildRun].map(attribute);
  const {seq} = (one.memo ?? {}) as Partial<CaseMemo>;
  return {
    workflowId: one.workflowId,
    runId: one.runId,
    version: [...attributes, one.historyLength, seq ?? ''].join('|'),
    phase: attribute(PortPhase),
  };
}

/** Does `work` for each of the items, at most `concurrency` at a time. */
async function forEachConcurrently<T>(concurrency: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({length: concurrency}, worker));
}
