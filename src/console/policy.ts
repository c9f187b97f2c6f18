import {checkPolicyFile, policyPath} from '../activities/policy.ts';
import type {Policy} from '../case/policy/policy.ts';

/** Returns the policy in effect, to show it; undefined if it is not valid. `doctor` reports what is wrong with it. */
export async function policyInEffect(env: NodeJS.ProcessEnv): Promise<Policy | undefined> {
  const checked = await checkPolicyFile(policyPath(env)).catch(() => undefined);
  return checked?.ok ? checked.policy : undefined;
}
