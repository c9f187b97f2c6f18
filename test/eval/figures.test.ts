import {computeFigures, median} from '../../src/eval/figures.ts';
import {row} from './made.ts';

const ROWS = [
  row({name: 'right'}),
  row({name: 'false', wrong: ['beside']}),
  row({name: 'none', outcome: 'needs-help', proved: false, classification: 'patch-error', classRight: false, rootCauseAt: 3}),
  row({name: 'near', outcome: 'needs-help', proved: false, classification: 'patch-error', rootCauseAt: null}),
  row({name: 'left', expectedOutcome: 'operator', outcome: 'manual', proved: false, labelled: false, rootCauseAt: null}),
  row({name: 'broken', outcome: 'failed', proved: false, classification: null, classRight: false, via: null, rootCauseAt: null}),
];

describe('computeFigures', () => {
  const figures = computeFigures(ROWS, true);

  test('a false fix is no fix, and is counted among the proved', () => {
    expect(figures.fixed).toEqual({count: 1, of: 5});
    expect(figures.falseFixed).toEqual({count: 1, of: 2});
    expect(figures.leftToOperator).toEqual({count: 1, of: 1});
    expect(figures.failed).toBe(1);
  });

  test('total tokens and money are divided by the right fixes', () => {
    expect(figures.tokens).toBe(6000);
    expect(figures.tokensPerFix).toBe(6000);
    expect(figures.costPerFix).toBeCloseTo(1.2);
    const none = computeFigures(ROWS.slice(1), true);
    expect([none.tokensPerFix, none.costPerFix, none.medianTurnsOfFix]).toEqual([null, null, null]);
  });

  test('the confusion table counts pairs, and how many of them are acceptable', () => {
    expect(figures.confusion).toEqual([
      {expected: 'compile-error', got: 'compile-error', count: 3, right: 3},
      {expected: 'compile-error', got: 'patch-error', count: 2, right: 1},
      {expected: 'compile-error', got: null, count: 1, right: 0},
    ]);
    expect(figures.classRight).toEqual({count: 4, of: 6});
  });

  test('root causes count over the cases that are labelled', () => {
    expect([figures.rootCauseHit, figures.rootCauseFirst]).toEqual([
      {count: 3, of: 5},
      {count: 2, of: 5},
    ]);
  });

  test('decisions of rules and of the model are counted separately', () => {
    const {ruleRight, modelRight, fixedByRecipe} = computeFigures([...ROWS, row({via: 'rule', fixedBy: 'recipe'})], true);
    expect([ruleRight, modelRight]).toEqual([
      {count: 1, of: 1},
      {count: 4, of: 5},
    ]);
    expect(fixedByRecipe).toBe(1);
  });

  test('a clean fix is a right one without a reason against it, and one that was not judged does not count', () => {
    const rows = [
      row({unclean: []}),
      row({unclean: ['dead']}),
      row(),
      row({unclean: [], wrong: ['beside']}),
      row({proved: false}),
    ];
    expect(computeFigures(rows, true).clean).toEqual({count: 1, of: 4});
  });

  test('tokens count with and without the cached part of the prompts', () => {
    const usage = {prompt: 900, cached: 600, completion: 100, reasoning: 0, cost: 0};
    const {tokens, tokensWithCache, lostToLimits} = computeFigures([row({usage, lostToLimits: 2}), row({usage})], true);
    expect([tokens, tokensWithCache, lostToLimits]).toEqual([800, 2000, 2]);
  });

  test('without repair, missing fixes do not count', () => {
    const triage = computeFigures([row({outcome: 'manual', proved: false})], false);
    expect([triage.fixed.of, triage.falseFixed.of, triage.leftToOperator.of]).toEqual([0, 0, 0]);
  });
});

test('the median of an even count is the mean of the middle two', () => {
  expect([median([]), median([3]), median([9, 1, 2, 4])]).toEqual([null, 3, 3]);
});
