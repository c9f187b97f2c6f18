import {constants} from 'node:fs';
import {access} from 'node:fs/promises';
import {dirname} from 'node:path';
import {checkPolicyFile, policyPath, withSnippetRounds} from '../../activities/policy.ts';
import {reasonDropped} from '../../case/migration/settings.ts';
import {evidenceRoots} from '../../evidence/bundle.ts';
import {type Finding, fail, ok, warn} from './finding.ts';

/** Reports settings of the existing system in the environment, which Portwright does not read. */
export function checkDroppedSettings(env: NodeJS.ProcessEnv): Finding[] {
  const set = Object.keys(env).filter((name) => reasonDropped(name) !== undefined);
  return set
    .sort()
    .map((name) =>
      warn(
        `setting ${name}`,
        'it belongs to the existing system, and is not used here.',
        reasonDropped(name)?.startsWith('the policy')
          ? 'Set `repeats` in the policy instead, and unset it.'
          : 'Unset it, so that nobody relies on it.',
      ),
    );
}

export async function checkPolicyInEffect(env: NodeJS.ProcessEnv): Promise<Finding> {
  const path = policyPath(env);
  const todo = 'No case calls a model until it is fixed; `portwright policy check` lists all faults.';
  const checked = await checkPolicyFile(path);
  if (!checked.ok) return fail('policy', `${path} is not valid: ${checked.faults.join(' ')}`, todo);
  try {
    withSnippetRounds(checked.policy, env.DP_HARNESS_MAX_SNIPPET_ROUNDS);
  } catch (error) {
    return fail('policy', (error as Error).message, todo);
  }
  return ok('policy', `${path} is valid.`);
}

/** Checks that the evidence roots of LOGS_ROOT exist and can be read and written. */
export async function checkEvidence(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  return Promise.all(evidenceRoots(env).map(checkRoot));
}

async function checkRoot(root: string): Promise<Finding> {
  const problem = async (path: string, mode: number): Promise<string | undefined> =>
    access(path, mode).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    );
  const name = `evidence ${root}`;
  const logs = dirname(root);
  if (await problem(logs, constants.R_OK | constants.X_OK))
    return fail(
      name,
      `${logs} is not there, or not readable.`,
      'Set LOGS_ROOT to dsynth’s log directory (Directory_logs), or mount it on this machine.',
    );
  const fault = await problem(root, constants.R_OK | constants.W_OK | constants.X_OK);
  if (fault === 'ENOENT')
    return warn(
      name,
      'no hook has written anything yet.',
      'It appears with the first failure; see docs/evidence.md for the hooks.',
    );
  if (fault !== undefined)
    return fail(name, `it cannot be read and written (${fault}).`, 'Give the worker’s user both; it writes analysis/ there.');
  return ok(name, 'it can be read and written.');
}
