import {condition, getExternalWorkflowHandle, setHandler, workflowInfo} from '@temporalio/workflow';
import {leaseGranted, releaseLease} from './messages.ts';
import {control} from './proxies.ts';

/** This workflow's claim on one dev-env of a target. Ask once; release in any case, also while still waiting. */
export class Lease {
  #granted: string | undefined;
  readonly #pool: string;

  constructor(target: string) {
    this.#pool = `dev-envs:${target}`;
    setHandler(leaseGranted, ({env}) => {
      this.#granted = env;
    });
  }

  /** Waits, without a limit, for one of `envs`, and returns its name. */
  async acquire(envs: readonly string[]): Promise<string> {
    const {workflowId, runId} = workflowInfo();
    await control.requestLease({pool: this.#pool, request: {workflowId, runId, envs}});
    await condition(() => this.#granted !== undefined);
    return this.#granted as string;
  }

  async release(): Promise<void> {
    const {workflowId, runId} = workflowInfo();
    await getExternalWorkflowHandle(this.#pool)
      .signal(releaseLease, {workflowId, runId})
      // The pool frees what it holds for closed workflows, so a pool that cannot be reached loses nothing.
      .catch(() => undefined);
  }
}
