import {setTimeout as delay} from 'node:timers/promises';
import type {Client, WorkflowExecutionInfo} from '@temporalio/client';
import type {QueryDefinition} from '@temporalio/common';
import {newStatus} from '../../case/status.ts';
import type {Phase} from '../../case/types.ts';
import {status as caseStatus, timeline as timelineQuery} from '../../protocol/port-case.ts';
import {portOf} from '../../protocol/workflow-ids.ts';
import {tryQuery} from '../../report/try-query.ts';
import {archivedStatus} from '../archived-status.ts';
import type {Cache} from '../cache/cache.ts';
import type {AttemptStory} from '../cache/case-events.ts';
import type {Projector} from '../cache/projector.ts';

/** A query needs a worker; without one what visibility and evidence say must do. */
const QUERY_MS = 2_000;
/** Cases whose histories are followed at once; the others show with their next change of phase. */
const FOLLOWED = 100;
/** Least time between two questions to the same case. */
const PAUSE_MS = 150;
const ASKED_AT_ONCE = 8;

/** Phases in which a case says something new without changing its phase. */
const BUSY: ReadonlySet<string> = new Set(['collect', 'triage', 'decide', 'patch', 'prove'] satisfies Phase[]);

interface Running {
  readonly workflowId: string;
  readonly runId: string;
  /** What visibility shows of it; another one means that it has changed. */
  readonly shown: string;
  readonly phase: string;
}

/** Follows the cases in Temporal: visibility says which there are, the case itself the rest, and its history when to ask again. */
export class CaseWatch {
  readonly #cache: Cache;
  readonly #intake: Projector;
  readonly #roots: readonly string[];
  readonly #client: Client;
  readonly #signal: AbortSignal;
  #known = new Map<string, Running>();
  readonly #followed = new Set<string>();
  /** Attempts at work, by their case's run. */
  readonly #attempts = new Map<string, string>();
  readonly #asking = new Map<string, Promise<void>>();
  readonly #askAgain = new Set<string>();

  constructor(client: Client, roots: readonly string[], cache: Cache, intake: Projector, signal: AbortSignal) {
    this.#client = client;
    this.#roots = roots;
    this.#cache = cache;
    this.#intake = intake;
    this.#signal = signal;
  }

  /** Compares what runs now with what ran when it was called last. Throws what Temporal says. */
  async look(): Promise<void> {
    const now = new Map<string, Running>();
    for await (const one of this.#client.workflow.list({query: 'WorkflowType = "portCase" AND ExecutionStatus = "Running"'})) {
      const running = runningOf(one);
      now.set(running.runId, running);
    }
    const changed = [...now.values()].filter((one) => this.#known.get(one.runId)?.shown !== one.shown);
    const open = this.#cache.all<{case_run_id: string; workflow_id: string}>(
      'SELECT case_run_id, workflow_id FROM cases WHERE is_open = 1',
    );
    const ended = open.filter(({case_run_id}) => !now.has(case_run_id));
    this.#known = now;
    for (const one of now.values()) if (BUSY.has(one.phase)) this.#follow(one.workflowId, one.runId);
    await atMost(ASKED_AT_ONCE, changed, (one) => this.refresh(one));
    await atMost(ASKED_AT_ONCE, ended, ({workflow_id, case_run_id}) => this.#ended(workflow_id, case_run_id));
  }

  /** Asks a case how it is, once more if it is asked already. */
  async refresh(one: {readonly workflowId: string; readonly runId: string}): Promise<void> {
    const asking = this.#asking.get(one.runId);
    if (asking !== undefined) {
      this.#askAgain.add(one.runId);
      return asking;
    }
    const work = this.#ask(one).finally(() => this.#asking.delete(one.runId));
    this.#asking.set(one.runId, work);
    await work;
    if (this.#askAgain.delete(one.runId)) await this.refresh(one);
  }

  async #ask({workflowId, runId}: {readonly workflowId: string; readonly runId: string}): Promise<void> {
    const status = await this.#query(workflowId, runId, caseStatus);
    if (status === undefined) return this.#fromVisibility(runId);
    // An attempt that has just ended has said more since.
    const id = status.currentAttempt ?? this.#attempts.get(runId) ?? null;
    if (status.currentAttempt === null) this.#attempts.delete(runId);
    else this.#attempts.set(runId, status.currentAttempt);
    const timeline = id === null ? undefined : await this.#query(id, undefined, timelineQuery);
    const attempt: AttemptStory | undefined = id === null || timeline === undefined ? undefined : {id, timeline};
    if (status.currentAttempt !== null) this.#follow(status.currentAttempt, undefined, {workflowId, runId});
    this.#intake.case(status, attempt);
  }

  #query<T>(workflowId: string, runId: string | undefined, query: QueryDefinition<T>): Promise<T | undefined> {
    return tryQuery(this.#client, {workflowId, runId}, query, QUERY_MS);
  }

  /** A case that does not answer, since no worker runs: where it is, is all that is known. */
  #fromVisibility(runId: string): void {
    const running = this.#known.get(runId);
    const row = this.#cache.one('SELECT case_run_id FROM cases WHERE case_run_id = ?', runId);
    if (running === undefined || row !== undefined) return;
    try {
      const status = newStatus(running.workflowId, runId, portOf(running.workflowId));
      this.#intake.case({...status, phase: running.phase as Phase});
    } catch {
      // No case of ours has such an id.
    }
  }

