import type {Client} from '@temporalio/client';
import {type BuildHost, qualifiedName} from '../../case/host/host.ts';
import type {LeaseState} from '../../case/lease/lease-table.ts';
import {pool} from '../../protocol/dev-env-pool.ts';
import {removeHost, unknownHost} from '../../setup/edit-hosts.ts';
import {collectedLogs, hostsFile, readHosts} from '../../setup/hosts.ts';
import {withClient} from '../client.ts';

const ANSWER_MS = 5000;

/** `portwright host remove`: removes a host from the hosts file, unless a case works in one of its dev-envs. */
export async function hostRemove(name: string): Promise<void> {
  const file = hostsFile(process.env);
  const hosts = readHosts(process.env);
  const host = hosts.find((one) => one.name === name);
  if (host === undefined)
    throw new Error(
      unknownHost(
        file,
        name,
        hosts.map((one) => one.name),
      ),
    );
  await refuseWhileLeased(host);
  await removeHost(file, name);
  console.log(`Removed ${name} from ${file}. A worker that runs still reads its evidence until it is restarted.`);
  const dirs = collectedLogs(process.env, host).map(({local}) => local);
  if (dirs.length > 0)
    console.log(
      `What was collected from it stays in ${dirs.join(':')}. While cases of it are open, name that in LOGS_ROOT, so that the worker still reads it after a restart; then delete it.`,
    );
}

async function refuseWhileLeased(host: BuildHost): Promise<void> {
  if (host.devEnvs.length === 0) return;
  const leases = await withClient('', readLeases).catch((error: Error) => {
    console.error(`Whether a case works in a dev-env of ${host.name} could not be asked: ${error.message.trim()}`);
    return [];
  });
  const refusal = leaseRefusal(host, leases);
  if (refusal !== undefined) throw new Error(refusal);
}

/** Returns why a host cannot be removed, or undefined if none of its dev-envs is leased. */
export function leaseRefusal({name, devEnvs}: BuildHost, leases: LeaseState['leases']): string | undefined {
  const own = devEnvs.map((one) => qualifiedName(one, name));
  const held = leases.filter(({env}) => own.includes(env));
  if (held.length === 0) return undefined;
  return (
    `A host can be removed when none of its dev-envs is leased; ${held.map(({env, holder}) => `${env} is leased to ${holder.workflowId}`).join(', ')}. ` +
    'Wait for these cases, or escalate them.'
  );
}

/** Returns the leases of all pools. A pool that does not answer, because no worker runs, throws. */
async function readLeases(client: Client): Promise<LeaseState['leases']> {
  const leases: LeaseState['leases'][number][] = [];
  for await (const {workflowId} of client.workflow.list({query: 'WorkflowType = "devEnvPool" AND ExecutionStatus = "Running"'})) {
    const state = await client.withDeadline(Date.now() + ANSWER_MS, () => client.workflow.getHandle(workflowId).query(pool));
    leases.push(...state.leases);
  }
  return leases;
}
