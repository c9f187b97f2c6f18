import {setTimeout as delay} from 'node:timers/promises';
import {type Client, WorkflowNotFoundError} from '@temporalio/client';
import {type CaseNews, casesReported} from '../protocol/build-run.ts';
import {runWorkflowId} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';
import {runOptions} from '../report/deliver-runs.ts';

/** News of one run are sent at most every 250 ms: each signal costs its workflow a task, whatever it carries. */
const PAUSE_MS = 250;
/** News in one signal. */
const BATCH = 100;

interface Waiting {
  readonly news: CaseNews;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface Lane {
  waiting: Waiting[];
  /** Whether a loop is sending them. */
  isSending: boolean;
}

/** Sends the news of cases to their runs, those that come together in one signal. */
export class RunNewsSender {
  readonly #client: Client;
  readonly #taskQueue: string;
  readonly #lanes = new Map<string, Lane>();

  constructor(client: Client, taskQueue: string) {
    this.#client = client;
    this.#taskQueue = taskQueue;
  }

  /** Resolves when the server has the news. A run that is closed, or was never started, ignores all but a failure that a case took, which starts it. */
  async send(runId: string, news: CaseNews): Promise<void> {
    const lane = this.#lanes.get(runId) ?? {waiting: [], isSending: false};
    this.#lanes.set(runId, lane);
    const sent = new Promise<void>((resolve, reject) => {
      lane.waiting.push({news, resolve, reject});
    });
    if (!lane.isSending) void this.#sendAll(runId, lane);
    return sent;
  }

  async #sendAll(runId: string, lane: Lane): Promise<void> {
    lane.isSending = true;
    while (lane.waiting.length > 0) {
      await this.#sendBatch(runId, lane.waiting.splice(0, BATCH));
      await delay(PAUSE_MS, undefined, {ref: false});
    }
    lane.isSending = false;
    this.#lanes.delete(runId);
  }

  async #sendBatch(runId: string, batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#signal(
        runId,
        batch.map(({news}) => news),
      );
      for (const {resolve} of batch) resolve();
    } catch (error) {
      for (const {reject} of batch) reject(error);
    }
  }

  async #signal(runId: string, news: readonly CaseNews[]): Promise<void> {
    const {workflow} = this.#client;
    if (news.some(({joined}) => joined !== undefined)) {
      await workflow.signalWithStart<Workflows['buildRun'], [readonly CaseNews[]]>('buildRun', {
        ...runOptions(runId),
        taskQueue: this.#taskQueue,
        signal: casesReported,
        signalArgs: [news],
      });
      return;
    }
    await workflow
      .getHandle(runWorkflowId(runId))
      .signal(casesReported, news)
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }
}