  /** The end of a case, by its own word, else by its archive. */
  async #ended(workflowId: string, runId: string): Promise<void> {
    const asked = await this.#query(workflowId, runId, caseStatus);
    if (asked?.outcome) return this.#intake.case(asked);
    const archived = await archivedStatus(this.#cache, this.#roots, runId);
    if (archived?.outcome) return this.#intake.archived(archived);
    // The list is behind: one that has just begun may not be in it yet.
    if (await this.#isGone(workflowId, runId)) this.#intake.lost(runId);
  }

  async #isGone(workflowId: string, runId: string): Promise<boolean> {
    const found = await this.#client.workflow
      .getHandle(workflowId, runId)
      .describe()
      .catch((error: Error) => (error.name === 'WorkflowNotFoundError' ? null : undefined));
    return found === null || (found !== undefined && found.status.name !== 'RUNNING');
  }

  /** Waits for each new event of a workflow's history, and asks its case then; until the workflow ends. */
  #follow(workflowId: string, runId: string | undefined, about = {workflowId, runId: runId ?? ''}): void {
    const key = `${workflowId} ${about.runId}`;
    if (this.#followed.has(key) || this.#followed.size >= FOLLOWED) return;
    this.#followed.add(key);
    void this.#events(workflowId, runId, about)
      .catch(() => undefined)
      .finally(() => this.#followed.delete(key));
  }

  async #events(workflowId: string, runId: string | undefined, about: {workflowId: string; runId: string}): Promise<void> {
    const execution = {workflowId, runId};
    const {namespace} = this.#client.options;
    let nextPageToken: Uint8Array | undefined;
    while (!this.#signal.aborted) {
      const page = await this.#client.connection.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution,
        waitNewEvent: true,
        nextPageToken,
      });
      if ((page.history?.events ?? []).length > 0) await this.refresh(about);
      if (page.nextPageToken == null || page.nextPageToken.length === 0) return;
      nextPageToken = page.nextPageToken;
      const phase = this.#known.get(about.runId)?.phase;
      if (phase !== undefined && !BUSY.has(phase)) return;
      await delay(PAUSE_MS);
    }
  }
}

function runningOf(one: WorkflowExecutionInfo): Running {
  const word = (key: string): string => String(one.searchAttributes[key]?.[0] ?? '');
  const phase = word('PortPhase');
  const shown = [phase, word('PortTier'), word('PortClassification'), word('BuildRun'), one.historyLength].join('|');
  return {workflowId: one.workflowId, runId: one.runId, shown, phase};
}

/** Does `work` for each, some at a time. */
async function atMost<T>(most: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({length: most}, worker));
}
