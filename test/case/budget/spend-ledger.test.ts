import fc from 'fast-check';
import {SpendLedger} from '../../../src/case/budget/spend-ledger.ts';

const book = () => new SpendLedger('2026-11-23');

test('what does not fit beside what is reserved is refused, in words for the operator', () => {
  const day = book();
  const limit = {tokens: 10_000, cost: 2};
  expect(day.reserve({key: 'a', tokens: 8_800, cost: 0.5, limit})).toEqual({granted: true});
  expect(day.reserve({key: 'b', tokens: 9_000, cost: 0.5, limit})).toEqual({
    granted: false,
    reason: 'the cap of 10000 tokens for 2026-11-23 has 1200 left; this call needs up to 9000',
  });
  expect(day.reserve({key: 'b', tokens: 1_200, cost: 1.75, limit})).toEqual({
    granted: false,
    reason: 'the cap of 2.0000 for 2026-11-23 has 1.5000 left; this call costs up to 1.7500',
  });
  expect(day.reserve({key: 'b', tokens: 1_200, cost: 1.5, limit})).toEqual({granted: true});
});

test('a cap of tokens does not limit money, and the other way round', () => {
  expect(book().reserve({key: 'a', tokens: 10, cost: 1e9, limit: {tokens: 10}}).granted).toBe(true);
  expect(book().reserve({key: 'a', tokens: 1e9, cost: 10, limit: {cost: 10}}).granted).toBe(true);
});

test('settling gives back what was not used; doing it twice changes nothing', () => {
  const day = book();
  const request = {key: 'a', tokens: 100, cost: 1, limit: {tokens: 100}};
  day.reserve(request);
  expect(day.reserve(request)).toEqual({granted: true});
  expect(day.committed).toEqual({tokens: 100, cost: 1});
  day.settle({key: 'a', tokens: 30, cost: 0.5});
  day.settle({key: 'a', tokens: 30, cost: 0.5});
  expect(day.state).toMatchObject({spent: {tokens: 30, cost: 0.5}, open: {}});
});

test('a settlement that nobody reserved counts, and a key that is reserved anew may settle anew', () => {
  const day = book();
  day.settle({key: 'a', tokens: 30, cost: 0});
  expect(day.reserve({key: 'a', tokens: 50, cost: 0, limit: {tokens: 80}}).granted).toBe(true);
  day.settle({key: 'a', tokens: 40, cost: 0});
  expect(day.committed.tokens).toBe(70);
});

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const amount = fc.nat(400);
const step = fc.oneof(
  fc.record({do: fc.constant('reserve' as const), key, tokens: amount, cost: amount}),
  fc.record({do: fc.constant('settle' as const), key, share: fc.double({min: 0, max: 1, noNaN: true})}),
  fc.record({do: fc.constant('carry' as const)}),
);

test('whatever is asked in whatever order, what is granted never exceeds the cap', () => {
  fc.assert(
    fc.property(fc.array(step, {maxLength: 60}), fc.nat(1000), fc.nat(1000), (steps, tokens, cost) => {
      const limit = {tokens, cost};
      let day = book();
      for (const one of steps) {
        const before = day.committed;
        if (one.do === 'carry') day = new SpendLedger('2026-11-23', day.state);
        else if (one.do === 'reserve') {
          const {granted} = day.reserve({...one, limit});
          const fits = before.tokens + one.tokens <= tokens && before.cost + one.cost <= cost;
          if (fits) expect(granted).toBe(true);
        } else {
          // A call that used no more than it had reserved.
          const reserved = day.state.open[one.key];
          if (reserved) day.settle({key: one.key, tokens: reserved.tokens * one.share, cost: reserved.cost * one.share});
        }
        expect(day.committed.tokens).toBeLessThanOrEqual(tokens);
        expect(day.committed.cost).toBeLessThanOrEqual(cost);
      }
    }),
  );
});
