import {holdDetails, untilTime} from '../../../src/case/operator/hold.ts';
import {limitsWith} from '../../../src/case/operator/limits.ts';
import {refusalOf} from '../../../src/case/operator/refusal.ts';
import {type EffectivePolicy, type Policy, withDefaults} from '../../../src/case/policy/policy.ts';
import {type CaseStatus, newStatus} from '../../../src/case/status.ts';
import {NO_USAGE} from '../../../src/case/types.ts';

const NEW = newStatus('port:@t:net/foo', 'run', {target: '@t', origin: 'net/foo'});
const WAITING: CaseStatus = {
  ...NEW,
  phase: 'awaiting-operator',
  pendingOutcome: 'needs-help',
  tier: 'ASSIST',
  triage: {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'x'},
};
const FILE: Policy = {
  tiers: {AUTO: {max_iterations: 1, max_tokens: 1000}, ASSIST: {max_iterations: 2, max_tokens: 1000}, MANUAL: {}},
  classification_to_tier: {},
  confidence_floor: {},
};
const POLICY = withDefaults(FILE);
const by = 'ann';

const refuseContext = (status: CaseStatus, given: unknown) => refusalOf('provideContext', {status}, given);
const refuseRejection = (status: CaseStatus, given: unknown) => refusalOf('reject', {status}, given);
const refuseGrant = (status: CaseStatus, given: unknown) => refusalOf('grantBudget', {status}, given);
const refuseRetry = (status: CaseStatus, policy: EffectivePolicy | undefined, given: unknown) =>
  refusalOf('retry', {status, policy}, given);
const refuseResolution = (status: CaseStatus, given: unknown) => refusalOf('resolve', {status}, given);
const refuseHandPatch = (status: CaseStatus, given: unknown) => refusalOf('handPatch', {status}, given);

test('names have 1 to 200 characters, texts 1 to 8000, and blanks are none', () => {
  expect(refuseContext(WAITING, {by: 'a'.repeat(200), text: 'x'})).toBeUndefined();
  expect(refuseContext(WAITING, {by: 'a'.repeat(201), text: 'x'})).toMatch(/^provideContext needs "by".* 200 /);
  expect(refuseContext(WAITING, {by: ' ', text: 'x'})).toMatch(/"by"/);
  expect(refuseContext(WAITING, undefined)).toMatch(/"by"/);
  expect(refuseContext(WAITING, {by, text: 'a'.repeat(8001)})).toMatch(/"text".* 8000 .*8001\.$/);
  expect(refuseContext(WAITING, {by, text: ' '})).toMatch(/"text".*none\.$/);
  const fixed: CaseStatus = {...WAITING, pendingOutcome: 'fixed'};
  expect(refuseRejection(fixed, {by, reason: 'x'})).toBeUndefined();
  expect(refuseRejection(fixed, {by, reason: 'a'.repeat(8001)})).toMatch(/reject needs "reason"/);
});

test('a closed case refuses everything with its outcome', () => {
  const closed: CaseStatus = {...WAITING, phase: 'closed', outcome: 'manual'};
  for (const refusal of [
    refuseContext(closed, {by, text: 'x'}),
    refuseGrant(closed, {by, tokens: 1}),
    refuseRetry(closed, POLICY, {by}),
  ])
    expect(refusal).toMatch(/closed as manual\.$/);
});

test('grants are whole numbers up to 10 million tokens and 20 attempts', () => {
  const grant = (given: object) => refuseGrant(WAITING, {by, ...given});
  for (const given of [{tokens: 10_000_000}, {attempts: 20}, {tokens: 0, attempts: 1}]) expect(grant(given)).toBeUndefined();
  for (const tokens of [10_000_001, -1, 1.5, '1']) expect(grant({tokens})).toMatch(/"tokens" from 0 to 10000000; got /);
  for (const attempts of [21, -1, 0.5]) expect(grant({attempts})).toMatch(/"attempts" from 0 to 20; got /);
  for (const given of [{}, {tokens: 0, attempts: 0}]) expect(grant(given)).toMatch(/neither/);
});

test('a retry needs attempts and at least 256 tokens, in a tier that runs', () => {
  const retry = (change: Partial<CaseStatus>, given = {}) => refuseRetry({...WAITING, ...change}, POLICY, {by, ...given});
  const used = (prompt: number) => ({usage: {...NO_USAGE, prompt}});
  expect(retry(used(744))).toBeUndefined();
  expect(retry(used(745))).toMatch(/1000 tokens of tier ASSIST/);
  const attempt = {
    attempt: 1,
    end: 'reported',
    reason: '',
    turns: 0,
    minutes: 0,
    usage: NO_USAGE,
    built: false,
    findings: [],
  } as const;
  expect(retry({attempts: [attempt]})).toBeUndefined();
  expect(retry({attempts: [attempt, attempt]})).toMatch(/2 attempts of tier ASSIST/);
  expect(retry({attempts: [attempt]}, {tier: 'AUTO'})).toMatch(/1 attempts of tier AUTO/);
  expect(retry({}, {tier: 'MANUAL'})).toMatch(/one of AUTO, ASSIST; got "MANUAL"/);
  expect(retry({phase: 'patch'})).toMatch(/in patch\.$/);
  expect(retry({pendingOutcome: null})).toMatch(/stopped/);
  expect(retry({pendingOutcome: 'fixed'})).toMatch(/reject/);
  expect(retry({triage: null, ...used(9999)})).toBeUndefined();
  expect(refuseRetry(WAITING, undefined, {by})).toBeUndefined();
});

