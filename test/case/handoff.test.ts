import {AttemptProgress} from '../../src/case/attempt-progress.ts';
import {handoffNote} from '../../src/case/handoff.ts';
import {newStatus} from '../../src/case/status.ts';

const CASE = newStatus('port:@t:net/foo', 'run', {target: '@t', origin: 'net/foo'});

test.each([
  ['the provider said no', 'the provider said no.'],
  ['Confidence is none of the words allowed.', 'Confidence is none of the words allowed.'],
])('a reason ends with one full stop: %s', (reason, ends) => {
  const attempts = [new AttemptProgress(1).result('reported', reason)];
  const lines = handoffNote({...CASE, reason, attempts}).split('\n');
  expect(lines).toContain(`Why: ${ends}`);
  expect(lines).toContain(`- Attempt 1: 0 turns, 0 tokens, never built, no proof was run. ${ends}`);
});
