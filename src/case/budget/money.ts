import {billable, type TokenUsage} from '../types.ts';

/** Shared limit for all cases of a build run, or of a UTC day. */
export interface Cap {
  readonly tokens?: number;
  readonly cost?: number;
}

/** Price of a model per million tokens, in the currency of the policy. */
export interface Price {
  readonly prompt: number;
  /** Price of cached prompt tokens; default `prompt`. */
  readonly cached?: number;
  readonly completion: number;
}

/** Price table of a policy, by the model name of the settings; a prefix `openai/` is ignored. */
export type Prices = Readonly<Record<string, Price>>;

const MILLION = 1_000_000;

/** Returns the price of a model, or undefined if the table has none. */
export function priceOf(prices: Prices | undefined, model: string): Price | undefined {
  const bare = model.replace(/^openai\//, '');
  return prices?.[bare] ?? prices?.[`openai/${bare}`];
}

/** Returns the cost of a usage; 0 without a price. */
export function costOf(price: Price | undefined, usage: TokenUsage): number {
  if (price === undefined) return 0;
  const uncached = billable(usage) - usage.completion;
  return (
    (uncached * price.prompt + usage.cached * (price.cached ?? price.prompt) + usage.completion * price.completion) / MILLION
  );
}

/**
 * Returns the number of reply tokens that `cost` pays for after an uncached prompt; negative if it does not pay for the prompt.
 */
export function affordableReply(cost: number, prompt: number, price: Price): number {
  const left = cost - (prompt * price.prompt) / MILLION;
  if (price.completion === 0) return left >= 0 ? Number.MAX_SAFE_INTEGER : -1;
  return Math.floor((left * MILLION) / price.completion);
}

/** Returns an amount with four decimals, `0.0123`. */
export function formatMoney(amount: number): string {
  return amount.toFixed(4);
}

/** Returns an amount for people, `$0.09`; `under $0.01` for a part of a cent. */
export function moneyLabel(amount: number): string {
  if (amount > 0 && amount < 0.01) return 'under $0.01';
  return `$${amount.toFixed(2)}`;
}
