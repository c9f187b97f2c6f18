import fc from 'fast-check';
import {type CountedCall, judgeUsage} from '../../../src/case/budget/reported-usage.ts';
import {billable} from '../../../src/case/types.ts';

/** A call of 6,000 tokens of log and code, of which 1,500 are new, with a reply of 200. */
const CALL: CountedCall = {
  prompt: 6_700,
  sent: {tokens: 6_000, bytes: 21_000},
  fresh: {tokens: 1_500, bytes: 5_250},
  reply: {tokens: 200, bytes: 700},
  replyLimit: 4_000,
  repeated: 0,
  isRetry: false,
};
const ESTIMATE = {prompt: 6_700, cached: 0, completion: 200, reasoning: 0};

const report = (prompt: unknown, completion: unknown, more: object = {}) => ({
  prompt_tokens: prompt,
  completion_tokens: completion,
  ...more,
});
const cachedAs = (cached_tokens: unknown) => ({prompt_tokens_details: {cached_tokens}});
const reasonedAs = (reasoning_tokens: unknown) => ({completion_tokens_details: {reasoning_tokens}});

test.each([
  ['a count like ours', report(6_100, 210), {prompt: 6_100, cached: 0, completion: 210, reasoning: 0}],
  ['a larger vocabulary', report(4_800, 160), {prompt: 4_800, cached: 0, completion: 160, reasoning: 0}],
  ['a smaller vocabulary', report(11_000, 390), {prompt: 11_000, cached: 0, completion: 390, reasoning: 0}],
  ['a cache in blocks', report(6_100, 210, cachedAs(4_480)), {prompt: 6_100, cached: 4_480, completion: 210, reasoning: 0}],
  [
    'DeepSeek’s name of the cached part',
    report(6_100, 210, {prompt_cache_hit_tokens: 4_480}),
    {prompt: 6_100, cached: 4_480, completion: 210, reasoning: 0},
  ],
  ['reasoning', report(6_100, 3_900, reasonedAs(3_700)), {prompt: 6_100, cached: 0, completion: 3_900, reasoning: 3_700}],
  [
    'reasoning that only the total has',
    report(6_100, 210, {total_tokens: 7_310, ...reasonedAs(1_000)}),
    {prompt: 6_100, cached: 0, completion: 1_210, reasoning: 1_000},
  ],
])('%s counts as the server reports it', (_, reported, usage) => {
  expect(judgeUsage(reported, CALL)).toEqual({usage, estimated: false});
});

test.each([
  ['0 tokens', report(0, 0), '0 prompt tokens for 21000 bytes; at least 2984 are plausible'],
  ['a reply of 0 tokens', report(6_100, 0), '0 tokens for a reply of 700 bytes; at least 84 are plausible'],
  ['too many', report(9e15, 210), '9000000000000000 prompt tokens for 21000 bytes; at most 15000 are plausible'],
  [
    'all cached',
    report(6_100, 210, cachedAs(6_100)),
    '6100 of 6100 prompt tokens from a cache, but 5250 bytes were sent for the first time',
  ],
  ['more cached than sent', report(6_100, 210, cachedAs(6_101)), '6101 cached tokens of 6100 prompt tokens'],
  ['a text', report('6100', 210), 'prompt_tokens as "6100", which is no count of tokens'],
  ['a negative number', report(6_100, -1), 'completion_tokens as -1, which is no count of tokens'],
  ['a fraction', report(6_100.5, 210), 'prompt_tokens as 6100.5, which is no count of tokens'],
  ['NaN', report(6_100, Number.NaN), 'completion_tokens as NaN, which is no count of tokens'],
  ['more than any integer', report(6_100, 210, {total_tokens: 1e300}), 'total_tokens as 1e+300, which is no count of tokens'],
  ['a list', report([6_100], 210), 'prompt_tokens as object, which is no count of tokens'],
  [
    'a total below its parts',
    report(6_100, 210, {total_tokens: 6_000}),
    '6000 tokens in total, less than 6100 of the prompt and 210 of the reply',
  ],
  ['more reasoning than reply', report(6_100, 210, reasonedAs(211)), '211 tokens of reasoning in a reply of 210'],
])('%s counts as our estimate, with what is wrong', (_, reported, problem) => {
  const {usage, estimated, implausible} = judgeUsage(reported, CALL);
  expect({...usage, completion: 0}).toEqual({...ESTIMATE, completion: 0});
  expect(usage.completion).toBeGreaterThanOrEqual(200);
  expect(usage.completion).toBeLessThanOrEqual(210);
  expect([estimated, implausible]).toEqual([true, `The server reports ${problem}.`]);
});

test('a reply far beyond its limit counts as the reservation: reasoning may be invisible', () => {
  expect(judgeUsage(report(6_100, 9e15), CALL)).toEqual({
    usage: {...ESTIMATE, completion: 4_000},
    estimated: true,
    implausible: 'The server reports 9000000000000000 tokens for a reply that was limited to 4000.',
  });
});

test.each([undefined, null, {}, 'none', report(6_100, undefined), report(null, 210)])(
  'no report, %j, is an estimate and no fault',
  (reported) => {
    expect(judgeUsage(reported, CALL)).toEqual({usage: ESTIMATE, estimated: true});
  },
);

