import {guardDiff} from '../../../src/case/guard/index.ts';
import {ORIGIN} from '../../support/hostile/diffs/write.ts';
import {RIGHT_DIFFS} from '../../support/right-diffs.ts';

test('there are at least 30 right diffs', () => {
  expect(Object.keys(RIGHT_DIFFS).length).toBeGreaterThanOrEqual(30);
});

test.each(Object.entries(RIGHT_DIFFS))('%s: passes, or is only noted', (_name, diff) => {
  const found = guardDiff(diff, ORIGIN, {failedPatches: new Set()});
  expect(found.filter(({severity}) => severity !== 'note')).toEqual([]);
});
