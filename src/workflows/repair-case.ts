import {
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  executeChild,
  isCancellation,
  ParentClosePolicy,
} from '@temporalio/workflow';
import type {PolicyInEffect} from '../activities/api.ts';
import {LEAST_REPLY} from '../case/budget.ts';
import {limitsWith} from '../case/operator-rules.ts';
import type {TierDecision} from '../case/policy.ts';
import type {AttemptEnd, AttemptResult} from '../case/status.ts';
import {billable, NO_USAGE, type Outcome, type RecordId} from '../case/types.ts';
import type {AttemptInput} from './attempt-input.ts';
import type {CaseRecord} from './case-record.ts';
import {patchAttempt} from './patch-attempt.ts';
import {control, devEnvFor} from './proxies.ts';
import {nonceOf} from './triage-case.ts';

/** Where automation got to: a fix, or a wait for an operator, after which the case closes as `pending`. */
export type Verdict =
  | {readonly kind: 'fixed'; readonly reason: string}
  | {readonly kind: 'wait'; readonly pending: Outcome; readonly reason: string};

/** A wait for the operator. */
export function wait(pending: Outcome, reason: string): Verdict {
  return {kind: 'wait', pending, reason};
}

/** Attempts, one after the other, until a clean rebuild proves a fix or a limit is met. Proof counts before budget. */
export async function repairCase(
  record: CaseRecord,
  inEffect: PolicyInEffect,
  tier: TierDecision,
  triageText: RecordId,
): Promise<Verdict> {
  const missing = await control.findModel.executeWithOptions({summary: 'patch'}, ['patch']);
  if (missing !== null) return wait('manual', missing);
  const {port} = record.status;
  const devEnv = devEnvFor(inEffect.policy);
  const {envs, problem} = await devEnv.findDevEnvs.executeWithOptions({summary: `ready, of ${port.target}`}, [port.target]);
  const [first] = envs;
  if (first === undefined) return wait('manual', `no dev-env can be used: ${problem}`);
  const master = await devEnv.masterPort.executeWithOptions({summary: 'is it a slave port?'}, [{env: first, port}]);
  if (master !== null)
    return wait('manual', `${port.origin} is a slave port: it builds from ${master}, and a fix belongs there. Repair ${master}.`);

  for (;;) {
    // Looked up each time: an operator may grant more meanwhile.
    const limits = limitsWith(record.status, inEffect.policy, tier.tier);
    record.set({budget: {tokensUsed: billable(record.status.usage), tokensLimit: limits.tokens, attemptsLimit: limits.attempts}});
    if (record.status.attempts.length >= limits.attempts) {
      return wait(
        'needs-help',
        `none of ${limits.attempts} attempts passed the rebuild proof; the last: ${record.status.attempts.at(-1)?.reason}`,
      );
    }
    const tokensLeft = limits.tokens - billable(record.status.usage);
    if (tokensLeft < LEAST_REPLY) return wait('budget-exhausted', `the ${limits.tokens} tokens of tier ${tier.tier} are used`);
    const result = await runAttempt(record, inEffect, {tier: tier.tier, envs, limits, tokensLeft, triageText});
    const verdict = verdictOf(result);
    if (verdict !== undefined) return verdict;
  }
}

async function runAttempt(
  record: CaseRecord,
  inEffect: PolicyInEffect,
  given: Pick<AttemptInput, 'tier' | 'envs' | 'tokensLeft' | 'triageText'> & {limits: ReturnType<typeof limitsWith>},
): Promise<AttemptResult> {
  const {limits, ...rest} = given;
  const {workflowId, port, triage, attempts} = record.status;
  if (triage === null) throw new Error('An attempt needs a triage.');
  const attempt = attempts.length + 1;
  const input: AttemptInput = {
    caseId: workflowId,
    port,
    report: record.report,
    policy: inEffect,
    triage,
    nonce: nonceOf(record),
    context: record.status.context,
    ...rest,
    attempt,
    of: limits.attempts,
    turns: limits.turns,
    ...(limits.minutes === undefined ? {} : {minutes: limits.minutes}),
    earlier: attempts,
  };
  const child = `${workflowId}/attempt-${attempt}`;
  record.set({currentAttempt: child});
  await record.enter('waiting-env', `attempt ${attempt} of ${limits.attempts} waits for a dev-env`);
  const result = await executeChild(patchAttempt, {
    workflowId: child,
    args: [input],
    staticSummary: `attempt ${attempt} of ${limits.attempts}: ${port.origin}, ${triage.classification}`,
    // A terminated case must not leave its attempt at work: its clean-up restores the overlay and gives the lease up.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
  }).catch((error: unknown) => endedFromOutside(attempt, error));
  record.set({currentAttempt: null, attempts: [...record.status.attempts, result]});
  record.used(result.usage);
  record.note(`attempt ${attempt} ended: ${result.reason}`);
  await control.writeAttempts.executeWithOptions({summary: `attempt ${attempt}: ${result.reason}`.slice(0, 190)}, [
    {bundle: record.report, attempts: record.status.attempts, status: auditStatus(result)},
  ]);
  return result;
}

/** A child that is terminated from outside gives no result, and its case goes to the operator instead of failing with it. */
function endedFromOutside(attempt: number, error: unknown): AttemptResult {
  if (isCancellation(error) || !(error instanceof ChildWorkflowFailure)) throw error;
  const reason = `it was ended from outside: ${error.cause?.message ?? error.message}`;
  return {attempt, end: 'ended-from-outside', reason, turns: 0, usage: NO_USAGE, built: false, findings: []};
}

function auditStatus(result: AttemptResult): string {
  if (result.proof?.rebuildOk) return 'success';
  return result.end === 'over-budget' ? 'budget-exhausted' : 'needs-help';
}

/** Ends that another attempt would only repeat. */
const FOR_THE_OPERATOR: ReadonlySet<AttemptEnd> = new Set(['model-failed', 'env-failed', 'overlay-dirty', 'ended-from-outside']);

/** What an attempt means for its case; undefined: another attempt may do better. */
function verdictOf(result: AttemptResult): Verdict | undefined {
  const asked = result.findings.filter((finding) => finding.severity === 'ask');
  const refused = result.findings.some((finding) => finding.severity === 'refuse');
  if (result.proof?.rebuildOk) return {kind: 'fixed', reason: 'a clean rebuild passed with the recorded diff'};
  if (asked.length > 0 && !refused)
    return wait('needs-help', `the diff guard asks you to judge: ${asked.map((one) => `${one.path}: ${one.reason}`).join(' ')}`);
  if (result.end === 'over-budget') return wait('budget-exhausted', result.reason);
  if (FOR_THE_OPERATOR.has(result.end)) return wait('needs-help', result.reason);
  return undefined;
}
