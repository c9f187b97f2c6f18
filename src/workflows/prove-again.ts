import {ApplicationFailure, setCurrentDetails} from '@temporalio/workflow';
import type {ProofResult} from '../case/status.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import {scopeOf} from '../protocol/patch-attempt.ts';
import type {ProveAgainInput} from '../protocol/prove-again.ts';
import {withLease} from './lease.ts';
import {provePorts} from './prove-ports.ts';
import {control, devEnvFor} from './proxies.ts';

/** Repeats the rebuild proof of a case's diff, open or closed, in a dev-env of its target. The case's verdict stays as it is. */
export async function proveAgain({caseId, port, master, report, diff, label}: ProveAgainInput): Promise<ProofResult> {
  const {policy} = await control.readPolicy('policy, prompts, playbooks', report);
  const devEnv = devEnvFor(policy);
  const {envs, problem} = await devEnv.findDevEnvs(`of ${port.target}`, port.target);
  if (envs.length === 0) throw ApplicationFailure.nonRetryable(`No dev-env can be used: ${problem}.`, FAILURES.devEnvUnavailable);
  const notify = async (text: string): Promise<void> => setCurrentDetails(text);
  const scope = scopeOf({port, master});
  return withLease({caseId, ...scope, envs, priority: 1, policy, notify}, async (env) => {
    await devEnv.beginAttempt(`takes ${env}`, {bundle: report, env, caseId, ...scope});
    return provePorts(policy, {bundle: report, env, caseId, port, master, diff, label});
  });
}
