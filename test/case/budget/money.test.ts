import {affordableReply, costOf, priceOf} from '../../../src/case/budget/money.ts';

const PRICE = {prompt: 2, cached: 0.5, completion: 10};

test('cached prompt tokens have a price of their own, else the prompt’s', () => {
  const usage = {prompt: 1_000_000, cached: 400_000, completion: 100_000, reasoning: 50_000};
  expect(costOf(PRICE, usage)).toBeCloseTo(0.6 * 2 + 0.4 * 0.5 + 0.1 * 10);
  expect(costOf({prompt: 2, completion: 10}, usage)).toBeCloseTo(2 + 1);
  expect(costOf(undefined, usage)).toBe(0);
});

test('a model is found with and without its prefix, and no other', () => {
  expect(priceOf({'gpt-x': PRICE}, 'openai/gpt-x')).toBe(PRICE);
  expect(priceOf({'openai/gpt-x': PRICE}, 'gpt-x')).toBe(PRICE);
  expect(priceOf({'gpt-x': PRICE}, 'gpt-y')).toBeUndefined();
  expect(priceOf(undefined, 'gpt-x')).toBeUndefined();
});

test('money buys as long a reply as is left after the prompt', () => {
  expect(affordableReply(0.1, 10_000, PRICE)).toBe(8_000);
  expect(affordableReply(0.01, 10_000, PRICE)).toBeLessThan(0);
  expect(affordableReply(0.03, 10_000, {prompt: 2, completion: 0})).toBe(Number.MAX_SAFE_INTEGER);
});
