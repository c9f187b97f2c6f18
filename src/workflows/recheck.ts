import {setCurrentDetails} from '@temporalio/workflow';
import {buildLimits} from '../case/policy/policy.ts';
import type {UnchangedBuild} from '../protocol/activities.ts';
import type {RecheckInput} from '../protocol/recheck.ts';
import {buildResult} from './failures.ts';
import {withLease} from './lease.ts';
import {devEnvFor} from './proxies.ts';

/**
 * Builds a case's port on the present tree as the proof would, without a diff: the bundle may be stale. Returns null for a slave port,
 * whose build depends on another port's overlay.
 */
export async function recheckPort({caseId, port, report, policy, envs, priority}: RecheckInput): Promise<UnchangedBuild | null> {
  const devEnv = devEnvFor(policy);
  const notify = async (text: string): Promise<void> => setCurrentDetails(text);
  return withLease({caseId, port, envs, priority, policy, notify}, async (env) => {
    if ((await devEnv.masterPort('is it a slave port?', {env, port})) !== null) return null;
    await devEnv.beginAttempt(`takes ${env}`, {bundle: report, env, caseId, port});
    const build = devEnv.buildUnchanged(`builds ${port.origin} as it is in ${env}`, {
      bundle: report,
      env,
      caseId,
      port,
      limits: buildLimits(policy),
      twice: policy.prove_twice,
    });
    return buildResult(build);
  });
}
