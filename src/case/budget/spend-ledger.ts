import type {Cap} from './money.ts';
import {formatMoney} from './money.ts';

/** Billable tokens, and money by the policy's prices. */
export interface Spent {
  readonly tokens: number;
  readonly cost: number;
}

/** Update `reserve`: what a model call may use at most, and the cap that the caller's policy has. */
export interface SpendRequest extends Spent {
  readonly key: string;
  readonly limit: Cap;
}

/** Update `settle`: what the call has used. */
export interface Settlement extends Spent {
  readonly key: string;
}

export type SpendAnswer = {readonly granted: true} | {readonly granted: false; readonly reason: string};

/** What a ledger carries over when it continues as new. */
export interface SpendState {
  readonly spent: Spent;
  /** Reserved for calls that have not settled. */
  readonly open: Readonly<Record<string, Spent>>;
  /** Latest keys that have settled, oldest first. */
  readonly settled: readonly string[];
}

export const EMPTY_SPEND: SpendState = {spent: {tokens: 0, cost: 0}, open: {}, settled: []};

/** Settlements come twice within minutes, when an activity is retried; older keys are forgotten. */
const SETTLED_LIMIT = 1000;

/**
 * What the calls of a build run or of a day have used together, and what is reserved for those under way. What is granted
 * never exceeds the cap; a call that uses more than it reserved, because the server counts otherwise, is counted in full.
 */
export class SpendLedger {
  readonly #scope: string;
  #spent: Spent;
  readonly #open: Map<string, Spent>;
  #settled: string[];

  /** @param scope for people: the day, or the run's id */
  constructor(scope: string, state: SpendState = EMPTY_SPEND) {
    this.#scope = scope;
    this.#spent = state.spent;
    this.#open = new Map(Object.entries(state.open));
    this.#settled = [...state.settled];
  }

  get state(): SpendState {
    return {spent: this.#spent, open: Object.fromEntries(this.#open), settled: this.#settled};
  }

  /** Used, and reserved on top. */
  get committed(): Spent {
    return [...this.#open.values()].reduce(sum, this.#spent);
  }

  /** Reserves, if it fits. Asking again with a key that is reserved is granted, and reserves nothing more. */
  reserve({key, tokens, cost, limit}: SpendRequest): SpendAnswer {
    if (this.#open.has(key)) return {granted: true};
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

  /** Takes what was used in place of what was reserved. A key that nobody reserved counts; one that has settled does not. */
  settle({key, tokens, cost}: Settlement): void {
    if (this.#settled.includes(key)) return;
    this.#open.delete(key);
    this.#spent = sum(this.#spent, {tokens, cost});
    this.#settled = [...this.#settled, key].slice(-SETTLED_LIMIT);
  }

  #refuse(cap: string, left: string, wants: string): SpendAnswer {
    return {granted: false, reason: `${cap} for ${this.#scope} has ${left}; this call ${wants}`};
  }
}

function sum(a: Spent, b: Spent): Spent {
  return {tokens: a.tokens + b.tokens, cost: a.cost + b.cost};
}
