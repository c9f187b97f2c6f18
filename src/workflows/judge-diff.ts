import type {AttemptProgress} from '../case/attempt/progress.ts';
import type {GuardDecisions} from '../case/guard/index.ts';
import type {RecordId} from '../case/types.ts';
import {type AttemptInput, scopeOf} from '../protocol/patch-attempt.ts';
import {control, devEnvFor} from './proxies.ts';

/**
 * Records what changed in the overlay and gathers every finding on it in the attempt's progress. Returns whether the diff may be
 * proved. All checks of a diff before its proof are called here, and nowhere else. Without an edit since the last call its result counts.
 */
export async function judgeDiff(input: AttemptInput, progress: AttemptProgress, env: string): Promise<boolean> {
  const passes = progress.judged?.passes ?? (await judge(input, progress, env));
  progress.judged ??= {passes, findings: progress.findings};
  progress.findings = progress.judged.findings;
  return passes;
}

async function judge(input: AttemptInput, progress: AttemptProgress, env: string): Promise<boolean> {
  const {port, report} = input;
  const {policy} = input.policy;
  const captured = await devEnvFor(policy).captureDiff(`what changed in ${env}`, {bundle: report, env, ...scopeOf(input)});
  // The record is named by its content: a proof of the same diff stays valid.
  if (progress.diff !== captured.diff) progress.proof = undefined;
  progress.diff = captured.diff;
  const guarded = await control.checkDiff('the diff guard', {
    bundle: report,
    origin: port.origin,
    master: input.master?.origin,
    captured,
    decided: decisionsFor(input),
  });
  progress.findings = guarded.findings;
  progress.diffText = guarded.shown;
  // A refused diff is not composed, and one whose last build failed is not proved.
  if (guarded.findings.some(({severity}) => severity === 'refuse') || progress.lastBuild === 'failed') return guarded.passes;
  return (await judgeEffect(input, progress, env, progress.diff)) && guarded.passes;
}

/** Adds the findings on what the diff does to the composed port. */
async function judgeEffect(input: AttemptInput, progress: AttemptProgress, env: string, diff: RecordId): Promise<boolean> {
  const {caseId, port, report} = input;
  const effect = await devEnvFor(input.policy.policy).checkEffect(`what the diff does to ${port.origin}`, {
    bundle: report,
    env,
    caseId,
    ...scopeOf(input),
    diff,
    decided: decisionsFor(input),
  });
  progress.findings = [...progress.findings, ...effect.findings];
  progress.effect = effect.summary;
  return effect.passes;
}

/** Returns the decisions on rules that count for this diff: those of the policy, and of the operator who handed it in. */
export function decisionsFor({work, policy: {policy}}: AttemptInput): GuardDecisions | undefined {
  const rules = work.kind === 'hand' ? work.judged : undefined;
  if (policy.guard === undefined && rules === undefined) return undefined;
  return {policy: policy.guard, judged: work.kind === 'hand' && rules !== undefined ? {by: work.by, rules} : undefined};
}
