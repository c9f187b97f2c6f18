import {CancellationScope, condition, getExternalWorkflowHandle, setHandler, workflowInfo} from '@temporalio/workflow';
import type {HealthChange} from '../case/lease/env-health.ts';
import type {EffectivePolicy} from '../case/policy/policy.ts';
import {toSummary} from '../case/text/summary.ts';
import type {PortId} from '../case/types.ts';
import {envHealth, leaseGranted, releaseLease} from '../protocol/dev-env-pool.ts';
import {poolId} from '../protocol/workflow-ids.ts';
import {cleanUpFor, control} from './proxies.ts';

/** This workflow's claim on one dev-env of a target. Ask once; release in any case, also while still waiting. */
class Lease {
  #granted: string | undefined;
  readonly #notices: string[] = [];
  readonly #pool: string;

  constructor(target: string) {
    this.#pool = poolId(target);
    setHandler(leaseGranted, ({env}) => {
      this.#granted = env;
    });
    setHandler(envHealth, (change) => {
      this.#notices.push(healthText(change));
    });
  }

  /** Waits, without a limit, for one of `envs`, and returns its name. `notify` gets what makes it wait. */
  async acquire(envs: readonly string[], priority: number, notify: (text: string) => Promise<void>): Promise<string> {
    const {workflowId, runId} = workflowInfo();
    const asked = {pool: this.#pool, request: {workflowId, runId, envs, priority}};
    await control.requestLease(toSummary(`of ${envs.join(' or ')}`), asked);
    for (;;) {
      await condition(() => this.#granted !== undefined || this.#notices.length > 0);
      if (this.#granted !== undefined) return this.#granted;
      for (const text of this.#notices.splice(0)) await notify(text);
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

function healthText({env, host, problem}: HealthChange): string {
  if (host !== undefined)
    return problem === null
      ? `build host ${host} can be reached again`
      : `build host ${host} cannot be reached, so its dev-envs are out of the pool: ${problem}`;
  return problem === null ? `dev-env ${env} is healthy again` : `dev-env ${env} is out of the pool: ${problem}`;
}

/** What a lease is asked for. */
export interface LeaseNeed {
  readonly caseId: string;
  readonly port: PortId;
  /** Origin of the master in the case's scope. */
  readonly master?: string | undefined;
  readonly envs: readonly string[];
  readonly priority: number;
  readonly policy: EffectivePolicy;
  readonly notify: (text: string) => Promise<void>;
}

/**
 * Runs `work` in one of the dev-envs, leased from the pool. Whatever happens, also a cancel, the overlay is restored and the lease
 * released before this returns.
 */
export async function withLease<T>(need: LeaseNeed, work: (env: string) => Promise<T>): Promise<T> {
  const {caseId, port, master, policy} = need;
  const lease = new Lease(port.target);
  let env: string | undefined;
  try {
    env = await lease.acquire(need.envs, need.priority, need.notify);
    return await work(env);
  } finally {
    await CancellationScope.nonCancellable(async () => {
      // A failed clean-up leaves the case's mark in the env, and the next holder restores the overlay.
      if (env !== undefined)
        await cleanUpFor(policy)
          .restoreOverlay(`restores ${env}`, {env, caseId, port, master})
          .catch(() => undefined);
      await lease.release();
    });
  }
}
