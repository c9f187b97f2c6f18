import {escapeMarkdown} from '../text/markdown.ts';
import {concerns, EnvHealth, type HealthChange, type HealthState, type ProbeResult} from './env-health.ts';

/** Request for one of several dev-envs. */
export interface LeaseRequest extends Holder {
  readonly envs: readonly string[];
  /** Higher goes first; equal ones by arrival. */
  readonly priority?: number;
}

/** A workflow run that holds or waits for a dev-env. */
export interface Holder {
  readonly workflowId: string;
  readonly runId: string;
}

/** State of a pool that is carried over by continue-as-new. */
export interface LeaseState extends HealthState {
  readonly leases: readonly {readonly env: string; readonly holder: Holder}[];
  readonly waiting: readonly LeaseRequest[];
}

/**
 * Leases of dev-envs and the queue for them, by priority and arrival. A dev-env has at most one holder, and a holder at most
 * one dev-env. What is being probed is not part of the state: a pool that continues as new probes again.
 */
export class LeaseTable {
  #leases: {env: string; holder: Holder}[];
  #waiting: LeaseRequest[];
  readonly #health: EnvHealth;
  /** Dev-envs that are being probed, with the request that each is for, if any. */
  readonly #probed = new Map<string, Holder | undefined>();

  constructor(state: LeaseState = {leases: [], waiting: []}) {
    this.#leases = [...state.leases];
    this.#waiting = [...state.waiting];
    this.#health = new EnvHealth(state);
  }

  get state(): LeaseState {
    return {leases: this.#leases, waiting: this.#waiting, ...this.#health.state};
  }

  get busy(): boolean {
    return this.#leases.length + this.#waiting.length > 0;
  }

  get holders(): Holder[] {
    return [...this.#leases.map((lease) => lease.holder), ...this.#waiting];
  }

  /** Dev-envs that a request waits for, to be probed again: unhealthy ones, and one of each unreachable host. */
  get probeCandidates(): string[] {
    const wanted = [...new Set(this.#waiting.flatMap(({envs}) => envs))].filter((env) => !this.#isLeased(env));
    return this.#health.candidates(wanted).filter((env) => !this.#probed.has(env));
  }

  /**
   * Adds a request. Idempotent: a repeated request (of a retried activity) changes nothing, and returns the dev-env that it
   * already has.
   */
  request(request: LeaseRequest): string | undefined {
    const held = this.#leases.find((lease) => same(lease.holder, request));
    if (!held && !this.#waiting.some((waiter) => same(waiter, request))) this.#waiting.push(request);
    return held?.env;
  }

  /** Releases a holder's lease, or removes its request. Unknown holders are ignored, since a release may be repeated. */
  release(holder: Holder): void {
    this.#leases = this.#leases.filter((lease) => !same(lease.holder, holder));
    this.#waiting = this.#waiting.filter((waiter) => !same(waiter, holder));
  }

  /**
   * Returns the next request that can be served, and its dev-env; undefined if no request waits for a free, healthy one. Passes over what is
   * being probed, and requests for which that is done.
   */
  next(): {env: string; request: LeaseRequest} | undefined {
    const byPriority = [...this.#waiting].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
    for (const request of byPriority) {
      if (this.#isProbedFor(request)) continue;
      const env = request.envs.find((name) => this.#isFree(name) && !this.#probed.has(name));
      if (env !== undefined) return {env, request};
    }
    return undefined;
  }

  /** Leases a free dev-env to a waiting request. Returns false if it is no longer free, or the request was withdrawn. */
  lease(env: string, {workflowId, runId}: Holder): boolean {
    const holder = {workflowId, runId};
    if (!this.#isFree(env) || !this.#waiting.some((waiter) => same(waiter, holder))) return false;
    this.#waiting = this.#waiting.filter((waiter) => !same(waiter, holder));
    this.#leases.push({env, holder});
    return true;
  }

  /** Records that a dev-env is being probed, for a request or to see whether it is healthy again. */
  beginProbe(env: string, holder?: Holder): void {
    this.#probed.set(env, holder);
  }

  /** Records the result of a probe. Returns what left the pool or returned to it. */
  endProbe(env: string, result: ProbeResult): HealthChange[] {
    this.#probed.delete(env);
    return this.#health.record(env, result);
  }

  /** Returns what of the dev-envs of a request is out of the pool; an unreachable host once. */
  problemsOf({envs}: LeaseRequest): HealthChange[] {
    return this.#health.problemsOf(envs);
  }

  /** Returns the waiting requests that a change concerns. */
  concernedBy(change: HealthChange): LeaseRequest[] {
    return this.#waiting.filter(({envs}) => concerns(change, envs));
  }

  /** Releases those of `asked` that are not in `open`: their workflows ended without a release. */
  dropClosed(open: readonly Holder[], asked: readonly Holder[]): void {
    for (const holder of asked) if (!open.some((one) => same(one, holder))) this.release(holder);
  }

  #isFree(env: string): boolean {
    return !this.#health.isOut(env) && !this.#isLeased(env);
  }

  #isLeased(env: string): boolean {
    return this.#leases.some((lease) => lease.env === env);
  }

  #isProbedFor(request: Holder): boolean {
    return [...this.#probed.values()].some((holder) => holder !== undefined && same(holder, request));
  }
}

/** Returns the pool as Markdown for the Web UI's current details. */
export function poolDetails({leases, waiting, unhealthy, hosts}: LeaseState): string {
  const lines = [
    ...leases.map(({env, holder}) => `- \`${env}\`: leased to ${holder.workflowId}`),
    ...Object.entries(hosts ?? {}).map(
      ([host, problem]) => `- host \`${host}\`: **cannot be reached**: ${escapeMarkdown(problem)}`,
    ),
    ...Object.entries(unhealthy ?? {}).map(([env, problem]) => `- \`${env}\`: **out of the pool**: ${escapeMarkdown(problem)}`),
    ...waiting.map((one) => `- waiting: ${one.workflowId}, for ${one.envs.join(' or ')}`),
  ];
  return lines.length === 0 ? 'No dev-env is leased, and no case is waiting.' : lines.join('\n');
}

function same(a: Holder, b: Holder): boolean {
  return a.workflowId === b.workflowId && a.runId === b.runId;
}
