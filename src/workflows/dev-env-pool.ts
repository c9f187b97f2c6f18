import {
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type {HealthChange} from '../case/lease/env-health.ts';
import type {Holder, LeaseRequest} from '../case/lease/lease-table.ts';
import {type LeaseState, LeaseTable, poolDetails} from '../case/lease/lease-table.ts';
import {envHealth, leaseGranted, pool, releaseLease, requestLease} from '../protocol/dev-env-pool.ts';
import {targetOfPool} from '../protocol/workflow-ids.ts';
import {failureMessage, orWarn} from './failures.ts';
import {control, probe} from './proxies.ts';
import {WakeTimer} from './wake-timer.ts';

/** How long a lease may outlive its holder, milliseconds. */
const SWEEP_EVERY = 5_000;

/** Sweeps between two probes of an env or host that is out of the pool and that a case waits for. */
const PROBE_AT = 2;

/** Signals and sweeps after which it continues as new; each is a dozen events or fewer. */
const STEPS = 250;

/**
 * Leases the dev-envs of one target, by priority and then first come, first served, each probed before it is given. A lease
 * ends when its holder releases it, or when its workflow is no longer open: a terminated one runs no clean-up. An env that
 * fails its probe leaves the pool until a later one passes; cases wait for it. So do all envs of a build host that cannot be reached.
 * An idle pool sets no timer.
 */
export async function devEnvPool(carried?: LeaseState): Promise<never> {
  const running = new Pool(new LeaseTable(carried));
  running.register();
  for (;;) {
    await running.round();
    if (running.steps > STEPS && running.isIdle) await continueAsNew<typeof devEnvPool>(running.state);
  }
}

class Pool {
  news = true;
  steps = 0;
  readonly #table: LeaseTable;
  readonly #target = targetOfPool(workflowInfo().workflowId);
  /** Requests of holders that have their env already: the first grant may have been lost. */
  readonly #repeated: {env: string; holder: Holder}[] = [];
  /** Requests that have not been answered with what is out of the pool. */
  readonly #newRequests: LeaseRequest[] = [];
  readonly #alarm = new WakeTimer('checks the leases', () => {
    this.news = true;
  });
  #sweeps = 0;
  /** Probes that have not ended. */
  #probes = 0;
  #failure: unknown;

  constructor(table: LeaseTable) {
    this.#table = table;
  }

  get state(): LeaseState {
    return this.#table.state;
  }

  /** Whether nothing would be lost by a continue-as-new. */
  get isIdle(): boolean {
    return !this.news && this.#probes === 0;
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
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#alarm.answer() && table.busy) await this.#sweep();
    for (const {env, holder} of this.#repeated.splice(0)) await this.#signalGranted(env, holder);
    for (const request of this.#newRequests.splice(0)) {
      for (const change of table.problemsOf(request)) await this.#signalHealth(request, change);
    }
    this.#grant();
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
    for (const env of table.probeCandidates) this.#probe(env);
  }

  /** Probes an env for each request that can be served. They run at the same time: a host that does not answer delays no other. */
  #grant(): void {
    for (let next = this.#table.next(); next !== undefined; next = this.#table.next()) this.#probe(next.env, next.request);
  }

  #probe(env: string, request?: LeaseRequest): void {
    this.#table.beginProbe(env, request);
    this.#probes += 1;
    void this.#probed(env, request)
      .catch((error: unknown) => {
        this.#failure = error;
      })
      .finally(() => {
        this.#probes -= 1;
        this.news = true;
      });
  }

  /** Probes an env, signals those who wait for it when its health has changed, and leases it. */
  async #probed(env: string, request: LeaseRequest | undefined): Promise<void> {
    const result = await probe.probeDevEnv(`is ${env} healthy?`, {env, target: this.#target}).catch(failureMessage);
    for (const change of this.#table.endProbe(env, result)) {
      for (const waiter of this.#table.concernedBy(change)) await this.#signalHealth(waiter, change);
    }
    if (result === null && request !== undefined && this.#table.lease(env, request)) await this.#signalGranted(env, request);
  }

  async #signalHealth({workflowId, runId}: Holder, change: HealthChange): Promise<void> {
    await getExternalWorkflowHandle(workflowId, runId)
      .signal(envHealth, change)
      .catch(() => undefined);
  }

  async #signalGranted(env: string, holder: Holder): Promise<void> {
    await getExternalWorkflowHandle(holder.workflowId, holder.runId)
      .signal(leaseGranted, {env})
      .catch(() => this.#table.release(holder));
  }
}
