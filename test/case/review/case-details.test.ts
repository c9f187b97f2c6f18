import {AttemptProgress} from '../../../src/case/attempt/progress.ts';
import {attemptDetails} from '../../../src/case/review/attempt-details.ts';
import {caseDetails} from '../../../src/case/review/case-details.ts';
import {caseText} from '../../../src/case/review/case-text.ts';
import {handoffNote} from '../../../src/case/review/handoff.ts';
import {type CaseStatus, newStatus} from '../../../src/case/status.ts';
import {escapeMarkdown} from '../../../src/case/text/markdown.ts';
import {table} from '../../../src/case/text/table.ts';

function attempt(change: Partial<CaseStatus['attempts'][number]> = {}): CaseStatus['attempts'][number] {
  const progress = new AttemptProgress(1);
  progress.turns = 3;
  progress.addUsage({prompt: 1000, cached: 400, completion: 50, reasoning: 0, cost: 0});
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
    '# net/foo: Needs you: how does it continue?',
    'none of 1 attempts passed',
    'compile-error, confidence high',
    'a missing header',
    '## Attempt 1',
    '3 turns, 650 tokens',
    'I tried the header',
    '```diff\n+#include <x.h>\n```',
    'runs/run-1/ports/net_foo-1',
    '--workflow-id port:@t:net/foo ',
  ]) {
    expect(text).toContain(part);
  }
});

test('the details say what is left of the budget, once the tier is known', () => {
  expect(caseDetails(waiting)).not.toContain('**Left:**');
  const budget = {tokensUsed: 650, tokensLimit: 2000, attemptsLimit: 4, minutesLimit: 60, costLimit: 1.5};
  const usage = {prompt: 1000, cached: 400, completion: 50, reasoning: 0, cost: 0.25};
  const handed = {...attempt(), attempt: 2, by: 'ann', minutes: 2.5};
  const text = caseDetails({...waiting, budget, usage, attempts: [attempt({minutes: 10}), handed]});
  expect(text).toContain('; 2 attempts, 12.5 minutes');
  expect(text).toContain('**Left:** 1350 of 2000 tokens, 3 of 4 attempts, 47.5 of 60 minutes, 1.2500 of 1.5000 in money\n');
  expect(text).toContain('## Attempt 2: diff by ann\n\nProof: not run. Ended: its last build failed.');
  const spent = caseDetails({...waiting, budget: {...budget, tokensLimit: 100, minutesLimit: null, costLimit: null}, usage});
  expect(spent).toContain('**Left:** 0 of 100 tokens, 3 of 4 attempts\n');
});

test('where the console is known, the details lead to the case, its logs and each diff', () => {
  const text = caseDetails({...waiting, attempts: [attempt({diff: 'd'}), attempt()]}, 'http://c');
  const at = 'http://c/ui/cases/port%3A%40t%3Anet%2Ffoo';
  for (const part of [
    `[case](${at}?run=run)`,
    '[log](http://c/ui/bundles/net_foo-1/log)',
    `[session](${at}/session?run=run)`,
    '[run](http://c/ui/runs/run-1)',
    '[`runs/run-1/ports/net_foo-1`](http://c/ui/bundles/net_foo-1)',
    `(${at}/diff/1?run=run)`,
  ])
    expect(text).toContain(part);
  expect(text.match(/\/diff\//g)).toHaveLength(1);
  expect(caseDetails(waiting)).not.toContain('](');
});

test('words of a log or a model cannot become markup, and a diff cannot close its fence', () => {
  expect(escapeMarkdown('[x](http://evil) <img src=x> `a` **b**\n# c')).toBe(
    '\\[x\\](http\\://evil) \\<img src=x\\> \\`a\\` \\*\\*b\\*\\* \\# c',
  );
  const text = caseDetails({...waiting, attempts: [attempt({diffText: '+```\n+# fake heading'})]});
  expect(text).toContain('````diff\n+```\n+# fake heading\n````');
  const path = 'a`![x](http://evil)';
  const found = caseDetails({...waiting, attempts: [attempt({findings: [{rule: 'r', severity: 'ask', path, reason: 'w'}]})]});
  expect(found).toContain('- guard, ask: **a\\`\\!\\[x\\](http\\://evil)** w');
});

test('a closed case says its outcome and asks for nothing', () => {
  const text = caseDetails({
    ...waiting,
    phase: 'closed',
    outcome: 'fixed',
    pendingOutcome: null,
    reason: 'a clean rebuild passed',
  });
  expect(text).toContain('# net/foo: Fixed');
  expect(text).not.toContain('temporal workflow update');
});

test('an attempt’s details are its story', () => {
  const progress = new AttemptProgress(1);
  progress.note('patch', 'turn 1: get_file');
  progress.start('asks the model');
  expect(attemptDetails(progress)).toMatch(/asks the model[\s\S]*patch: turn 1: get\\_file/);
});

test('an attempt’s details say what it may still use, and lead to its case', () => {
  const progress = new AttemptProgress(2);
  progress.countTurn('work');
  progress.addUsage({prompt: 100, cached: 0, completion: 10, reasoning: 0, cost: 0.5});
  expect(attemptDetails(progress)).toContain('- **Used:** 1 turn, 110 billable tokens\n\n');
  const text = attemptDetails(progress, {links: 'LINKS', limits: {turns: 12, left: {tokens: 1000, cost: 2}, minutes: 30}});
  expect(text).toContain('LINKS');
  expect(text).toContain('- **Left:** 11 of 12 turns, 890 of 1000 tokens, 30 of 30 minutes, 1.5000 of 2.0000 in money');
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
  expect(text).toMatch(/^port:@t:net\/foo: Needs you: how does it continue\?\n {2}why +none of 1 attempts passed$/m);
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
  progress.applyEffects({rebuildOk: true});
  expect([progress.lastBuild, progress.built]).toEqual(['passed', true]);
  progress.applyEffects({edited: true});
  expect(progress.lastBuild).toBe('none');
  progress.applyEffects({rebuildOk: false});
  expect([progress.lastBuild, progress.built]).toEqual(['failed', false]);
});
