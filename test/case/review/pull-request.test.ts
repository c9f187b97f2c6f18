import {type AcceptedFix, acceptedFix} from '../../../src/case/review/export.ts';
import {pullRequest, type RequestedFix} from '../../../src/case/review/pull-request.ts';
import {type AttemptResult, type CaseStatus, newStatus} from '../../../src/case/status.ts';
import {NO_USAGE} from '../../../src/case/types.ts';

const PROOF = {command: 'dsynth test net/foo', bulkCommand: 'dsynth force net/foo', finishedUtc: '2026-01-01T10:30:00Z'};
const SHA = 'd'.repeat(64);

function requested(more: Partial<AttemptResult> = {}, changed: Partial<CaseStatus> = {}, log: string[] = []): RequestedFix {
  const attempt = {
    ...{attempt: 2, end: 'reported', reason: 'r', turns: 1, minutes: 1, usage: NO_USAGE, built: true, findings: [], diff: SHA},
    ...{proof: {rebuildOk: true, diffSha256: SHA}, said: 'Use sys/endian.h.', effect: 'Only files change.'},
    ...more,
  } as AttemptResult;
  const status: CaseStatus = {
    ...newStatus('port:@main:net/foo', 'run', {target: '@main', origin: 'net/foo'}),
    phase: 'closed',
    outcome: 'fixed',
    accepted: {by: 'ann', atUtc: '2026-01-02T08:00:00.000Z'},
    triage: {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'A header is not there.'},
    attempts: [{...attempt, attempt: 1, proof: undefined} as unknown as AttemptResult, attempt],
    usage: {...NO_USAGE, prompt: 1000, completion: 200, cost: 0.5},
    bundle: {runId: 'run-1', bundleId: 'net_foo-1'},
    ...changed,
  };
  const found = {line: 12, text: '', phase: 'build', family: 'compiler', kind: 'cause', count: 1, facts: {}} as const;
  const context = {from: 11, lines: log};
  const causes = {
    version: 1,
    bytes: 1,
    lines: 20,
    phases: [],
    failedPhase: 'build',
    signature: '',
    findings: [{...found, context}],
  } as const;
  return {fix: acceptedFix(status) as AcceptedFix, proof: {...PROOF, overlayCommit: 'abc'}, causes, model: 'model-x'};
}

/** Returns the body without its code blocks, as a Markdown reader takes them. */
function outsideBlocks(body: string): string {
  let fence = '';
  return body
    .split('\n')
    .filter((line) => {
      const [ticks] = /^`{3,}/.exec(line) ?? [];
      const isEdge = ticks !== undefined && (fence === '' || line === fence);
      if (isEdge) fence = fence === '' ? ticks : '';
      return !isEdge && fence === '';
    })
    .join('\n')
    .replace(/`[^`\n]*`/g, '');
}

test('a pull request has problem, evidence, fix, effect, verification and provenance', () => {
  const {title, body} = pullRequest([requested({}, {}, ['cc -c a.c', 'a.c:1: error: no sys/endian.h'])]);
  expect(title).toBe('net/foo: Use sys/endian.h');
  expect(body.match(/^## .*/gm)).toEqual(['## Problem', '## Fix', '## Effect on the port', '## Verification', '## Provenance']);
  expect(body).toContain('`net/foo` did not build for the target `@main`, in the phase `build`.');
  expect(body).toContain(
    'Line 12 of the build log, with lines 11 to 12:\n\n```text\ncc -c a.c\na.c:1: error: no sys/endian.h\n```',
  );
  expect(body).toContain('A clean rebuild of this diff passed at `2026-01-01T10:30:00Z`.');
  expect(body).toContain('```sh\ndsynth test net/foo\ndsynth force net/foo\n```');
  expect(body).toContain('- Made by: the model `model-x`, in attempt 2 of 2\n- Tokens of the case: 1200 billable, cost 0.5');
  expect(body).toContain('- Reviewer before the proof: none\n- Accepted by: `ann` on `2026-01-02`');
});

test('text of logs, models and operators is in blocks and code that it cannot close', () => {
  const hostile = '```\n````text\n# Fixes #12 @root <img src=x> [a](http://evil.example) `b` \u202e';
  const one = requested(
    {said: hostile, effect: hostile, by: hostile},
    {triage: {classification: hostile, confidence: 'high', platform: hostile, rootCause: hostile}},
    hostile.split('\n'),
  );
  const {title, body} = pullRequest([one]);
  expect(title).not.toMatch(/#\d|\n/);
  expect(outsideBlocks(body)).not.toMatch(/#12|@root|<img|evil\.example/);
  expect(body).not.toContain('\u202e');
  expect(body).toContain('`````text\n```\n````text\n# Fixes #12 @root');
});

test('several fixes are a section each, and what does not fit is named only', () => {
  const many = Array.from({length: 40}, (_, at) =>
    requested(
      {},
      {port: {target: '@main', origin: `net/foo${at}`}},
      Array.from({length: 10}, () => 'x'.repeat(300)),
    ),
  );
  const {title, body} = pullRequest(many);
  expect(title).toMatch(/^Fix 40 ports on DragonFly: net\/foo0, net\/foo1.*…$/);
  expect(title.length).toBeLessThanOrEqual(120);
  expect(body.length).toBeLessThan(65_536);
  expect(body).toContain('## `net/foo0: Use sys/endian.h`\n\n### Problem');
  expect(body).toContain('## Described in their commits only\n\n- `net/foo');
  expect(body).toContain('- `net/foo39: Use sys/endian.h`');
});

test('what is not known is not claimed', () => {
  const {fix} = requested({said: undefined, effect: undefined, by: undefined} as Partial<AttemptResult>, {
    triage: null,
    bundle: null,
  });
  const {body} = pullRequest([{fix, proof: {command: '', finishedUtc: '', overlayCommit: ''}}]);
  expect(body).toContain('It was not compared.');
  expect(body).toContain('left no summary');
  expect(body).toContain('the model `not recorded`');
  expect(body).not.toMatch(/Line \d|```sh|Evidence/);
});
