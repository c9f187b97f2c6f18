import {buildLimits, type EffectivePolicy} from '../case/policy/policy.ts';
import type {MasterPort} from '../case/slave-port.ts';
import type {OtherBuild, ProofResult} from '../case/status.ts';
import type {DevEnvActivities, PortProof} from '../protocol/activities.ts';
import {buildResult} from './failures.ts';
import {devEnvFor} from './proxies.ts';

type ProofInput = Parameters<DevEnvActivities['proveRebuild']>[0];

/** A recorded diff, and where it is proved. */
export interface PortsToProve extends Omit<ProofInput, 'master' | 'other' | 'pending' | 'limits' | 'twice'> {
  readonly master?: MasterPort | undefined;
}

/**
 * Proves a recorded diff by clean builds: of the case's port and, where the diff may change its master, of the master and every other slave
 * port, one after the other, until one fails.
 */
export async function provePorts(policy: EffectivePolicy, {master, ...input}: PortsToProve): Promise<ProofResult> {
  const {port, env} = input;
  const devEnv = devEnvFor(policy);
  const pending = master === undefined ? [] : [master.origin, ...master.slaves];
  const shared = {...input, limits: buildLimits(policy), twice: policy.prove_twice};
  const scope = master === undefined ? {} : {master: master.origin, pending};
  let proof: ProofResult = await buildResult(
    devEnv.proveRebuild(`clean rebuild of ${port.origin} in ${env}`, {...shared, ...scope}),
  );
  for (const [at, other] of pending.entries()) {
    if (!proof.rebuildOk) return proof;
    const build = devEnv.proveRebuild(`clean rebuild of ${other} in ${env}, ${at + 1} of ${pending.length}`, {
      ...shared,
      master: master?.origin,
      other,
    });
    const built = await buildResult(build);
    proof = withOther(proof, other, built);
  }
  return proof;
}

function withOther(proof: ProofResult, origin: string, {rebuildOk, leftOut, findings = [], failure}: PortProof): ProofResult {
  const build: OtherBuild =
    leftOut === undefined ? {origin, result: rebuildOk ? 'built' : 'failed'} : {origin, result: 'left-out', reason: leftOut};
  const others = [...(proof.others ?? []), build];
  const all = [...(proof.findings ?? []), ...findings.map((one) => ({...one, reason: `${origin}: ${one.reason}`}))];
  const found = all.length === 0 ? {} : {findings: all};
  if (build.result !== 'failed') return {...proof, ...found, others};
  return {...proof, ...found, others, rebuildOk: false, ...(failure === undefined ? {} : {failure: {...failure, origin}})};
}
