import {
  ApplicationFailure,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  isCancellation,
  ParentClosePolicy,
  startChild,
  uuid4,
} from '@temporalio/workflow';
import {isProved} from '../case/attempt/proved.ts';
import {sameFinalError} from '../case/attempt/stop-rules.ts';
import {MIN_REPLY_TOKENS} from '../case/budget/budget.ts';
import {formatMoney} from '../case/budget/money.ts';
import {limitsWith, minutesUsed} from '../case/operator/limits.ts';
import {whyMasterWaits} from '../case/policy/masters.ts';
import {caseLinks} from '../case/review/console-links.ts';
import type {MasterPort} from '../case/slave-port.ts';
import {type AttemptEnd, type AttemptResult, countedAttempts, withoutTexts} from '../case/status.ts';
import {escapeMarkdown} from '../case/text/markdown.ts';
import {masterLabel} from '../case/text/master-label.ts';
import {toSummary} from '../case/text/summary.ts';
import {billable, NO_USAGE, type RecordId} from '../case/types.ts';
import type {WaitReason} from '../case/wait-reason.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import type {AttemptInput, HandWork, ModelWork} from '../protocol/patch-attempt.ts';
import {WORKFLOW_TASK_TIMEOUT} from '../protocol/task-queue.ts';
import {attemptId} from '../protocol/workflow-ids.ts';
import {type CaseContext, fixed, recovered as recoveredVerdict, type Verdict, wait} from './case-context.ts';
import type {CaseRecord} from './case-record.ts';
import {failureMessage, rethrowUnlessFailed} from './failures.ts';
import {patchAttempt} from './patch-attempt.ts';
import {artifacts, control, devEnvFor} from './proxies.ts';
import {recheckPort} from './recheck.ts';
import {startChildCancellable} from './start-child-cancellable.ts';
import {promptNonce} from './triage-case.ts';

/** Failures of dev-envs in a row after which the case goes to its operator. */
const ENV_FAILURES = 3;

/** Attempts, one after the other, until a clean rebuild proves a fix or a limit is met. Proof counts before budget. */
export async function repairCase(context: CaseContext, tier: string, triageText: RecordId, priority: number): Promise<Verdict> {
  const {envs, problem} = await findEnvs(context);
  if (envs.length === 0) return wait('manual', 'no-dev-env', `no dev-env can be used: ${problem}`);
  const recovered = await recheck(context, {envs, priority});
  if (recovered !== undefined) return recovered;
  const byRule = await tryRecipes(context, {envs, priority});
  if (byRule !== undefined) return byRule;
  const missing = await control.findModel('is there one for patch?', 'patch', context.policy);
  if (missing !== null) return wait('manual', 'no-model', missing);

  for (;;) {
    const spent = overLimits(context, tier);
    if (spent !== undefined) return spent;
    const work = modelWork(context, tier, triageText);
    const verdict = verdictOf(await runAttempt(context, {envs, priority, work}), context.record.status.attempts);
    if (verdict !== undefined) return verdict;
  }
}

/**
 * Builds the port as it is, where the policy wants that before the first attempt. Returns the verdict if it builds; a build that fails, or
 * cannot be made, leaves the case to its attempts.
 */
async function recheck(
  {record, policy}: CaseContext,
  given: Pick<AttemptInput, 'envs' | 'priority'>,
): Promise<Verdict | undefined> {
  const {workflowId: caseId, port, attempts, signature} = record.status;
  if (!policy.recheck || attempts.length > 0) return undefined;
  await record.transition('waiting-env', 'waits for a dev-env to build the port as it is');
  const start = () =>
    startChild(recheckPort, {
      workflowId: attemptId(caseId, 0, uuid4()),
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      args: [{caseId, port, report: record.report, policy, ...given}],
      staticSummary: toSummary(`recheck: ${port.origin}`),
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    });
  const built = await startChildCancellable(start)
    .then((started) => started.result())
    .catch((error: unknown) => {
      rethrowUnlessFailed(error);
      record.note(`the port could not be built as it is: ${failureMessage(error)}`);
      return null;
    });
  if (built === null) return undefined;
  if (built.builds) return recoveredVerdict('the port builds on the present tree without a change');
  const same = built.signature === signature ? 'in the same way' : 'in another way than reported';
  record.note(`the port fails on the present tree too, in ${built.phase ?? 'its build'}, ${same}`);
  return undefined;
}

