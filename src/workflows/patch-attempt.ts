import {ApplicationFailureCategory} from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  getExternalWorkflowHandle,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {AttemptProgress} from '../case/attempt/progress.ts';
import {isProved} from '../case/attempt/proved.ts';
import {passes} from '../case/guard/index.ts';
import {attemptDetails} from '../case/review/attempt-details.ts';
import {caseLinks} from '../case/review/console-links.ts';
import {type FoundMaster, slavePortReason} from '../case/slave-port.ts';
import {type AttemptEnd, type AttemptResult, type ProofResult, proofSummary} from '../case/status.ts';
import type {RecordId} from '../case/types.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import {type AttemptInput, scopeOf} from '../protocol/patch-attempt.ts';
import {attemptPhase, timeline} from '../protocol/port-case.ts';
import {type Ended, ModelTurns} from './attempt-turns.ts';
import {mayAnswer, reviewDiff} from './diff-review.ts';
import {attemptEndFor, failureMessage, orWarn} from './failures.ts';
import {answerFindings, closeRound, needsRound} from './guard-round.ts';
import {decisionsFor, judgeDiff} from './judge-diff.ts';
import {withLease} from './lease.ts';
import {provePorts} from './prove-ports.ts';
import {control, devEnvFor} from './proxies.ts';

/**
 * One attempt at a repair, under a lease: the overlay as the last attempt left it, turns of the model and its tools,
 * the diff, the guard, the review if the policy wants one, and the rebuild proof; of an operator's own diff, only diff, guard and proof. Whatever happens, the overlay is restored and
 * the lease released. An attempt that comes to no fix fails with its result as the failure's detail, so that Temporal's Web UI shows it as failed.
 * A cancelled attempt returns normally, so that the case knows what it used.
 */
export async function patchAttempt(input: AttemptInput): Promise<AttemptResult> {
  const result = await runAttempt(input);
  if (COUNTS_AS_COMPLETED.has(result.end) || isProved(result) || !patched('21-failed-attempts')) return result;
  throw ApplicationFailure.create({
    message: result.reason,
    type: FAILURES.attemptFailed,
    nonRetryable: true,
    details: [result],
    category: ApplicationFailureCategory.BENIGN,
  });
}

/** Ends of an attempt that tried no fix, or was stopped. */
const COUNTS_AS_COMPLETED: ReadonlySet<AttemptEnd> = new Set(['slave-port', 'cancelled']);

async function runAttempt(input: AttemptInput): Promise<AttemptResult> {
  const progress = new AttemptProgress(input.attempt, (changed) => publish(input, changed));
  if (input.work.kind === 'hand') progress.by = input.work.by;
  setHandler(timeline, () => progress.timeline);
  try {
    const result = await underLease(input, progress);
    progress.start(`it is over: ${result.reason}`);
    return result;
  } catch (error) {
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => archiveTerminatedCase(input));
      return progress.result('cancelled', 'it was interrupted');
    }
    const end = attemptEndFor(error);
    if (end === undefined) throw error;
    return progress.result(end, failureMessage(error));
  }
}

/** Shows in the Web UI what the attempt is doing. */
function publish({attempt, caseId, console, report, work}: AttemptInput, progress: AttemptProgress): void {
  const ofCase = {workflowId: caseId, runId: workflowInfo().parent?.runId};
  const links = console === undefined ? undefined : caseLinks(console, ofCase, report, attempt);
  setCurrentDetails(attemptDetails(progress, {links, limits: work.kind === 'model' ? work : undefined}));
}

/** A case that was terminated cannot archive its own end. */
async function archiveTerminatedCase({report, caseId}: AttemptInput): Promise<void> {
  const archived = control.archiveEnded('was the case terminated?', {bundle: report, caseId});
  await orWarn(`The end of ${caseId} was not archived`, archived);
}

async function underLease(input: AttemptInput, progress: AttemptProgress): Promise<AttemptResult> {
  const {caseId, port, envs, priority} = input;
  const {policy} = input.policy;
  const notify = (text: string): Promise<void> => signalAttemptPhase(input, 'waiting-env', text);
  progress.start(`waits for one of the dev-envs ${envs.join(', ')}`);
  const master = input.master?.origin;
  return withLease({caseId, port, master, envs, priority, policy, notify}, (env) => startInEnv(input, progress, env));
}

