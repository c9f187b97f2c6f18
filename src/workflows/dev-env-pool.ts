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
import {failureMessage} from './failed-activity.ts';
import {control, probe} from './proxies.ts';
import {WakeTimer} from './wake-timer.ts';

/** How long a lease may outlive its holder, milliseconds. */
const SWEEP_EVERY = 5_000;

/** An env that is out of the pool is probed at each second look, while somebody waits for it. */
const PROBE_AT = 2;

/** Signals and looks after which it continues as new; each is a dozen events or fewer. */
const STEPS = 250;

/**
 * Leases the dev-envs of one target, by priority and then first come, first served, each probed before it is given. A lease
 * ends when its holder releases it, or when its workflow is no longer open: a terminated one runs no clean-up. An env that
 * fails its probe leaves the pool until a later one passes; cases wait for it. An idle pool sets no timer.
 */
export async function devEnvPool(carried?: LeaseState): Promise<never> {
  const running = new Pool(new LeaseTable(carried));
  running.listen();
  for (;;) {
    await running.round();
    if (running.steps > STEPS && !running.news) await continueAsNew<typeof devEnvPool>(running.state);
  }
}

class Pool {
  news = true;
  steps = 0;
  readonly #book: LeaseTable;
  readonly #target = targetOfPool(workflowInfo().workflowId);
  /** Asked again by one who has it already: its first grant may have been lost. */
  readonly #again: {env: string; holder: Holder}[] = [];
  /** Have not been told yet which of their envs are out of the pool. */
  readonly #newcomers: LeaseRequest[] = [];
  readonly #alarm = new WakeTimer('looks after leases', () => {
    this.news = true;
  });
  #sweeps = 0;

  constructor(book: LeaseTable) {
    this.#book = book;
  }

  get state(): LeaseState {
    return this.#book.state;
  }

  listen(): void {
    setHandler(pool, () => this.#book.state);
    setHandler(requestLease, (request) => {
      const env = this.#book.request(request);
      if (env !== undefined) this.#again.push({env, holder: request});
      this.#newcomers.push(request);
      this.#hear();
    });
    setHandler(releaseLease, (holder) => {
      this.#book.release(holder);
      this.#hear();
    });
  }

  /** Waits for news, or for the time to look after what is leased and who waits, and then gives what can be given. */
  async round(): Promise<void> {
    const book = this.#book;
    if (book.busy) this.#alarm.set(SWEEP_EVERY);
    await condition(() => this.news);
    this.news = false;
    if (this.#alarm.answer() && book.busy) await this.#sweep();
    for (const {env, holder} of this.#again.splice(0)) await this.#tellGranted(env, holder);
    for (const request of this.#newcomers.splice(0)) {
      for (const env of request.envs) if (book.problem(env) !== null) await this.#tellHealth(request, env);
    }
    await this.#grant();
    setCurrentDetails(poolDetails(book.state));
  }

  #hear(): void {
    this.news = true;
    this.steps += 1;
  }

  async #sweep(): Promise<void> {
    this.steps += 1;
    const book = this.#book;
    const asked = book.holders;
    book.keepOnly(await control.openHolders('who is still there?', asked), asked);
    this.#sweeps += 1;
    if (this.#sweeps % PROBE_AT > 0) return;
    for (const env of book.wanted) await this.#look(env);
  }

  async #grant(): Promise<void> {
    for (let next = this.#book.next(); next !== undefined; next = this.#book.next()) {
      const {env, request} = next;
      const well = await this.#look(env);
      if (well && this.#book.lease(env, request)) await this.#tellGranted(env, request);
    }
  }

  /** Probes an env, and tells those who wait for it when its health has changed. */
  async #look(env: string): Promise<boolean> {
    const problem = await probe.probeDevEnv(`is ${env} well?`, {env, target: this.#target}).catch(failureMessage);
    if (this.#book.health(env, problem)) {
      for (const waiter of this.#book.waitersFor(env)) await this.#tellHealth(waiter, env);
    }
    return problem === null;
  }

  async #tellHealth({workflowId, runId}: Holder, env: string): Promise<void> {
    await getExternalWorkflowHandle(workflowId, runId)
      .signal(envHealth, {env, problem: this.#book.problem(env)})
      .catch(() => undefined);
  }

  async #tellGranted(env: string, holder: Holder): Promise<void> {
    await getExternalWorkflowHandle(holder.workflowId, holder.runId)
      .signal(leaseGranted, {env})
      .catch(() => this.#book.release(holder));
  }
}
