import {escapeMarkdown} from '../text/markdown.ts';

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
export interface LeaseState {
  readonly leases: readonly {readonly env: string; readonly holder: Holder}[];
  readonly waiting: readonly LeaseRequest[];
  /** Problems of dev-envs that failed their probe, by name. */
  readonly unhealthy?: Readonly<Record<string, string>>;
}

/**
 * Leases of dev-envs and the queue for them, by priority and arrival. A dev-env has at most one holder, and a holder at most
 * one dev-env.
 */
export class LeaseTable {
  #leases: {env: string; holder: Holder}[];
  #waiting: LeaseRequest[];
  readonly #unhealthy: Map<string, string>;

  constructor(state: LeaseState = {leases: [], waiting: []}) {
    this.#leases = [...state.leases];
    this.#waiting = [...state.waiting];
    this.#unhealthy = new Map(Object.entries(state.unhealthy ?? {}));
  }

  get state(): LeaseState {
    return {leases: this.#leases, waiting: this.#waiting, unhealthy: Object.fromEntries(this.#unhealthy)};
  }

  get busy(): boolean {
    return this.#leases.length + this.#waiting.length > 0;
  }

  get holders(): Holder[] {
    return [...this.#leases.map((lease) => lease.holder), ...this.#waiting];
  }

  /** Unhealthy dev-envs that a request waits for, to be probed again. */
  get probeCandidates(): string[] {
    return [...this.#unhealthy.keys()].filter((env) => this.waitersFor(env).length > 0);
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

  /** Returns the next request that can be served, and its dev-env; undefined if no request waits for a free, healthy one. */
  next(): {env: string; request: LeaseRequest} | undefined {
    const byPriority = [...this.#waiting].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
    for (const request of byPriority) {
      const env = request.envs.find((name) => this.#isFree(name));
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

  /** Removes a dev-env from the pool, or adds it again (`null`). Returns whether its state changed. */
  setHealth(env: string, problem: string | null): boolean {
    const before = this.problem(env);
    if (problem === null) this.#unhealthy.delete(env);
    else this.#unhealthy.set(env, problem);
    return before !== problem;
  }

  /** Returns why a dev-env is out of the pool, or null. */
  problem(env: string): string | null {
    return this.#unhealthy.get(env) ?? null;
  }

  /** Returns the requests that accept this dev-env. */
  waitersFor(env: string): LeaseRequest[] {
    return this.#waiting.filter((waiter) => waiter.envs.includes(env));
  }

  /** Releases those of `asked` that are not in `open`: their workflows ended without a release. */
  dropClosed(open: readonly Holder[], asked: readonly Holder[]): void {
    for (const holder of asked) if (!open.some((one) => same(one, holder))) this.release(holder);
  }

  #isFree(env: string): boolean {
    return !this.#unhealthy.has(env) && !this.#leases.some((lease) => lease.env === env);
  }
}

/** Returns the pool as Markdown for the Web UI's current details. */
export function poolDetails({leases, waiting, unhealthy}: LeaseState): string {
  const lines = [
    ...leases.map(({env, holder}) => `- \`${env}\`: leased to ${holder.workflowId}`),
    ...Object.entries(unhealthy ?? {}).map(([env, problem]) => `- \`${env}\`: **out of the pool**: ${escapeMarkdown(problem)}`),
    ...waiting.map((one) => `- waiting: ${one.workflowId}, for ${one.envs.join(' or ')}`),
  ];
  return lines.length === 0 ? 'No dev-env is leased, and no case is waiting.' : lines.join('\n');
}

function same(a: Holder, b: Holder): boolean {
  return a.workflowId === b.workflowId && a.runId === b.runId;
}