/** Fixes that need no model, each by guard and proof, once in a case. What did not pass is the model's to know. */
async function tryRecipes(context: CaseContext, given: Pick<AttemptInput, 'envs' | 'priority'>): Promise<Verdict | undefined> {
  const {record, policy} = context;
  const proposed = devEnvFor(policy).proposeFixes('is there a recipe?', {
    report: record.report,
    env: given.envs[0] as string,
    policy: {recipes: policy.recipes},
  });
  const fixes = await proposed.catch((error: unknown) => {
    rethrowUnlessFailed(error);
    record.note(`no recipe could be tried: ${failureMessage(error)}`);
    return [];
  });
  for (const {recipe, diff, note, review} of fixes) {
    const by = `the recipe ${recipe}`;
    if (record.status.attempts.some((one) => one.by === by && one.end !== 'env-failed')) continue;
    record.note(`${by}: ${note}`);
    const result = await runAttempt(context, {...given, work: {kind: 'hand', by, diff}});
    if (result.end === 'slave-port' || result.end === 'cancelled') return verdictOf(result, []);
    if (!isProved(result)) continue;
    const advice = review === undefined ? '' : `; check this: ${review}`;
    return fixed(`a clean rebuild passed with the diff by ${by}${advice}`);
  }
  return undefined;
}

/** Guard and proof of an operator's own diff. It costs no tokens and none of the tier's attempts. */
export async function proveHandPatch(context: CaseContext, work: HandWork): Promise<Verdict> {
  const {envs, problem} = await findEnvs(context);
  if (envs.length === 0) return wait('manual', 'no-dev-env', `no dev-env can be used: ${problem}`);
  const result = await runAttempt(context, {envs, priority: 1, work});
  const [how, waitReason] =
    result.end === 'env-failed'
      ? (['could not be proved, try again', 'dev-env-failed'] as const)
      : (['did not pass', 'own-diff-failed'] as const);
  return verdictOf(result, []) ?? wait('needs-help', waitReason, `the diff by ${work.by} ${how}: ${result.reason}`);
}

async function findEnvs({record, policy}: CaseContext): Promise<{envs: readonly string[]; problem: string}> {
  const {target} = record.status.port;
  return devEnvFor(policy).findDevEnvs(`of ${target}`, target);
}

/** Returns the verdict if a limit is met. Read before each attempt: an operator may grant more meanwhile. */
function overLimits({record, policy}: CaseContext, tier: string): Verdict | undefined {
  const limits = limitsWith(record.status, policy, tier);
  const {usage, attempts} = record.status;
  const tokensUsed = billable(usage);
  const shown = {minutesLimit: limits.minutes ?? null, costLimit: limits.cost ?? null, turnsLimit: limits.turns};
  record.set({budget: {tokensUsed, tokensLimit: limits.tokens, attemptsLimit: limits.attempts, ...shown}});
  if (countedAttempts(attempts).length >= limits.attempts)
    return wait(
      'needs-help',
      'attempts-used',
      `none of ${limits.attempts} attempts passed the rebuild proof; the last: ${attempts.at(-1)?.reason}`,
    );
  if (limits.tokens - tokensUsed < MIN_REPLY_TOKENS)
    return wait('budget-exhausted', 'tokens-used', `the ${limits.tokens} tokens of tier ${tier} are used`);
  if (limits.minutes !== undefined && minutesUsed(record.status) >= limits.minutes)
    return wait('budget-exhausted', 'minutes-used', `the ${limits.minutes} minutes of tier ${tier} are used`);
  if (limits.cost !== undefined && usage.cost >= limits.cost)
    return wait('budget-exhausted', 'money-used', `the ${formatMoney(limits.cost)} of tier ${tier} are spent`);
  return undefined;
}

