import {AttemptProgress} from '../../../src/case/attempt/progress.ts';
import {handoffNote} from '../../../src/case/review/handoff.ts';
import {newStatus} from '../../../src/case/status.ts';

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

test('the operator is sent to a diff only where there is one', () => {
  const attempt = {...new AttemptProgress(1).result('reported', 'x'), diffText: ''};
  const empty = {severity: 'refuse', rule: 'empty', path: '', reason: 'Nothing was changed.'} as const;
  const note = handoffNote({...CASE, attempts: [{...attempt, findings: [empty]}]});
  expect(note).toContain('No change is left.');
  expect(note).not.toContain('changes.diff');
  expect(note.split('\n')).toContain('  - guard, refuse (empty): Nothing was changed.');
  expect(handoffNote({...CASE, attempts: [{...attempt, diffText: '+x'}]})).toContain('Read analysis/changes.diff');
  const asked = {severity: 'ask', rule: 'large', path: 'p', reason: 'It adds 3000 lines.'} as const;
  const judge = handoffNote({...CASE, attempts: [{...attempt, diffText: '+x', findings: [asked]}]});
  expect(judge).toContain('`portwright diff net/foo | portwright patch net/foo --diff - --judged large`');
});
