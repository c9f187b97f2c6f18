import {actionOf} from '../../../src/case/operator/actions.ts';
import {applies} from '../../../src/case/operator/refusal.ts';
import {caseState, stateLabel, stateOf} from '../../../src/case/review/case-state.ts';
import {operatorInstruction} from '../../../src/case/review/handoff.ts';
import {QUESTIONS} from '../../../src/case/review/questions.ts';
import {waitReasonOf} from '../../../src/case/review/wait-reason.ts';
import type {CaseStatus} from '../../../src/case/status.ts';
import {WAIT_REASONS} from '../../../src/case/wait-reason.ts';
import {attempt, caseAt, TRIAGE} from '../../console/case-at.ts';

const waits = (change: Partial<CaseStatus>): CaseStatus => caseAt(['awaiting-operator'], {triage: TRIAGE, ...change});

test.each([
  [waits({pendingOutcome: 'fixed'}), 'review', 'ok', 'Fix ready for review'],
  [
    waits({pendingOutcome: 'manual', waitReason: 'changed-distfile'}),
    'question',
    'warn',
    'Needs you: is the new distfile genuine?',
  ],
  [waits({pendingOutcome: 'manual', waitReason: 'no-dev-env'}), 'blocked', 'bad', 'Blocked by infrastructure: no usable dev-env'],
  [waits({pendingOutcome: null}), 'stopping', 'run', 'Stopping: the overlay is restored'],
  [caseAt(['triage']), 'running', 'run', 'Running: triage'],
  [caseAt(['waiting-env']), 'running', 'run', 'Running: waits for a dev-env'],
  [caseAt(['closed'], {outcome: 'fixed'}), 'fixed', 'ok', 'Fixed'],
  [caseAt(['closed'], {outcome: 'recovered'}), 'closed', 'ok', 'Closed: builds again'],
  [caseAt(['closed'], {outcome: 'needs-help'}), 'closed', 'bad', 'Closed: not repaired'],
] as const)('state %#: %s', (status, kind, tone, label) => {
  const state = stateOf(status);
  expect([state.kind, state.tone, stateLabel(state)]).toEqual([kind, tone, label]);
});

test('a running attempt is named by its turn, of how many, and its tool', () => {
  const budget = {tokensUsed: 0, tokensLimit: null, attemptsLimit: null, minutesLimit: null, costLimit: null, turnsLimit: 12};
  const running = caseAt(['patch'], {budget});
  expect(stateLabel(stateOf(running, {turn: 4, step: 'dsynth_build'}))).toBe('Running: turn 4 of 12, dsynth_build');
  expect(stateLabel(stateOf(running))).toBe('Running: starts an attempt');
});

test('search attributes alone tell a fix from a question', () => {
  const listed = {phase: 'awaiting-operator', outcome: null, classification: 'fetch-checksum'};
  expect(stateLabel(caseState({...listed, pendingOutcome: 'fixed'}))).toBe('Fix ready for review');
  expect(stateLabel(caseState({...listed, pendingOutcome: 'manual'}))).toBe('Needs you: is the new distfile genuine?');
});

test('archives without a reason are judged by their outcome, class and last attempt', () => {
  const found = (change: Partial<CaseStatus>, classification = 'compile-error'): string =>
    waitReasonOf({...waits(change), classification});
  expect(found({pendingOutcome: 'triage-failed'})).toBe('triage-unusable');
  expect(found({pendingOutcome: 'budget-exhausted'})).toBe('budget-short');
  expect(found({pendingOutcome: 'manual'}, 'missing-dep')).toBe('missing-dependency');
  expect(found({pendingOutcome: 'needs-help', attempts: [attempt({end: 'overlay-dirty'})]})).toBe('overlay-changed');
  expect(found({pendingOutcome: 'manual'})).toBe('manual-class');
});

test('used attempts are explained by what the last one came to', () => {
  const refused = {rule: 'r', severity: 'refuse', path: '', reason: 'x'} as const;
  const last = (change: Parameters<typeof attempt>[0]): string =>
    waitReasonOf(waits({pendingOutcome: 'needs-help', waitReason: 'attempts-used', attempts: [attempt(change)]}));
  expect(last({findings: [refused]})).toBe('guard-refuses');
  expect(last({proof: {rebuildOk: false, diffSha256: ''}})).toBe('proof-failed');
  expect(last({})).toBe('attempts-used');
});

test.each(WAIT_REASONS.filter((one) => one !== 'review'))(
  '%s: a question of its own, with answers that the case accepts',
  (waitReason) => {
    const {ask, why, answers} = QUESTIONS[waitReason];
    const others = WAIT_REASONS.filter((one) => one !== waitReason).map((one) => QUESTIONS[one]);
    expect([others.map((one) => one.ask).includes(ask), others.map((one) => one.why).includes(why)]).toEqual([false, false]);
    const failed = {state: 'failed', id: 'x', atUtc: '2026-03-01T10:00:00Z'} as const;
    const status =
      waitReason === 'undelivered'
        ? waits({pendingOutcome: 'fixed', waitReason, delivery: failed})
        : waits({pendingOutcome: 'needs-help', waitReason});
    expect(answers.filter(({action}) => !applies(action, status))).toEqual([]);
    expect(new Set(answers.map(({key}) => key)).size).toBe(answers.length);
    const named = answers.flatMap(({action, fields = [], preset = {}}) =>
      [...fields, ...Object.keys(preset)].filter((field) => actionOf(action).fields[field] === undefined),
    );
    expect(named).toEqual([]);
    expect(operatorInstruction(status)).toMatch(/\.$/);
  },
);
