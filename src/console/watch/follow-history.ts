import {setTimeout as delay} from 'node:timers/promises';
import type {Client} from '@temporalio/client';

/** Histories that are followed at once; other cases show with their next change in visibility. */
const MOST_FOLLOWED = 100;
/** Shortest time between two calls of a listener. */
const PAUSE_MS = 150;

export interface FollowedWorkflow {
  readonly workflowId: string;
  /** The latest run unless given. */
  readonly runId: string | undefined;
}

/** Follows the histories of workflows by long polls. */
export class HistoryFollower {
  readonly #client: Client;
  readonly #signal: AbortSignal;
  readonly #followed = new Set<string>();

  constructor(client: Client, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** Calls `onEvents` when the history has new events, until it resolves to false or the workflow ends. One that is followed already stays so. */
  follow(workflow: FollowedWorkflow, onEvents: () => Promise<boolean>): void {
    const key = `${workflow.workflowId} ${workflow.runId ?? ''}`;
    if (this.#followed.has(key) || this.#followed.size >= MOST_FOLLOWED) return;
    this.#followed.add(key);
    void this.#poll(workflow, onEvents)
      .catch(() => undefined)
      .finally(() => this.#followed.delete(key));
  }

  async #poll(execution: FollowedWorkflow, onEvents: () => Promise<boolean>): Promise<void> {
    const {namespace} = this.#client.options;
    let nextPageToken: Uint8Array | undefined;
    let goesOn = true;
    while (goesOn && !this.#signal.aborted) {
      const page = await this.#client.connection.workflowService.getWorkflowExecutionHistory({
        namespace,
        execution,
        waitNewEvent: true,
        nextPageToken,
      });
      if ((page.history?.events ?? []).length > 0) goesOn = await onEvents();
      if (page.nextPageToken == null || page.nextPageToken.length === 0) return;
      nextPageToken = page.nextPageToken;
      await delay(PAUSE_MS);
    }
  }
}
