import {condition, getExternalWorkflowHandle, setHandler, workflowInfo} from '@temporalio/workflow';
import {toSummary} from '../case/text/summary.ts';
import {envHealth, leaseGranted, releaseLease} from '../protocol/dev-env-pool.ts';
import {poolId} from '../protocol/workflow-ids.ts';
import {control} from './proxies.ts';

/** This workflow's claim on one dev-env of a target. Ask once; release in any case, also while still waiting. */
export class Lease {
  #granted: string | undefined;
  readonly #told: string[] = [];
  readonly #pool: string;

  constructor(target: string) {
    this.#pool = poolId(target);
    setHandler(leaseGranted, ({env}) => {
      this.#granted = env;
    });
    setHandler(envHealth, ({env, problem}) => {
      this.#told.push(problem === null ? `dev-env ${env} is well again` : `dev-env ${env} is out of the pool: ${problem}`);
    });
  }

  /**
   * Waits, without a limit, for one of `envs`, and returns its name. `tell` is told what keeps it waiting.
   */
  async acquire(envs: readonly string[], priority: number, tell: (words: string) => Promise<void>): Promise<string> {
    const {workflowId, runId} = workflowInfo();
    const asked = {pool: this.#pool, request: {workflowId, runId, envs, priority}};
    await control.requestLease(toSummary(`of ${envs.join(' or ')}`), asked);
    for (;;) {
      await condition(() => this.#granted !== undefined || this.#told.length > 0);
      if (this.#granted !== undefined) return this.#granted;
      for (const words of this.#told.splice(0)) await tell(words);
    }
  }

  async release(): Promise<void> {
    const {workflowId, runId} = workflowInfo();
    await getExternalWorkflowHandle(this.#pool)
      .signal(releaseLease, {workflowId, runId})
      // The pool frees what it holds for closed workflows, so a pool that cannot be reached loses nothing.
      .catch(() => undefined);
  }
}