function modelWork(given: CaseContext, tier: string, triageText: RecordId): ModelWork {
  const {record, policy} = given;
  const {triage, context, attempts, earlier, usage} = record.status;
  if (triage === null) throw new Error('An attempt needs a triage.');
  const limits = limitsWith(record.status, policy, tier);
  return {
    kind: 'model',
    triage,
    triageText,
    nonce: promptNonce(record),
    context,
    tier,
    of: limits.attempts + attempts.length - countedAttempts(attempts).length,
    turns: limits.turns,
    minutes: limits.minutes === undefined ? undefined : Math.max(0, limits.minutes - minutesUsed(record.status)),
    left: {
      tokens: limits.tokens - billable(usage),
      cost: limits.cost === undefined ? undefined : limits.cost - usage.cost,
    },
    earlier: withoutTexts(attempts),
    earlierCases: earlier,
  };
}

type Given = Pick<AttemptInput, 'envs' | 'priority' | 'work'>;

/** Runs an attempt. The first of a slave port ends with its master; where the policy lets the case go on there, it runs again. */
async function runAttempt(context: CaseContext, given: Given): Promise<AttemptResult> {
  const result = await runOnce(context, given);
  if (result.end !== 'slave-port' || result.master === undefined) return result;
  const problem = await takeMaster(context, result.master);
  return problem === undefined ? runOnce(context, given) : {...result, reason: problem};
}

/** Takes a slave port's master into the case's scope. Returns why an operator decides instead; undefined if it is taken. */
async function takeMaster({record, policy, masterHold}: CaseContext, master: MasterPort): Promise<string | undefined> {
  const {origin} = record.status.port;
  const problem = whyMasterWaits(policy, origin, master) ?? (await masterHold.take(master.origin, origin));
  if (problem !== undefined) return problem;
  record.set({master: {...master, isInScope: true}});
  record.note(`the case goes on at the master ${masterLabel(master)}`);
  return undefined;
}

async function runOnce({record, policy, texts}: CaseContext, given: Given): Promise<AttemptResult> {
  const {workflowId: caseId, port, triage, attempts} = record.status;
  const master = record.status.master?.isInScope ? record.status.master : undefined;
  const {console, report} = record;
  const attempt = attempts.length + 1;
  const {work} = given;
  const label = work.kind === 'hand' ? `the diff by ${work.by}` : `attempt ${attempt} of ${work.of}`;
  const workflowId = attemptId(caseId, attempt, uuid4());
  record.set({currentAttempt: workflowId});
  await record.transition('waiting-env', `${label} waits for a dev-env`);
  const start = () =>
    startChild(patchAttempt, {
      workflowId,
      workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
      args: [{caseId, port, master, report, policy: {policy, texts}, attempt, console, ...given}],
      staticSummary: toSummary(`${label}: ${port.origin}, ${triage?.classification ?? 'not triaged'}`),
      staticDetails: attemptFacts(record, attempt),
      // A terminated case must not leave its attempt at work: its clean-up restores the overlay and releases the lease.
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    });
  const ended = await startChildCancellable(start)
    .then((started) => started.result())
    .catch((error: unknown) => resultOfFailure(attempt, error));
  const {bundleId, runId} = report;
  const result: AttemptResult = {...ended, workflowId, bundle: {bundleId, runId}};
  const found = result.master === undefined ? {} : {master: {...result.master, isInScope: false}};
  record.set({currentAttempt: null, attempts: [...record.status.attempts, result], ...found});
  record.addUsage(result.usage);
  record.note(`attempt ${attempt} ended: ${result.reason}`);
  await record.writeArtifact('analysis/patch_audit.json', () =>
    artifacts.writeAttempts(toSummary(`attempt ${attempt}: ${result.reason}`), {
      bundle: report,
      attempts: record.archived.attempts,
      status: auditStatus(result),
    }),
  );
  return result;
}

