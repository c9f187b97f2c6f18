import {type MasterPort, slavePortReason} from '../slave-port.ts';
import {pluralize} from '../text/plural.ts';
import type {EffectivePolicy} from './policy.ts';

/** Returns why an operator decides on the repair of a slave port's master; undefined where the policy lets the case go on there. */
export function whyMasterWaits(
  {masters, max_slaves}: Pick<EffectivePolicy, 'masters' | 'max_slaves'>,
  origin: string,
  master: MasterPort,
): string | undefined {
  const reason = slavePortReason(origin, master);
  if (masters !== 'repair') return reason;
  const count = master.slaves.length;
  if (count <= max_slaves) return undefined;
  return `${reason} It has ${pluralize(count, 'other slave port')}, and a proof may build ${max_slaves} of them (the policy's max_slaves).`;
}
