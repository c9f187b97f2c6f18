import type {Client} from '@temporalio/client';
import type {SpendState} from '../../case/budget/spend-ledger.ts';
import type {LeaseState} from '../../case/lease/lease-table.ts';
import {pool} from '../../protocol/dev-env-pool.ts';
import {spent} from '../../protocol/spend-ledger.ts';
import {dayScope, ledgerId} from '../../protocol/workflow-ids.ts';
import {tryQuery} from '../../report/try-query.ts';
import type {Projector} from '../cache/projector.ts';

/** The contract's row of runner_status, section 8.1; `stale`: it is older than 15 s, or there is none. */
export interface RunnerStatus {
  readonly status: string;
  readonly job_id: string | null;
  readonly current_stage: string | null;
  readonly started_at: string | null;
  readonly updated_at: string | null;
  readonly extra?: Record<string, unknown>;
  readonly stale: boolean;
}

/** Dev-envs of one target: who has which, who waits, which are out of the pool. */
export interface PoolState extends LeaseState {
  readonly target: string;
}

/** How the parts are that a case needs. */
export interface Health {
  /** Error of the last request to Temporal; undefined while it answers. */
  readonly temporalProblem: string | undefined;
  readonly runner: RunnerStatus;
  readonly pools: readonly PoolState[];
  /** Used today by UTC, of what has a cap; undefined without one. */
  readonly day: SpendState['spent'] | undefined;
}

const ANSWER_MS = 3_000;
const STALE_MS = 15_000;
const NO_WORKER: Omit<RunnerStatus, 'stale'> = {
  status: 'unknown',
  job_id: null,
  current_stage: null,
  started_at: null,
  updated_at: null,
};

/** Asks worker, dev-env pools and the day's ledger how they are. */
export class HealthWatch {
  readonly #workerUrl: () => string | undefined;
  readonly #projector: Projector;
  #runner: Omit<RunnerStatus, 'stale'> = NO_WORKER;
  #answeredAt = 0;
  #pools: readonly PoolState[] = [];
  #day: SpendState['spent'] | undefined;
  temporalProblem: string | undefined;

  constructor(workerUrl: () => string | undefined, projector: Projector) {
    this.#workerUrl = workerUrl;
    this.#projector = projector;
  }

  get health(): Health {
    return {temporalProblem: this.temporalProblem, runner: this.runner, pools: this.#pools, day: this.#day};
  }

  get runner(): RunnerStatus {
    return {...this.#runner, stale: Date.now() - this.#answeredAt > STALE_MS};
  }

  /** Queries each of them once. The state of one that does not answer stays as it was, and becomes stale. */
  async poll(client: Client | undefined): Promise<void> {
    await Promise.all([this.#pollWorker(), client && this.#pollPools(client), client && this.#pollDay(client)]);
  }

  async #pollWorker(): Promise<void> {
    const url = this.#workerUrl();
    if (url === undefined) return;
    try {
      const answer = await fetch(new URL('/healthz', url), {signal: AbortSignal.timeout(ANSWER_MS), redirect: 'error'});
      const reported = (await answer.json()) as Partial<RunnerStatus>;
      const before = this.#runner;
      this.#runner = {
        status: String(reported.status ?? 'unknown'),
        job_id: reported.job_id ?? null,
        current_stage: reported.current_stage ?? null,
        started_at: reported.started_at ?? null,
        updated_at: reported.updated_at ?? new Date().toISOString(),
        extra: reported.extra,
      };
      this.#answeredAt = Date.now();
      const {status, job_id, current_stage} = this.#runner;
      if (status !== before.status || job_id !== before.job_id || current_stage !== before.current_stage)
        this.#projector.event({type: 'runner_status', ts: new Date().toISOString(), data: {status, job_id, current_stage}});
    } catch {
      // A worker that does not answer shows by its age.
    }
  }

  async #pollPools(client: Client): Promise<void> {
    try {
      const pools: PoolState[] = [];
      for await (const {workflowId} of client.workflow.list({
        query: 'WorkflowType = "devEnvPool" AND ExecutionStatus = "Running"',
      })) {
        const state = await client.withDeadline(Date.now() + ANSWER_MS, () => client.workflow.getHandle(workflowId).query(pool));
        pools.push({target: workflowId.replace(/^dev-envs:/, ''), ...state});
      }
      this.#pools = pools;
    } catch {
      // As above: without a worker nobody answers for a pool.
    }
  }

  async #pollDay(client: Client): Promise<void> {
    const workflowId = ledgerId(dayScope(Date.now()));
    this.#day = (await tryQuery(client, {workflowId}, spent, ANSWER_MS))?.spent;
  }
}