/** What the Web UI shows of an attempt without a worker. Temporal’s protocol limits it to 20,000 bytes. */
function attemptFacts({console, status, report}: CaseRecord, attempt: number): string {
  const {workflowId, triage, attempts} = status;
  return [
    `Attempt ${attempt} of \`${workflowId}\`: its turns and tools are the events.`,
    ...(console === undefined ? [] : [caseLinks(console, status, report, attempt)]),
    ...(triage?.rootCause ? [`**Root cause:** ${escapeMarkdown(triage.rootCause.slice(0, 1000))}`] : []),
    ...attempts.slice(-5).map((one) => `Before it, attempt ${one.attempt}: ${escapeMarkdown(one.reason.slice(0, 300))}`),
  ].join('\n\n');
}

/**
 * Returns the result of an attempt that has failed: its failure's detail. A child that is terminated from outside has none, and its case
 * goes to the operator instead of failing with it.
 */
function resultOfFailure(attempt: number, error: unknown): AttemptResult {
  if (isCancellation(error) || !(error instanceof ChildWorkflowFailure)) throw error;
  const {cause, message} = error;
  if (cause instanceof ApplicationFailure && cause.type === FAILURES.attemptFailed) return cause.details?.[0] as AttemptResult;
  const reason = `it was ended from outside: ${cause?.message ?? message}`;
  return {attempt, end: 'ended-from-outside', reason, turns: 0, minutes: 0, usage: NO_USAGE, built: false, findings: []};
}

function auditStatus(result: AttemptResult): string {
  if (isProved(result)) return 'success';
  return result.end === 'over-budget' ? 'budget-exhausted' : 'needs-help';
}

/** Ends that another attempt would only repeat. */
const FOR_THE_OPERATOR: Readonly<Partial<Record<AttemptEnd, WaitReason>>> = {
  'model-failed': 'model-failed',
  'gave-up': 'gave-up',
  'overlay-dirty': 'overlay-changed',
  'diff-refused': 'diff-unusable',
  'ended-from-outside': 'ended-outside',
  // In Temporal: a case that stops its attempt itself does not ask what it came to.
  cancelled: 'ended-outside',
  'automation-failed': 'automation-failed',
};

/** What an attempt means for its case; undefined: another attempt may do better. */
function verdictOf(result: AttemptResult, attempts: readonly AttemptResult[]): Verdict | undefined {
  if (isProved(result)) return fixed('a clean rebuild passed with the recorded diff');
  const question = questionFor(result);
  if (question !== undefined) return wait('needs-help', 'guard-asks', question);
  if (result.end === 'over-budget') return wait('budget-exhausted', 'budget-short', result.reason);
  if (result.end === 'slave-port') return wait('manual', 'slave-port', result.reason);
  const waitReason = FOR_THE_OPERATOR[result.end];
  if (waitReason !== undefined) return wait('needs-help', waitReason, result.reason);
  if (attempts.slice(-ENV_FAILURES).filter((one) => one.end === 'env-failed').length === ENV_FAILURES)
    return wait('needs-help', 'dev-env-failed', `the dev-env failed ${ENV_FAILURES} times in a row: ${result.reason}`);
  if (sameFinalError(countedAttempts(attempts).map((one) => one.finalError ?? '')))
    return wait('needs-help', 'same-error', `two attempts ended with the same error; the last: ${result.reason}`);
  return undefined;
}

/**
 * Returns what the guard asks the operator of a diff; undefined where it asks nothing, or refuses, or where a model has not been
 * asked first and insisted: then another attempt gets the findings.
 */
function questionFor({findings, by, guardRound}: AttemptResult): string | undefined {
  const asked = findings.filter(({severity}) => severity === 'ask');
  const isRefused = findings.some(({severity}) => severity === 'refuse');
  if (asked.length === 0 || isRefused) return undefined;
  const question = `the diff guard asks you to judge: ${asked.map((one) => `${one.rule}, ${one.path}: ${one.reason}`).join(' ')}`;
  if (by !== undefined) return question;
  return guardRound?.insists === undefined ? undefined : `${question} The model insists: ${guardRound.insists}`;
}
