import {AttemptProgress} from '../../../src/case/attempt/progress.ts';
import {handoffNote} from '../../../src/case/review/handoff.ts';
import {newStatus} from '../../../src/case/status.ts';
import {NO_USAGE} from '../../../src/case/types.ts';

const CASE = newStatus('port:@t:net/foo', 'run', {target: '@t', origin: 'net/foo'});

test.each([
  ['the provider said no', 'the provider said no.'],
  ['Confidence is not one of the allowed values.', 'Confidence is not one of the allowed values.'],
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

test('the commands are those that the case asks for, in both forms', () => {
  const waiting = {...CASE, phase: 'awaiting-operator', pendingOutcome: 'needs-help'} as const;
  const lines = (note: string): string[] => note.split('\n').filter((line) => /^ {4}\S/.test(line));
  const commands = (note: string): string[] =>
    lines(note).flatMap((line) => /portwright (\w+)|--name (\w+)/.exec(line)?.slice(1) ?? []);
  const repair = handoffNote(waiting);
  expect(commands(repair).filter(Boolean)).toEqual([
    ...['context', 'provideContext', 'retry', 'retry', 'grant', 'grantBudget', 'patch', 'handPatch', 'resolve', 'resolve'],
  ]);
  expect(lines(repair)).toContain('    portwright resolve port:@t:net/foo --outcome needs-help --note why');
  expect(lines(repair)).toContain(
    `    temporal workflow update execute --workflow-id port:@t:net/foo --name retry --input '{"by":"you"}'`,
  );
  const review = handoffNote({...waiting, pendingOutcome: 'fixed'});
  expect(commands(review).filter(Boolean)).toEqual(['accept', 'accept', 'reject', 'reject']);
});

test('a slave port is handed over with its master, the overlay of that and its other slave ports', () => {
  const master = {origin: 'net/bar', overlay: 'compat', slaves: ['net/x', 'net/y'], isInScope: false} as const;
  const attempt = {attempt: 1, end: 'slave-port', reason: 'r', turns: 0, minutes: 0, usage: NO_USAGE, built: false} as const;
  const note = handoffNote({...CASE, master, attempts: [{...attempt, findings: []}]});
  expect(note).toContain(
    'a slave port of net/bar (its overlay has the older form, without overlay.dops; 2 other slave ports). They are net/x, net/y.',
  );
  expect(note).toContain('Repair ports/net/bar/ of the overlay, which net/foo builds from');
});
