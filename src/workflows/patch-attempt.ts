import {CancellationScope, getExternalWorkflowHandle, isCancellation, setHandler} from '@temporalio/workflow';
import {AttemptProgress} from '../case/attempt/progress.ts';
import type {Decided} from '../case/guard/index.ts';
import {buildLimits} from '../case/policy/policy.ts';
import type {AttemptResult, ProofResult} from '../case/status.ts';
import type {AttemptInput} from '../protocol/patch-attempt.ts';
import {attemptPhase, timeline} from '../protocol/port-case.ts';
import {type Ended, runTurns} from './attempt-turns.ts';
import {attemptEndFor, failureMessage} from './failed-activity.ts';
import {Lease} from './lease.ts';
import {control, devEnvFor} from './proxies.ts';
import {showAttempt} from './show-attempt.ts';

/**
 * One attempt at a repair, under a lease: the overlay as the last attempt left it, turns of the model and its tools,
 * the diff, the guard, and the rebuild proof; of an operator's own diff, only the last three. Whatever happens, the overlay is put back and the lease given up.
 * A cancelled attempt returns normally, so that the case knows what it used.
 */
export async function patchAttempt(input: AttemptInput): Promise<AttemptResult> {
  const progress = new AttemptProgress(input.attempt);
  if (input.work.kind === 'hand') progress.by = input.work.by;
  setHandler(timeline, () => progress.timeline);
  try {
    const result = await underLease(input, progress);
    showAttempt(input, progress, `it is over: ${result.reason}`);
    return result;
  } catch (error) {
    if (isCancellation(error)) {
      // A case that was terminated cannot say so itself.
      await CancellationScope.nonCancellable(() =>
        control.archiveEnded('was the case terminated?', {bundle: input.report, caseId: input.caseId}),
      );
      return progress.result('cancelled', 'it was interrupted');
    }
    const end = attemptEndFor(error);
    if (end === undefined) throw error;
    return progress.result(end, failureMessage(error));
  }
}

async function underLease(input: AttemptInput, progress: AttemptProgress): Promise<AttemptResult> {
  const {caseId, port, report} = input;
  const devEnv = devEnvFor(input.policy.policy);
  const lease = new Lease(port.target);
  let env: string | undefined;
  try {
    showAttempt(input, progress, `waits for one of the dev-envs ${input.envs.join(', ')}`);
    env = await lease.acquire(input.envs, input.priority, (words) => signalAttemptPhase(input, 'waiting-env', words));
    progress.env = env;
    progress.startedAt = Date.now();
    const {work} = input;
    const whose = work.kind === 'hand' ? `${work.by}'s diff` : `attempt ${input.attempt} of ${work.of}`;
    await signalAttemptPhase(input, 'patch', `${whose} in dev-env ${env}`);
    const master = await devEnv.masterPort('is it a slave port?', {env, port});
    if (master !== null)
      return progress.result(
        'slave-port',
        `${port.origin} is a slave port: it builds from ${master}, and a fix belongs there. Repair ${master}.`,
      );
    const start = work.kind === 'hand' ? work.diff : work.earlier.at(-1)?.diff;
    await devEnv.beginAttempt(
      start === undefined
        ? `takes ${env}`
        : `takes ${env}, with ${work.kind === 'hand' ? 'the diff' : 'the last attempt’s diff'}`,
      {bundle: report, env, caseId, port, diff: start},
    );
    return await workInEnv(input, progress, env);
  } finally {
    await CancellationScope.nonCancellable(async () => {
      // A failed clean-up leaves the case's mark in the env, and the next holder puts the overlay back.
      if (env !== undefined) await devEnv.restoreOverlay(`puts ${env} back`, {env, caseId, port}).catch(() => undefined);
      await lease.release();
    });
  }
}

async function workInEnv(input: AttemptInput, progress: AttemptProgress, env: string): Promise<AttemptResult> {
  const {port, report} = input;
  const devEnv = devEnvFor(input.policy.policy);
  const {work} = input;
  const ended: Ended =
    work.kind === 'hand' ? {end: 'handed', reason: `${work.by} handed a diff`} : await runTurns(input, work, progress, env);
  progress.diff = await devEnv.captureDiff(`what changed in ${env}`, {bundle: report, env, port});
  const guarded = await control.checkDiff('the diff guard', {
    bundle: report,
    origin: port.origin,
    diff: progress.diff,
    ...decidedFor(input),
  });
  progress.findings = guarded.findings;
  progress.diffText = guarded.shown;
  if (!guarded.passes)
    return progress.result(
      ended.end,
      `${ended.reason}; the diff guard: ${guarded.findings.map((finding) => finding.reason).join(' ')}`,
    );
  if (progress.lastBuild === 'failed') return progress.result(ended.end, `${ended.reason}; its last build failed`);
  const proof = await prove(input, env, progress);
  progress.proof = proof;
  return progress.result(
    ended.end,
    proof.rebuildOk ? 'a clean rebuild passed' : `${ended.reason}; the clean rebuild failed in ${proof.failure?.step}`,
  );
}

/** What people have decided of the guard's rules: the policy, and an operator of this diff. */
function decidedFor({work, policy: {policy}}: AttemptInput): {decided?: Decided} {
  const {guard} = policy;
  const rules = work.kind === 'hand' ? work.judged : undefined;
  const decided = {
    policy: guard,
    ...(work.kind === 'hand' && rules !== undefined ? {judged: {by: work.by, rules}} : {}),
  };
  return Object.keys(decided).length === 0 ? {} : {decided};
}

async function prove(input: AttemptInput, env: string, progress: AttemptProgress): Promise<ProofResult> {
  const {caseId, port, report} = input;
  await signalAttemptPhase(input, 'prove', `the diff of attempt ${input.attempt} passed the guard`);
  progress.note('prove', 'clean rebuild of the recorded diff');
  showAttempt(input, progress, 'a clean rebuild of the recorded diff');
  const proof = await devEnvFor(input.policy.policy).proveRebuild(`clean rebuild of ${port.origin} in ${env}`, {
    bundle: report,
    env,
    caseId,
    port,
    diff: progress.diff as string,
    limits: buildLimits(input.policy.policy),
  });
  progress.note('prove', proof.rebuildOk ? 'the clean rebuild passed' : `the clean rebuild failed in ${proof.failure?.step}`);
  return proof;
}

async function signalAttemptPhase(input: AttemptInput, phase: 'waiting-env' | 'patch' | 'prove', words: string): Promise<void> {
  await getExternalWorkflowHandle(input.caseId)
    .signal(attemptPhase, {attempt: input.attempt, phase, words})
    .catch((error: unknown) => {
      // A case that is gone cancels this attempt by itself.
      if (isCancellation(error)) throw error;
    });
}
