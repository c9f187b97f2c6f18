import {checkPolicyFile, policyPath} from '../activities/policy.ts';
import type {Policy} from '../case/policy/policy.ts';

/** The policy in effect, for people to see; undefined if it is not valid. `doctor` says what is wrong with it. */
export async function policyInEffect(env: NodeJS.ProcessEnv): Promise<Policy | undefined> {
  const checked = await checkPolicyFile(policyPath(env)).catch(() => undefined);
  return checked?.ok ? checked.policy : undefined;
}
