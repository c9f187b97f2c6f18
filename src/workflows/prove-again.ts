import {CancellationScope, setCurrentDetails} from '@temporalio/workflow';
import {buildLimits} from '../case/policy/policy.ts';
import type {ProofResult} from '../case/status.ts';
import type {ProveAgainInput} from '../protocol/prove-again.ts';
import {Lease} from './lease.ts';
import {control, devEnvFor} from './proxies.ts';

/** Repeats the rebuild proof of a case's diff, open or closed, in a dev-env of its target. The case's verdict stays as it is. */
export async function proveAgain(input: ProveAgainInput): Promise<ProofResult> {
  const {caseId, port, report, diff, label} = input;
  const policy = await control.readPolicy('policy, prompts, playbooks', report);
  const devEnv = devEnvFor(policy.policy);
  const {envs, problem} = await devEnv.findDevEnvs(`of ${port.target}`, port.target);
  if (envs.length === 0) throw new Error(`No dev-env can be used: ${problem}.`);
  const lease = new Lease(port.target);
  let env: string | undefined;
  try {
    env = await lease.acquire(envs, 1, async (words) => setCurrentDetails(words));
    await devEnv.beginAttempt(`takes ${env}`, {bundle: report, env, caseId, port});
    return await devEnv.proveRebuild(`clean rebuild of ${port.origin} in ${env}`, {
      bundle: report,
      env,
      caseId,
      port,
      diff,
      label,
      limits: buildLimits(policy.policy),
    });
  } finally {
    await CancellationScope.nonCancellable(async () => {
      // A failed clean-up leaves the case's mark in the env, and the next holder puts the overlay back.
      if (env !== undefined) await devEnv.restoreOverlay(`puts ${env} back`, {env, caseId, port}).catch(() => undefined);
      await lease.release();
    });
  }
}
