import {AttemptProgress} from '../../../src/case/attempt/progress.ts';
import {earlierItem} from '../../../src/case/prompt/messages.ts';
import {attemptDetails} from '../../../src/case/review/attempt-details.ts';
import {caseDetails} from '../../../src/case/review/case-details.ts';
import {caseText} from '../../../src/case/review/case-text.ts';
import {type AcceptedFix, messageOf} from '../../../src/case/review/export.ts';
import {fixItem, fixOf} from '../../../src/case/review/fixes.ts';
import {handoffNote} from '../../../src/case/review/handoff.ts';
import {runDetails, runMarkdown, summarise} from '../../../src/case/run/run-summary.ts';
import {runText} from '../../../src/case/run/run-text.ts';
import {newRun, RunTotals} from '../../../src/case/run/run-totals.ts';
import {type AttemptResult, type CaseStatus, newStatus, type Triage} from '../../../src/case/status.ts';
import {NO_USAGE} from '../../../src/case/types.ts';

const CAUSE = 'The plist is out of date';
const TRIAGE: Triage = {classification: 'plist-error', confidence: 'high', platform: 'generic', rootCause: CAUSE};
const PORT = {target: '@t', origin: 'net/foo'};
const PROOF = {rebuildOk: true, diffSha256: 'd'};

function caseWith(triage: Triage, attempts: AttemptResult[] = []): CaseStatus {
  return {
    ...newStatus('port:@t:net/foo', 'run', PORT),
    phase: 'closed',
    outcome: 'fixed',
    reason: 'a clean rebuild passed',
    triage,
    attempts,
    bundle: {runId: 'r', bundleId: 'b'},
    bundles: [{runId: 'r', bundleId: 'b'}],
  };
}

/** A recipe's attempt with a passed proof. */
function byRecipe(): AttemptResult {
  const progress = new AttemptProgress(1);
  progress.by = 'the recipe error-plist-mismatch';
  progress.diff = 'diff';
  progress.proof = PROOF;
  return progress.result('handed', 'a clean rebuild passed');
}

function runWith({classification}: Triage): Parameters<typeof summarise>[0] {
  const totals = new RunTotals(newRun('r'));
  const caseId = 'port:@t:net/foo';
  totals.join({caseId, runId: 'r', bundleId: 'b', origin: 'net/foo', signature: 's', errorLine: 'Error: Orphaned: x'});
  totals.change({caseId, phase: 'awaiting-operator', outcome: null, classification, usage: NO_USAGE});
  return totals.state;
}

/** Every text about a case that operators or later prompts see. */
function rendered(triage: Triage): Record<string, string> {
  const status = caseWith(triage, [byRecipe()]);
  const fix = fixOf(status);
  const accepted = {by: 'ann', atUtc: '2026-01-02T03:04:05.678Z'};
  const export_: AcceptedFix = {status, attempt: byRecipe(), accepted, bundle: status.bundle};
  const earlier = {bundleId: 'b', runId: 'r', closedUtc: accepted.atUtc, outcome: 'manual', reason: 'r', signature: 's'} as const;
  const run = summarise(runWith(triage));
  return {
    caseDetails: caseDetails(status, 'http://c'),
    caseText: caseText(status),
    attemptDetails: attemptDetails(new AttemptProgress(1)),
    export: messageOf(export_, {command: 'c', finishedUtc: 'f', overlayCommit: 'o'}),
    fix: JSON.stringify(fix && fixItem(fix, 'diff', {port: PORT, signature: ''})),
    earlier: JSON.stringify(earlierItem({...earlier, classification: triage.classification, attempts: 0, bundles: 1}, 'diff')),
    runDetails: runDetails(run),
    runMarkdown: runMarkdown(run),
    runText: runText(run),
  };
}

test.each(Object.entries(rendered({...TRIAGE, rule: 'plist'})))('%s attributes nothing of a rule to the model', (_name, text) => {
  expect(text).not.toMatch(/\bmodel/i);
});

test('a root cause names who determined it', () => {
  const sources: [Partial<Triage>, string][] = [
    [{rule: 'plist'}, 'by the rule plist'],
    [{}, 'by the model'],
    [{from: 'port:@t:net/bar'}, 'by the model, for port:@t:net/bar'],
  ];
  for (const [source, expected] of sources) {
    const status = caseWith({...TRIAGE, ...source});
    expect(caseDetails(status)).toContain(`**Root cause**, ${expected}: ${CAUSE}`);
    expect(caseText(status)).toContain(`  cause     ${CAUSE} (${expected})`);
    expect(handoffNote(status)).toContain(`(confidence high, generic), ${expected}: ${CAUSE}`);
  }
});

test('a diff names the operator or the recipe that supplied it', () => {
  const status = caseWith(TRIAGE, [byRecipe()]);
  expect(caseDetails(status)).toContain('## Attempt 1: diff by the recipe error-plist-mismatch\n\nProof: passed.');
  expect(caseText(status)).toContain('  attempt 1 diff by the recipe error-plist-mismatch, proof passed: a clean rebuild passed');
});
