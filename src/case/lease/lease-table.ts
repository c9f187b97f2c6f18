import {escapeMarkdown} from '../text/markdown.ts';

export interface LeaseRequest extends Holder {
  readonly envs: readonly string[];
  /** Higher goes first; the same, by arrival. */
  readonly priority?: number;
}

/** Who holds or waits for a dev-env: one run of a workflow. */
export interface Holder {
  readonly workflowId: string;
  readonly runId: string;
}

/** What a pool carries over when it continues as new. */
export interface LeaseState {
  readonly leases: readonly {readonly env: string; readonly holder: Holder}[];
  readonly waiting: readonly LeaseRequest[];
  /** Envs that failed their probe, and why. */
  readonly unhealthy?: Readonly<Record<string, string>>;
}

/** Who has which dev-env, and who waits: by priority, then by arrival. One holder an env, one env a holder. */
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

  /** Unhealthy envs that somebody waits for: worth another probe. */
  get probeCandidates(): string[] {
    return [...this.#unhealthy.keys()].filter((env) => this.waitersFor(env).length > 0);
  }

  /** Takes a request. One that is asked again, because its activity was retried, changes nothing but is granted again if it was. */
  request(request: LeaseRequest): string | undefined {
    const held = this.#leases.find((lease) => same(lease.holder, request));
    if (!held && !this.#waiting.some((waiter) => same(waiter, request))) this.#waiting.push(request);
    return held?.env;
  }

  /** A holder is done, or no longer wants to wait. Unknown holders are ignored: a release may come twice. */
  release(holder: Holder): void {
    this.#leases = this.#leases.filter((lease) => !same(lease.holder, holder));
    this.#waiting = this.#waiting.filter((waiter) => !same(waiter, holder));
  }

  /** The next who could have an env, and which; undefined if nobody waits for one that is free and healthy. */
  next(): {env: string; request: LeaseRequest} | undefined {
    const byPriority = [...this.#waiting].sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
    for (const request of byPriority) {
      const env = request.envs.find((name) => this.#isFree(name));
      if (env !== undefined) return {env, request};
    }
    return undefined;
  }

  /** Leases a free env to one who waits. False if it is no longer free, or the asker gave up meanwhile. */
  lease(env: string, {workflowId, runId}: Holder): boolean {
    const holder = {workflowId, runId};
    if (!this.#isFree(env) || !this.#waiting.some((waiter) => same(waiter, holder))) return false;
    this.#waiting = this.#waiting.filter((waiter) => !same(waiter, holder));
    this.#leases.push({env, holder});
    return true;
  }

  /** Takes an env out of the pool, or back into it (`null`). True if that is news. */
  setHealth(env: string, problem: string | null): boolean {
    const before = this.problem(env);
    if (problem === null) this.#unhealthy.delete(env);
    else this.#unhealthy.set(env, problem);
    return before !== problem;
  }

  /** Why an env is out of the pool, or null. */
  problem(env: string): string | null {
    return this.#unhealthy.get(env) ?? null;
  }

  /** Who waits for this env, among others. */
  waitersFor(env: string): LeaseRequest[] {
    return this.#waiting.filter((waiter) => waiter.envs.includes(env));
  }

  /** Drops everybody who is not in `open`: their workflow has ended without a release. */
  dropClosed(open: readonly Holder[], asked: readonly Holder[]): void {
    for (const holder of asked) if (!open.some((one) => same(one, holder))) this.release(holder);
  }

  #isFree(env: string): boolean {
    return !this.#unhealthy.has(env) && !this.#leases.some((lease) => lease.env === env);
  }
}

/** The pool as Markdown, for the Web UI's current details. */
export function poolDetails({leases, waiting, unhealthy}: LeaseState): string {
  const lines = [
    ...leases.map(({env, holder}) => `- \`${env}\`: leased to ${holder.workflowId}`),
    ...Object.entries(unhealthy ?? {}).map(([env, problem]) => `- \`${env}\`: **out of the pool**: ${escapeMarkdown(problem)}`),
    ...waiting.map((one) => `- waits: ${one.workflowId}, for ${one.envs.join(' or ')}`),
  ];
  return lines.length === 0 ? 'No dev-env is leased, and nobody waits.' : lines.join('\n');
}

function same(a: Holder, b: Holder): boolean {
  return a.workflowId === b.workflowId && a.runId === b.runId;
}
