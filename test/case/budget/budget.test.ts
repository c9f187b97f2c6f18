import fc from 'fast-check';
import {repeatedCall} from '../../../src/case/attempt/stop-rules.ts';
import {MIN_REPLY_TOKENS, reserve} from '../../../src/case/budget/budget.ts';
import {costOf} from '../../../src/case/budget/money.ts';
import {addUsage, billable, NO_USAGE} from '../../../src/case/types.ts';

test('a request with its whole reply limit fits', () => {
  expect(reserve({tokens: 10_000}, 6_000, 4_000)).toEqual({fits: true, replyTokens: 4_000});
});

test('near the end the reply limit shrinks to what is left', () => {
  expect(reserve({tokens: 7_000}, 6_000, 4_000)).toEqual({fits: true, replyTokens: 1_000});
});

test.each([6_000 + MIN_REPLY_TOKENS - 1, 6_000, 10, 0, -5])('with %d left a prompt of 6000 is not sent', (left) => {
  expect(reserve({tokens: left}, 6_000, 4_000)).toEqual({
    fits: false,
    reason: expect.stringContaining(`${left} tokens are left`),
  });
});

test('prompt and reply together never exceed what was left', () => {
  for (let left = 0; left < 9_000; left += 37) {
    for (const prompt of [100, 3_000, 8_000]) {
      const answer = reserve({tokens: left}, prompt, 2_000);
      if (answer.fits) expect(prompt + answer.replyTokens).toBeLessThanOrEqual(left);
    }
  }
});

test('cached prompt tokens are not billed', () => {
  expect(billable({prompt: 1000, cached: 900, completion: 50, reasoning: 20})).toBe(150);
});

test('the same call with the same answer three times is named', () => {
  const call = (answer: string) => ({name: 'get_file', digest: 'd', answer});
  expect(repeatedCall([call('a'), call('a')])).toBeUndefined();
  expect(repeatedCall([call('a'), call('b'), call('c')])).toBeUndefined();
  expect(repeatedCall([call('a'), call('b'), call('a'), call('a')])).toBe('get_file');
});

describe('money', () => {
  const price = {prompt: 2, completion: 10};

  test('bounds the reply as tokens do', () => {
    expect(reserve({tokens: 100_000, cost: 0.1}, 10_000, 20_000, price)).toEqual({fits: true, replyTokens: 8_000});
    expect(reserve({tokens: 12_000, cost: 0.1}, 10_000, 20_000, price)).toEqual({fits: true, replyTokens: 2_000});
    expect(reserve({tokens: 100_000, cost: 0.02}, 10_000, 4_000, price)).toEqual({
      fits: false,
      reason: expect.stringContaining('0.0200'),
    });
  });

  test('fits nothing where the model has no price', () => {
    expect(reserve({tokens: 100_000, cost: 5}, 1_000, 1_000)).toEqual({fits: false, reason: expect.stringContaining('prices')});
  });
});

/** A session as a case runs it: what is left after each call bounds the next, whatever servers answer. */
test('no session uses more than its budget, but for what the server counts otherwise in one call', () => {
  const call = fc.record({
    prompt: fc.integer({min: 1, max: 50_000}),
    reply: fc.integer({min: MIN_REPLY_TOKENS, max: 20_000}),
    used: fc.double({min: 0, max: 1, noNaN: true}),
    cached: fc.double({min: 0, max: 1, noNaN: true}),
    lost: fc.boolean(),
    /** Tokens that the server counts more than we did. */
    over: fc.integer({min: 0, max: 500}),
  });
  const budget = fc.record({
    tokens: fc.integer({min: 0, max: 200_000}),
    cost: fc.option(fc.double({min: 0, max: 1, noNaN: true})),
  });
  const price = {prompt: 2, cached: 0.5, completion: 10};
  fc.assert(
    fc.property(budget, fc.array(call, {maxLength: 60}), ({tokens, cost}, calls) => {
      let used = NO_USAGE;
      let most = 0;
      for (const {prompt, reply, used: share, cached, lost, over} of calls) {
        const left = {tokens: tokens - billable(used), ...(cost === null ? {} : {cost: cost - used.cost})};
        const reserved = reserve(left, prompt, reply, price);
        if (!reserved.fits) continue;
        // A call that a killed worker lost counts as if it had used all that was reserved.
        const sent = {prompt, cached: 0, completion: reserved.replyTokens, reasoning: 0};
        const counted = lost
          ? sent
          : {
              prompt: prompt + over,
              cached: Math.floor(prompt * cached),
              completion: Math.floor(reserved.replyTokens * share),
              reasoning: 0,
            };
        most = Math.max(most, lost ? 0 : over);
        used = addUsage(used, {...counted, cost: costOf(price, counted)});
      }
      expect(billable(used)).toBeLessThanOrEqual(tokens + most);
      if (cost !== null) expect(used.cost).toBeLessThanOrEqual(cost + (most * price.prompt) / 1_000_000 + 1e-9);
    }),
  );
});
