import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {Holder, LeaseRequest} from '../case/lease/lease-table.ts';
import {type LeaseState, LeaseTable, poolDetails} from '../case/lease/lease-table.ts';
import {envHealth, leaseGranted, pool, releaseLease, requestLease} from '../protocol/dev-env-pool.ts';
import {targetOfPool} from '../protocol/workflow-ids.ts';
import {failureMessage, orWarn} from './failures.ts';
import {control, probe} from './proxies.ts';
import {WakeTimer} from './wake-timer.ts';

/** How long a lease may outlive its holder, milliseconds. */
const SWEEP_EVERY = 5_000;

/** Sweeps between two probes of an env that is out of the pool and that somebody waits for. */
const PROBE_AT = 2;

/** Signals and sweeps after which it continues as new; each is a dozen events or fewer. */
const STEPS = 250;

/**
 * Leases the dev-envs of one target, by priority and then first come, first served, each probed before it is given. A lease
 * ends when its holder releases it, or when its workflow is no longer open: a terminated one runs no clean-up. An env that
 * fails its probe leaves the pool until a later one passes; cases wait for it. An idle pool sets no timer.
 */
export async function devEnvPool(carried?: LeaseState): Promise<never> {
  const running = new Pool(new LeaseTable(carried));
  running.register();
  for (;;) {
    await running.round();
    if (running.steps > STEPS && !running.news) await continueAsNew<typeof devEnvPool>(running.state);
  }
}

class Pool {
  news = true;
  steps = 0;
  readonly #table: LeaseTable;
  readonly #target = targetOfPool(workflowInfo().workflowId);
  /** Requests of holders that have their env already: the first grant may have been lost. */
  readonly #repeated: {env: string; holder: Holder}[] = [];
  /** Requests that have not been answered with the envs that are out of the pool. */
  readonly #newRequests: LeaseRequest[] = [];
  readonly #alarm = new WakeTimer('checks the leases', () => {
    this.news = true;
  });
  #sweeps = 0;

  constructor(table: LeaseTable) {
    this.#table = table;
  }

  get state(): LeaseState {
    return this.#table.state;
  }

  register(): void {
    setHandler(pool, () => this.#table.state);
    setHandler(requestLease, (request) => {
      const env = this.#table.request(request);
      if (env !== undefined) this.#repeated.push({env, holder: request});
      this.#newRequests.push(request);
      this.#received();
    });
    setHandler(releaseLease, (holder) => {
      this.#table.release(holder);
      this.#received();
    });
  }

  /** Waits for a signal or for the timer, checks what is leased, and grants what can be granted. */
  async round(): Promise<void> {
    const table = this.#table;
    if (table.busy) this.#alarm.set(SWEEP_EVERY);
    await condition(() => this.news);
    this.news = false;
    if (this.#alarm.answer() && table.busy) await this.#sweep();
    for (const {env, holder} of this.#repeated.splice(0)) await this.#signalGranted(env, holder);
    for (const request of this.#newRequests.splice(0)) {
      for (const env of request.envs) if (table.problem(env) !== null) await this.#signalHealth(request, env);
    }
    await this.#grant();
    setCurrentDetails(poolDetails(table.state));
  }

  #received(): void {
    this.news = true;
    this.steps += 1;
  }

  async #sweep(): Promise<void> {
    this.steps += 1;
    const table = this.#table;
    const asked = table.holders;
    const open = await orWarn('The leases could not be checked', control.openHolders('which holders are open?', asked));
    if (open !== undefined) table.dropClosed(open, asked);
    this.#sweeps += 1;
    if (this.#sweeps % PROBE_AT > 0) return;
    for (const env of table.probeCandidates) await this.#probe(env);
  }

  async #grant(): Promise<void> {
    for (let next = this.#table.next(); next !== undefined; next = this.#table.next()) {
      const {env, request} = next;
      const isHealthy = await this.#probe(env);
      if (isHealthy && this.#table.lease(env, request)) await this.#signalGranted(env, request);
    }
  }

  /** Probes an env, and signals those who wait for it when its health has changed. */
  async #probe(env: string): Promise<boolean> {
    const problem = await probe.probeDevEnv(`is ${env} healthy?`, {env, target: this.#target}).catch(failureMessage);
    if (this.#table.setHealth(env, problem)) {
      for (const waiter of this.#table.waitersFor(env)) await this.#signalHealth(waiter, env);
    }
    return problem === null;
  }

  async #signalHealth({workflowId, runId}: Holder, env: string): Promise<void> {
    await getExternalWorkflowHandle(workflowId, runId)
      .signal(envHealth, {env, problem: this.#table.problem(env)})
      .catch(() => undefined);
  }

  async #signalGranted(env: string, holder: Holder): Promise<void> {
    await getExternalWorkflowHandle(holder.workflowId, holder.runId)
      .signal(leaseGranted, {env})
      .catch(() => this.#table.release(holder));
  }
}
