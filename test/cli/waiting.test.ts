import {age} from '../../src/case/text/age.ts';
import {longestFirst, waitingText} from '../../src/cli/waiting.ts';

const NOW = Date.parse('2026-01-03T12:00:00Z');

test('an age is told in minutes, hours or days, and a clock that is behind makes none negative', () => {
  const ago = (minutes: number): string => new Date(NOW - minutes * 60_000).toISOString();
  expect([0, 119, 120, 47 * 60, 48 * 60, -5].map((minutes) => age(ago(minutes), NOW))).toEqual([
    '0 min',
    '119 min',
    '2 h',
    '47 h',
    '2 d',
    '0 min',
  ]);
});

test('tells who waits, how long, for what, and what is asked; a case that does not answer is named too', () => {
  const one = {
    workflowId: 'port:@main:net/foo',
    waitingSinceUtc: '2026-01-03T09:00:00Z',
    reason: 'no\x1b[2J env',
    asked: 'Make one.',
    state: 'Blocked by infrastructure: no usable dev-env',
  };
  const fix = {...one, state: 'Fix ready for review', pendingOutcome: 'fixed'} as const;
  const silent = {
    workflowId: 'port:@main:net/bar',
    waitingSinceUtc: null,
    reason: null,
    asked: null,
    state: null,
    pendingOutcome: null,
  };
  expect(waitingText([{...one, pendingOutcome: 'manual'}, fix, silent], NOW)).toBe(
    [
      'port:@main:net/foo: Blocked by infrastructure: no usable dev-env (waits 3 h; closes as manual if nobody answers)\n  why    no env\n  asked  Make one.',
      'port:@main:net/foo: Fix ready for review (waits 3 h)\n  why    no env\n  asked  Make one.',
      'port:@main:net/bar waits; it does not answer, and has no archive here',
    ].join('\n\n'),
  );
  expect(waitingText([], NOW)).toBe('No case waits for an operator.');
});

test('those that wait longest come first, after those that do not answer', () => {
  const since = (waitingSinceUtc: string | null) => ({
    workflowId: 'x',
    waitingSinceUtc,
    reason: null,
    asked: null,
    state: null,
    pendingOutcome: null,
  });
  const sorted = longestFirst(['2026-01-03T09:00:00Z', null, '2025-12-31T09:00:00Z'].map(since));
  expect(sorted.map(({waitingSinceUtc}) => waitingSinceUtc)).toEqual([null, '2025-12-31T09:00:00Z', '2026-01-03T09:00:00Z']);
});
