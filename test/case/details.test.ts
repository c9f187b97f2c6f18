import {AttemptProgress} from '../../src/case/attempt-progress.ts';
import {caseText} from '../../src/case/case-text.ts';
import {attemptDetails, caseDetails, escapeMarkdown} from '../../src/case/details.ts';
import {handoffNote} from '../../src/case/handoff.ts';
import {type CaseStatus, newStatus} from '../../src/case/status.ts';
import {table} from '../../src/case/table.ts';

function attempt(change: Partial<CaseStatus['attempts'][number]> = {}): CaseStatus['attempts'][number] {
  const progress = new AttemptProgress(1);
  progress.turns = 3;
  progress.used({prompt: 1000, cached: 400, completion: 50, reasoning: 0, cost: 0});
  return {...progress.result('reported', 'its last build failed'), ...change};
}

const waiting: CaseStatus = {
  ...newStatus('port:@t:net/foo', 'run', {target: '@t', origin: 'net/foo'}),
  phase: 'awaiting-operator',
  pendingOutcome: 'needs-help',
  reason: 'none of 1 attempts passed',
  tier: 'ASSIST',
  triage: {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'a missing header'},
  bundles: [{runId: 'run-1', bundleId: 'net_foo-1'}],
  attempts: [attempt({said: 'I tried the header', diffText: '+#include <x.h>'})],
};

test('the details say what failed, what was tried, why it waits, and how to close it', () => {
  const text = caseDetails(waiting);
  for (const part of [
    '# net/foo: awaiting-operator',
    'none of 1 attempts passed',
    'compile-error, confidence high',
    'a missing header',
    '## Attempt 1',
    '3 turns, 650 tokens',
    'I tried the header',
    '```diff\n+#include <x.h>\n```',
    'runs/run-1/ports/net_foo-1',
    "--workflow-id 'port:@t:net/foo'",
  ]) {
    expect(text).toContain(part);
  }
});

test('words of a log or a model cannot become markup, and a diff cannot close its fence', () => {
  expect(escapeMarkdown('[x](http://evil) <img src=x> `a` **b**\n# c')).toBe(
    '\\[x\\](http://evil) \\<img src=x\\> \\`a\\` \\*\\*b\\*\\* \\# c',
  );
  const text = caseDetails({...waiting, attempts: [attempt({diffText: '+```\n+# fake heading'})]});
  expect(text).toContain('````diff\n+```\n+# fake heading\n````');
});

test('a closed case says its outcome and asks for nothing', () => {
  const text = caseDetails({
    ...waiting,
    phase: 'closed',
    outcome: 'fixed',
    pendingOutcome: null,
    reason: 'a clean rebuild passed',
  });
  expect(text).toContain('# net/foo: fixed');
  expect(text).not.toContain('temporal workflow update');
});

test('an attempt’s details are its story', () => {
  const progress = new AttemptProgress(1);
  progress.note('patch', 'turn 1: get_file');
  expect(attemptDetails(progress, 'asks the model')).toMatch(/asks the model[\s\S]*patch: turn 1: get\\_file/);
});

test('the hand-off note has the five parts, by what the case needs', () => {
  const note = handoffNote(waiting);
  for (const heading of [
    '## What failed',
    '## What was tried',
    '## What it cost so far',
    '## What is asked of you',
    '## Commands',
  ])
    expect(note).toContain(heading);
  expect(note).toContain('analysis/changes.diff');
  expect(
    handoffNote({
      ...waiting,
      attempts: [],
      triage: {...(waiting.triage as NonNullable<CaseStatus['triage']>), classification: 'fetch-checksum'},
    }),
  ).toContain('may be an attack');
  expect(handoffNote({...waiting, attempts: []})).toContain('Nothing was changed and nothing was built.');
});

test('a case as plain text has its reason, its attempts and its story', () => {
  const text = caseText({...waiting, timeline: [{atUtc: '2026-01-02T03:04:05.678Z', phase: 'triage', text: 'the model reads'}]});
  expect(text).toMatch(/^port:@t:net\/foo: awaiting-operator\n {2}why +none of 1 attempts passed$/m);
  expect(text).toContain('attempt 1 3 turns, 650 tokens, not built, no proof: its last build failed');
  expect(text).toContain('2026-01-02 03:04:05  triage             the model reads');
});

test('a table has its columns in line', () => {
  expect(
    table([
      ['Case', 'Phase'],
      ['a', 'patch'],
      ['longer', 'x'],
    ]),
  ).toBe('Case    Phase\na       patch\nlonger  x');
});

test('an edit makes an earlier build count for nothing', () => {
  const progress = new AttemptProgress(1);
  progress.effects({rebuildOk: true});
  expect([progress.lastBuild, progress.built]).toEqual(['passed', true]);
  progress.effects({edited: true});
  expect(progress.lastBuild).toBe('none');
  progress.effects({rebuildOk: false});
  expect([progress.lastBuild, progress.built]).toEqual(['failed', false]);
});
