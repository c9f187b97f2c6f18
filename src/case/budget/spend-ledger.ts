import type {Cap} from './money.ts';
import {formatMoney} from './money.ts';

/** Billable tokens, and cost by the policy's prices. */
export interface Spent {
  readonly tokens: number;
  readonly cost: number;
}

/** Argument of the update `reserve`: the maximum usage of a model call, and the caller's cap. */
export interface SpendRequest extends Spent {
  readonly key: string;
  readonly limit: Cap;
}

/** Argument of the update `settle`: the actual usage of the call. */
export interface Settlement extends Spent {
  readonly key: string;
}

/** Result of the update `reserve`. */
export type SpendAnswer = {readonly granted: true} | {readonly granted: false; readonly reason: string};

/** State of a ledger that is carried over by continue-as-new. */
export interface SpendState {
  readonly spent: Spent;
  /** Reservations of calls that have not settled. */
  readonly open: Readonly<Record<string, Spent>>;
  /** Keys of the latest settled calls, oldest first. */
  readonly settled: readonly string[];
}

/** State of a new ledger. */
export const EMPTY_SPEND: SpendState = {spent: {tokens: 0, cost: 0}, open: {}, settled: []};

/** A retried activity settles again within minutes, so older keys can be dropped. */
const SETTLED_LIMIT = 1000;

/**
 * Ledger of the calls of a build run or a day: their usage, and the reservations of calls under way. Grants never exceed the
 * cap; a call that uses more than it reserved (the server counts tokens differently) is counted in full.
 */
export class SpendLedger {
  readonly #scope: string;
  #spent: Spent;
  readonly #open: Map<string, Spent>;
  #settled: string[];

  /** @param scope name for error texts: the day, or the run's id */
  constructor(scope: string, state: SpendState = EMPTY_SPEND) {
    this.#scope = scope;
    this.#spent = state.spent;
    this.#open = new Map(Object.entries(state.open));
    this.#settled = [...state.settled];
  }

  get state(): SpendState {
    return {spent: this.#spent, open: Object.fromEntries(this.#open), settled: this.#settled};
  }

  /** Usage plus open reservations. */
  get committed(): Spent {
    return [...this.#open.values()].reduce(sum, this.#spent);
  }

  /**
   * Reserves usage for a call if it fits under the cap. Idempotent by key: a repeated request is granted and reserves nothing
   * more.
   */
  reserve({key, tokens, cost, limit}: SpendRequest): SpendAnswer {
    if (this.#open.has(key)) return {granted: true};
    if (!isAmount({tokens, cost})) return {granted: false, reason: `${tokens} tokens at ${cost} are no amount from 0`};
    const committed = this.committed;
    if (limit.tokens !== undefined && committed.tokens + tokens > limit.tokens) {
      const left = Math.max(0, limit.tokens - committed.tokens);
      return this.#refuse(`the cap of ${limit.tokens} tokens`, `${left} left`, `needs up to ${tokens}`);
    }
    if (limit.cost !== undefined && committed.cost + cost > limit.cost) {
      const left = Math.max(0, limit.cost - committed.cost);
      return this.#refuse(
        `the cap of ${formatMoney(limit.cost)}`,
        `${formatMoney(left)} left`,
        `costs up to ${formatMoney(cost)}`,
      );
    }
    this.#settled = this.#settled.filter((one) => one !== key);
    this.#open.set(key, {tokens, cost});
    return {granted: true};
  }

  /**
   * Replaces a reservation by the actual usage. A key without a reservation counts; a key that has settled does not count
   * again. What is no amount counts as the reservation.
   */
  settle({key, tokens, cost}: Settlement): void {
    if (this.#settled.includes(key)) return;
    const used = isAmount({tokens, cost}) ? {tokens, cost} : (this.#open.get(key) ?? EMPTY_SPEND.spent);
    this.#open.delete(key);
    this.#spent = sum(this.#spent, used);
    this.#settled = [...this.#settled, key].slice(-SETTLED_LIMIT);
  }

  #refuse(cap: string, left: string, wants: string): SpendAnswer {
    return {granted: false, reason: `${cap} for ${this.#scope} has ${left}; this call ${wants}`};
  }
}

/** A sum with NaN or Infinity would pass, or block, every comparison with a cap from then on. */
function isAmount({tokens, cost}: Spent): boolean {
  return Number.isFinite(tokens) && tokens >= 0 && Number.isFinite(cost) && cost >= 0;
}

function sum(a: Spent, b: Spent): Spent {
  return {tokens: a.tokens + b.tokens, cost: a.cost + b.cost};
}
