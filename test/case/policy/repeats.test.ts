import {repeatedFailure} from '../../../src/case/policy/repeats.ts';
import type {EarlierCase} from '../../../src/case/status.ts';

const NOW = Date.parse('2026-01-18T14:00:00Z');
const LIMITS = {attempts: 3, window_hours: 2, same_signature: 2, bundles: 5};

function closed(minutesAgo: number, given: Partial<EarlierCase> = {}): EarlierCase {
  const closedUtc = new Date(NOW - minutesAgo * 60_000).toISOString();
  const what = {
    outcome: 'needs-help',
    reason: 'r',
    classification: 'compile-error',
    signature: 'a',
    attempts: 0,
    bundles: 1,
  } as const;
  return {bundleId: 'b', runId: 'r', closedUtc, ...what, ...given};
}
const check = (earlier: EarlierCase[], signature = 'z') => repeatedFailure(LIMITS, earlier, signature, NOW);

test('what is over for longer than the window counts for nothing', () => {
  expect(check([1, 2, 3].map(() => closed(121, {attempts: 2})))).toBeUndefined();
  expect(check([])).toBeUndefined();
});

test('cases in which a model worked, the same failure, and failures at all have limits of their own', () => {
  expect(check([1, 2, 3].map((at) => closed(at, {attempts: 1})))).toMatch(/worked on 3 cases/);
  expect(check([closed(1, {attempts: 4}), closed(2, {attempts: 4})])).toBeUndefined();
  expect(check([closed(1), closed(2)], 'a')).toMatch(/2 cases of this port had the same failure/);
  expect(check([closed(1, {signature: ''}), closed(2, {signature: ''})], '')).toBeUndefined();
  expect(check([closed(1, {bundles: 4})])).toMatch(/failed 5 times/);
});