async function startInEnv(input: AttemptInput, progress: AttemptProgress, env: string): Promise<AttemptResult> {
  const {caseId, port, report, work} = input;
  const devEnv = devEnvFor(input.policy.policy);
  progress.env = env;
  progress.startedAt = Date.now();
  const label = work.kind === 'hand' ? `${work.by}'s diff` : `attempt ${input.attempt} of ${work.of}`;
  await signalAttemptPhase(input, 'patch', `${label} in dev-env ${env}`);
  if (input.master === undefined) {
    const found = await devEnv.masterPort('is it a slave port?', {env, port});
    if (found !== null) return slavePortResult(progress, port.origin, found);
  }
  const diff = work.kind === 'hand' ? work.diff : work.earlier.at(-1)?.diff;
  const start = diff === undefined ? '' : `, with ${work.kind === 'hand' ? 'the diff' : 'the last attempt’s diff'}`;
  await devEnv.beginAttempt(`takes ${env}${start}`, {bundle: report, env, caseId, ...scopeOf(input), diff});
  return workInEnv(input, progress, env);
}

function slavePortResult(progress: AttemptProgress, origin: string, found: FoundMaster): AttemptResult {
  const result = progress.result('slave-port', slavePortReason(origin, found));
  return 'refused' in found ? result : {...result, master: found};
}

async function workInEnv(input: AttemptInput, progress: AttemptProgress, env: string): Promise<AttemptResult> {
  const {work} = input;
  if (work.kind === 'hand') {
    const ended: Ended = {end: 'handed', reason: `${work.by} handed a diff`};
    return resultOf(progress, ended, await judgeAndProve(input, progress, env));
  }
  const turns = new ModelTurns(input, work, progress, env);
  const attempt = {input, work, progress, env, turns};
  const ended = await reviewDiff(attempt, await turns.run());
  const fault = await judgeAndProve(input, progress, env);
  if (!mayAnswer(ended) || progress.diffReview?.isTakenBack || !needsRound(progress)) {
    closeRound(progress, ended);
    return resultOf(progress, ended, fault);
  }
  // What is found, in the diff or in the package, goes to the model first, once.
  const after = await reviewDiff(attempt, await answerFindings(turns, work, progress));
  const faultAfter = await judgeAndProve(input, progress, env);
  closeRound(progress, after);
  return resultOf(progress, after, faultAfter);
}

function resultOf(progress: AttemptProgress, {end, reason}: Ended, fault: string | undefined): AttemptResult {
  return progress.result(end, fault === undefined ? 'a clean rebuild passed' : `${reason}; ${fault}`);
}

/** Judges the diff that is there, and proves it if nothing prevents that. Returns why it is no fix; undefined if it is one. */
async function judgeAndProve(input: AttemptInput, progress: AttemptProgress, env: string): Promise<string | undefined> {
  const mayBeProved = await judgeDiff(input, progress, env);
  if (!mayBeProved) return guardFault(progress);
  if (progress.lastBuild === 'failed') return 'its last build failed';
  progress.proof ??= await prove(input, env, progress, progress.diff as RecordId);
  const {rebuildOk, findings = []} = progress.proof;
  progress.findings = [...progress.findings, ...findings];
  if (!rebuildOk) return `the clean rebuild ${proofSummary(progress.proof)}`;
  return passes(findings) ? undefined : `the clean rebuild passed; ${guardFault(progress)}`;
}

function guardFault({findings}: AttemptProgress): string {
  return `the diff guard: ${findings.map(({reason}) => reason).join(' ')}`;
}

async function prove(input: AttemptInput, env: string, progress: AttemptProgress, diff: string): Promise<ProofResult> {
  const {caseId, port, report, master} = input;
  await signalAttemptPhase(input, 'prove', `the diff of attempt ${input.attempt} passed the guard`);
  progress.start('a clean rebuild of the recorded diff');
  progress.note('prove', 'clean rebuild of the recorded diff');
  const what = {bundle: report, env, caseId, port, master, diff, decided: decisionsFor(input)};
  const proof = await provePorts(input.policy.policy, what);
  progress.note('prove', `the clean rebuild ${proofSummary(proof)}`);
  return proof;
}

async function signalAttemptPhase(input: AttemptInput, phase: 'waiting-env' | 'patch' | 'prove', text: string): Promise<void> {
  await getExternalWorkflowHandle(input.caseId)
    .signal(attemptPhase, {attempt: input.attempt, phase, words: text})
    .catch((error: unknown) => {
      // A case that is gone cancels this attempt by itself.
      if (isCancellation(error)) throw error;
    });
}