test('a resolution has an outcome, and never fixed', () => {
  for (const outcome of ['fixed', 'odd', undefined])
    expect(refuseResolution(WAITING, {by, outcome: outcome as string})).toMatch(/one of manual, needs-help, .*; got /);
  expect(refuseResolution(NEW, {outcome: 'manual'})).toMatch(/^resolve needs "by"/);
});

test('a diff by hand has git’s lines, rules that can be judged, and a case that waits', () => {
  const diff = 'x\ndiff --git a/x b/x\n';
  const hand = (given: object, change: Partial<CaseStatus> = {}) =>
    refuseHandPatch({...WAITING, ...change}, {by, diff, ...given});
  expect(hand({})).toBeUndefined();
  expect(hand({judged: ['large', 'secret']})).toBeUndefined();
  expect(hand({judged: ['large', 'outside']})).toMatch(/got "outside"\. .*large/);
  expect(hand({judged: 'large'})).toMatch(/got "large"\./);
  expect(hand({judged: [`x${'y'.repeat(200)}`]})).toMatch(/got "xy{98}\./);
  expect(hand({judged: {a: 'b'.repeat(200)}})).toMatch(/got \{"a":"b{94}\./);
  expect(hand({judged: () => 1})).toMatch(/got function\./);
  expect(hand({diff: 'see diff --git a/x'})).toMatch(/diff --git/);
  expect(hand({diff: `${diff}${'a'.repeat(100_001)}`})).toMatch(/ 100000 /);
  expect(hand({diff: `${diff}${'a'.repeat(100_000 - diff.length)}`})).toBeUndefined();
  expect(hand({}, {phase: 'patch'})).toMatch(/in patch/);
  expect(hand({}, {pendingOutcome: null})).toMatch(/stopped/);
  expect(hand({by: ''})).toMatch(/handPatch needs "by"/);
});

test('grants grow money and minutes in proportion', () => {
  const policy: EffectivePolicy = withDefaults({
    ...FILE,
    tiers: {ASSIST: {max_iterations: 2, max_tokens: 1000, max_minutes: 30, max_cost: 4}},
  });
  const granted = {tokens: 500, attempts: 1};
  expect(limitsWith({...WAITING, granted}, policy, 'ASSIST')).toMatchObject({tokens: 1500, attempts: 3, minutes: 45, cost: 6});
  expect(limitsWith({...WAITING, granted}, POLICY, 'NONE')).toMatchObject({tokens: 500, attempts: 1, minutes: undefined});
  const empty: EffectivePolicy = withDefaults({...FILE, tiers: {ASSIST: {max_minutes: 30, max_cost: 4}}});
  expect(limitsWith({...WAITING, granted}, empty, 'ASSIST')).toMatchObject({minutes: 30, cost: 4});
});

const NOW = Date.parse('2026-01-18T14:00:00Z');

test.each([
  ['2026-02-01T10:00', true],
  ['2026-02-01T10:00:30', true],
  ['2026-02-01T10:00+02:00', true],
  ['2026-02-01T10:00:00-02:00', true],
  ['9999m', true],
  ['x2026-02-01', false],
  ['2026-02-01x', false],
  ['2026-02-01T10', false],
  ['2026-02-30', false],
  ['12345m', false],
  ['x3d', false],
  ['3dx', false],
])('%s is a time: %s', (text, valid) => {
  const read = () => untilTime(text, NOW);
  if (valid) expect(read()).toMatch(/Z$/);
  else expect(read).toThrow(`got ${JSON.stringify(text)}`);
});

test('a hold ends after now', () => {
  expect(() => untilTime('2026-01-18T14:00:00Z', NOW)).toThrow(/later than now/);
  expect(() => untilTime('0m', NOW)).toThrow(/later than now/);
  expect(untilTime('1m', NOW)).toBe('2026-01-18T14:01:00.000Z');
});

test('the details of a hold list what failed meanwhile', () => {
  const report = {runId: 'run-1', bundleId: 'b-1', target: '@t', port: {target: '@t', origin: 'net/foo'}} as never;
  const hold = {origin: 'net/foo', by: 'a_b', reason: 'r', sinceUtc: '', untilUtc: '2026-02-01T10:00:30.000Z', count: 2};
  const parts = holdDetails({...hold, reports: [report, report]}).split('\n\n');
  expect(parts).toHaveLength(4);
  expect(parts[0]).toMatch(/^# net\/foo .* until 2026-02-01T10:00$/);
  expect(parts[1]).toContain('a\\_b: r.');
  expect(parts[2]).toMatch(/^2 failures/);
  expect(parts[3]).toBe('- `runs/run-1/ports/b-1`, @t\n- `runs/run-1/ports/b-1`, @t');
});
