import type {Holder, LeaseRequest} from '../activities/api.ts';

/** What a pool carries over when it continues as new. */
export interface LeaseState {
  readonly leases: readonly {readonly env: string; readonly holder: Holder}[];
  readonly waiting: readonly LeaseRequest[];
}

/** Who has which dev-env, and who waits, first come, first served. One holder an env, one env a holder. */
export class LeaseBook {
  #leases: {env: string; holder: Holder}[];
  #waiting: LeaseRequest[];

  constructor(state: LeaseState = {leases: [], waiting: []}) {
    this.#leases = [...state.leases];
    this.#waiting = [...state.waiting];
  }

  get state(): LeaseState {
    return {leases: this.#leases, waiting: this.#waiting};
  }

  get busy(): boolean {
    return this.#leases.length + this.#waiting.length > 0;
  }

  get holders(): Holder[] {
    return [...this.#leases.map((lease) => lease.holder), ...this.#waiting];
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

  /** Gives every free env to the first who waits for it, and says which. */
  grant(): {env: string; holder: Holder}[] {
    const granted: {env: string; holder: Holder}[] = [];
    for (const request of [...this.#waiting]) {
      const env = request.envs.find((name) => !this.#leases.some((lease) => lease.env === name));
      if (env === undefined) continue;
      this.#waiting = this.#waiting.filter((waiter) => waiter !== request);
      const lease = {env, holder: {workflowId: request.workflowId, runId: request.runId}};
      this.#leases.push(lease);
      granted.push(lease);
    }
    return granted;
  }

  /** Drops everybody who is not in `open`: their workflow has ended without a release. */
  keepOnly(open: readonly Holder[], asked: readonly Holder[]): void {
    for (const holder of asked) if (!open.some((one) => same(one, holder))) this.release(holder);
  }
}

function same(a: Holder, b: Holder): boolean {
  return a.workflowId === b.workflowId && a.runId === b.runId;
}
