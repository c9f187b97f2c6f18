import fc from 'fast-check';
import {type RemainingBudget, reserve} from '../../../src/case/budget/budget.ts';
import {type CountedCall, judgeUsage} from '../../../src/case/budget/reported-usage.ts';
import {EMPTY_SPEND, SpendLedger, type SpendState} from '../../../src/case/budget/spend-ledger.ts';
import {billable} from '../../../src/case/types.ts';

const CASES = 4;

/** A call under way: its key in the ledger, what it reserved, and the tokens that truly went out. */
interface Call {
  readonly key: string;
  readonly prompt: number;
  readonly reply: number;
  /** Tokens that truly went out and came back, once the request was sent. */
  sent: number;
}

/** A case, as its workflow and its activity's heartbeats know it. */
interface Case {
  granted: number;
  used: number;
  /** Reserved by tries whose worker was killed, by the heartbeat. */
  lost: number;
  tries: number;
  call: Call | undefined;
}

/** Cases that share a ledger, with the steps of an activity as separate, interruptible steps. */
class World {
  readonly cases: Case[] = Array.from({length: CASES}, () => ({granted: 3_000, used: 0, lost: 0, tries: 0, call: undefined}));
  state: SpendState = EMPTY_SPEND;
  cap = 8_000;
  /** True tokens of all calls that were sent. */
  sent = 0;

  #withLedger<T>(work: (ledger: SpendLedger) => T): T {
    const ledger = new SpendLedger('day', JSON.parse(JSON.stringify(this.state)) as SpendState);
    const result = work(ledger);
    this.state = ledger.state;
    return result;
  }

  get committed(): number {
    return this.#withLedger((ledger) => ledger.committed.tokens);
  }

  reserve(one: Case, at: number, prompt: number, reply: number): void {
    if (one.call !== undefined) return;
    const left: RemainingBudget = {tokens: one.granted - one.used - one.lost};
    const fits = reserve(left, prompt, reply);
    if (!fits.fits) return;
    const key = `${at}/${one.tries}`;
    const tokens = prompt + fits.replyTokens;
    const before = this.committed;
    const answer = this.#withLedger((ledger) => ledger.reserve({key, tokens, cost: 0, limit: {tokens: this.cap}}));
    if (answer.granted) {
      expect(before + tokens).toBeLessThanOrEqual(this.cap);
      one.call = {key, prompt, reply: fits.replyTokens, sent: 0};
    }
  }

  /** Sends the reserved request; the server may use all of it. */
  send(one: Case, share: number): void {
    if (one.call === undefined || one.call.sent > 0) return;
    one.call.sent = one.call.prompt + Math.floor(one.call.reply * share);
    this.sent += one.call.sent;
  }

  /** The answer comes, with a report that may be a lie, and settles `times`, since an activity may be retried. */
  answer(one: Case, reported: unknown, times: number): void {
    const {call} = one;
    if (call === undefined || call.sent === 0) return;
    const {usage} = judgeUsage(reported, countedOf(call));
    for (let n = 0; n < times; n += 1)
      this.#withLedger((ledger) => ledger.settle({key: call.key, tokens: billable(usage), cost: 0}));
    one.used += billable(usage) + one.lost;
    this.#end(one);
    one.lost = 0;
  }

  /** An error of the server: the call has cost nothing. */
  fail(one: Case): void {
    const {call} = one;
    if (call === undefined || call.sent > 0) return;
    this.#withLedger((ledger) => ledger.settle({key: call.key, tokens: 0, cost: 0}));
    this.#end(one);
  }

  /** The worker dies: nobody settles, and the next try finds the reservation in the heartbeat. */
  kill(one: Case): void {
    if (one.call === undefined) return;
    one.lost += one.call.prompt + one.call.reply;
    this.#end(one);
  }

  #end(one: Case): void {
    one.call = undefined;
    one.tries += 1;
  }
}

/** Our count of a call whose true tokens we count exactly; nothing of it can be cached. */
function countedOf({prompt, reply: replyLimit, sent}: Call): CountedCall {
  const size = (tokens: number) => ({tokens, bytes: tokens * 3.5});
  const reply = sent - prompt;
  return {prompt, sent: size(prompt), fresh: size(prompt), reply: size(reply), replyLimit, repeated: 0, isRetry: false};
}

const lie = fc.constantFrom(
  {prompt_tokens: 0, completion_tokens: 0},
  {prompt_tokens: 9e15, completion_tokens: 9e15},
  {prompt_tokens: 1e4, completion_tokens: 10, prompt_tokens_details: {cached_tokens: 1e4}},
  {prompt_tokens: -1e9, completion_tokens: -1e9},
  {prompt_tokens: '0', completion_tokens: Number.NaN},
  undefined,
);
const at = fc.nat(CASES - 1);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('reserve' as const),
      at,
      prompt: fc.integer({min: 100, max: 1_500}),
      reply: fc.integer({min: 256, max: 1_000}),
    }),
  },
  {weight: 4, arbitrary: fc.record({do: fc.constant('send' as const), at, share: fc.double({min: 0, max: 1, noNaN: true})})},
  {weight: 4, arbitrary: fc.record({do: fc.constant('answer' as const), at, reported: lie, times: fc.integer({min: 1, max: 3})})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('fail' as const), at})},
  {weight: 2, arbitrary: fc.record({do: fc.constant('kill' as const), at})},
  {weight: 1, arbitrary: fc.record({do: fc.constant('grant' as const), at, tokens: fc.nat(3_000)})},
);

test('parallel cases, kills, retries and grants in any order, with a server that lies: true tokens never exceed the caps', () => {
  fc.assert(
    fc.property(fc.array(step, {maxLength: 120}), (steps) => {
      const world = new World();
      for (const one of steps) {
        const its = world.cases[one.at] as Case;
        if (one.do === 'reserve') world.reserve(its, one.at, one.prompt, one.reply);
        else if (one.do === 'send') world.send(its, one.share);
        else if (one.do === 'answer') world.answer(its, one.reported, one.times);
        else if (one.do === 'fail') world.fail(its);
        else if (one.do === 'kill') world.kill(its);
        else its.granted += one.tokens;
        expect(world.sent).toBeLessThanOrEqual(world.committed);
        expect(world.committed).toBeLessThanOrEqual(world.cap);
        for (const {granted, used, lost} of world.cases) expect(used + lost).toBeLessThanOrEqual(granted);
      }
    }),
    {numRuns: 1000},
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1])(
  'an amount of %d is not granted, and settles as what was reserved',
  (bad) => {
    const ledger = new SpendLedger('day');
    const limit = {tokens: 100, cost: 1};
    expect(ledger.reserve({key: 'a', tokens: bad, cost: 0, limit})).toMatchObject({granted: false});
    expect(ledger.reserve({key: 'a', tokens: 10, cost: bad, limit})).toMatchObject({granted: false});
    ledger.reserve({key: 'b', tokens: 60, cost: 0.5, limit});
    ledger.settle({key: 'b', tokens: bad, cost: 0});
    ledger.settle({key: 'c', tokens: bad, cost: 0});
    expect(ledger.state).toMatchObject({spent: {tokens: 60, cost: 0.5}, open: {}});
  },
);