test.each([
  ['a report that does not mention a cache', report(6_100, 210), {prompt: 6_100, cached: 4_575, completion: 210, reasoning: 0}],
  ['no report', undefined, {prompt: 6_700, cached: 5_025, completion: 200, reasoning: 0}],
])('%s: what was sent before counts as cached, by our estimate', (_, reported, usage) => {
  const judged = judgeUsage(reported, {...CALL, repeated: 0.75});
  expect(judged).toEqual({usage, estimated: true, estimatedCached: usage.cached});
  expect(billable(judged.usage)).toBe(usage.prompt - usage.cached + usage.completion);
});

test('a report of 0 cached tokens, and one that is no possible report, get no estimate of a cache', () => {
  for (const reported of [report(6_100, 210, cachedAs(0)), report(6_100, 210, {prompt_cache_hit_tokens: 0}), report(0, 0)])
    expect(judgeUsage(reported, {...CALL, repeated: 0.75}).usage.cached).toBe(0);
});

test('a retry that is cached to its end is no fault, and its new part counts', () => {
  const {usage, implausible} = judgeUsage(report(6_100, 210, cachedAs(6_100)), {...CALL, isRetry: true});
  expect(implausible).toBeUndefined();
  expect(usage.prompt - usage.cached).toBe(1_500);
});

test('money in a report is not read', () => {
  const {usage} = judgeUsage(report(6_100, 210, {cost: -5, cost_details: {total: 0}}), CALL);
  expect(Object.keys(usage)).toEqual(['prompt', 'cached', 'completion', 'reasoning']);
});

/** A number that a server may send, near the bounds and far from them. */
const numbers = fc.oneof(fc.nat(20_000), fc.integer(), fc.double(), fc.maxSafeInteger(), fc.constantFrom(0, -0, 9e15, 1e308));
const values = fc.oneof({weight: 6, arbitrary: numbers}, {weight: 1, arbitrary: fc.jsonValue()});
const reports = fc.oneof(
  {weight: 1, arbitrary: fc.jsonValue()},
  {
    weight: 6,
    arbitrary: fc.record(
      {
        prompt_tokens: values,
        completion_tokens: values,
        total_tokens: values,
        prompt_tokens_details: fc.record({cached_tokens: values}),
        prompt_cache_hit_tokens: values,
        completion_tokens_details: fc.record({reasoning_tokens: values}),
      },
      {requiredKeys: []},
    ),
  },
);

/** Calls with texts of 1 to 8 bytes a token, as our own tokenizer counts them. */
const size = (most: number) =>
  fc
    .tuple(fc.nat(most), fc.double({min: 1, max: 8, noNaN: true}))
    .map(([tokens, width]) => ({tokens, bytes: Math.round(tokens * width)}));
const calls = fc
  .record({
    sent: size(30_000),
    share: fc.double({min: 0, max: 1, noNaN: true}),
    reply: size(4_000),
    replyLimit: fc.integer({min: 256, max: 16_000}),
    repeated: fc.double({min: 0, max: 1, noNaN: true}),
    isRetry: fc.boolean(),
  })
  .map(({sent, share, repeated, ...rest}): CountedCall => {
    const fresh = {tokens: Math.floor(sent.tokens * share), bytes: Math.floor(sent.bytes * share)};
    // What is sent for the first time is not repeated.
    return {...rest, sent, fresh, repeated: repeated * (1 - share), prompt: Math.ceil(sent.tokens * 1.1) + 7};
  });

/** The least that counts for a text: half of our count, or 6 bytes a token, less what templates may differ. */
const least = ({tokens, bytes}: CountedCall['sent']) => Math.min(tokens / 2, bytes / 6) - 17;

test('whatever a server reports, the usage has whole counts between bounds of our own', () => {
  fc.assert(
    fc.property(reports, calls, (reported, call) => {
      const {usage, estimated, implausible} = judgeUsage(reported, call);
      const {prompt, cached, completion, reasoning} = usage;
      for (const count of Object.values(usage)) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      expect(cached).toBeLessThanOrEqual(prompt);
      expect(reasoning).toBeLessThanOrEqual(completion);
      expect(prompt).toBeGreaterThanOrEqual(least(call.sent));
      expect(prompt - cached).toBeGreaterThanOrEqual(least(call.fresh));
      expect(completion).toBeGreaterThanOrEqual(least(call.reply));
      expect(prompt).toBeLessThanOrEqual(Math.max(2 * call.prompt, call.sent.bytes / 1.5) + 1_001);
      expect(completion).toBeLessThanOrEqual(2 * Math.max(call.replyLimit, call.reply.tokens));
      if (implausible !== undefined) {
        expect(estimated).toBe(true);
        expect(billable(usage)).toBeGreaterThanOrEqual(call.sent.tokens + call.reply.tokens);
        expect(billable(usage)).toBeLessThanOrEqual(call.prompt + Math.max(call.replyLimit, call.reply.tokens));
      }
    }),
    {numRuns: 3000},
  );
});
