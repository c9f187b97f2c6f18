import {billable, type TokenUsage} from '../types.ts';

/** What all cases of a build run, or of a day by UTC, may use together. */
export interface Cap {
  readonly tokens?: number;
  readonly cost?: number;
}

/** Price of a model, per million tokens, in the currency of the policy's author. */
export interface Price {
  readonly prompt: number;
  /** What the server had in its cache; as `prompt` unless told. */
  readonly cached?: number;
  readonly completion: number;
}

/** A policy's price table, by model name as the settings have it; a prefix `openai/` does not count. */
export type Prices = Readonly<Record<string, Price>>;

const MILLION = 1_000_000;

/** Price of a model, or undefined if the table has none. */
export function priceOf(prices: Prices | undefined, model: string): Price | undefined {
  const bare = model.replace(/^openai\//, '');
  return prices?.[bare] ?? prices?.[`openai/${bare}`];
}

/** What calls cost that used so much; 0 without a price. */
export function costOf(price: Price | undefined, usage: TokenUsage): number {
  if (price === undefined) return 0;
  const uncached = billable(usage) - usage.completion;
  return (
    (uncached * price.prompt + usage.cached * (price.cached ?? price.prompt) + usage.completion * price.completion) / MILLION
  );
}

/** Most reply tokens that `cost` pays for, after a prompt of which nothing is cached. Negative if not even the prompt is paid. */
export function affordableReply(cost: number, prompt: number, price: Price): number {
  const left = cost - (prompt * price.prompt) / MILLION;
  if (price.completion === 0) return left >= 0 ? Number.MAX_SAFE_INTEGER : -1;
  return Math.floor((left * MILLION) / price.completion);
}

/** An amount for people, `0.0123`. */
export function formatMoney(amount: number): string {
  return amount.toFixed(4);
}
