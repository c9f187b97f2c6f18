import {once} from 'node:events';
import {connect} from 'node:net';
import {join} from 'node:path';
import {Client, Connection} from '@temporalio/client';
import {readAddress} from '../setup/address.ts';
import {stateDir} from '../setup/paths.ts';
import {connectionOptions} from '../worker/connection.ts';

/** Temporal's server does not answer at all; what is on disk may still be read. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';
}

/** With the second for the socket, every command reports within 5 s that the server does not answer. */
const CONNECT_TIMEOUT = '3s';

/**
 * Runs `work` with a client of the cluster that the environment names, else of the embedded server of this machine, the demo's included.
 * Throws a `TemporalUnreachable` that ends in `todo` when the server does not answer in time.
 */
export async function withClient<T>(todo: string, work: (client: Client) => Promise<T>): Promise<T> {
  const {address, namespace, options} = await temporalPlace();
  const open = refuseAtOnce(address).then(() => Connection.connect({...options, address, connectTimeout: CONNECT_TIMEOUT}));
  const connection = await open.catch((error: Error) => {
    throw new TemporalUnreachable(`Temporal at ${address} cannot be reached (${error.message}). ${todo}`);
  });
  try {
    return await work(new Client({connection, namespace}));
  } finally {
    await connection.close();
  }
}

/** Throws if nothing listens there: gRPC would retry until its deadline. Any other problem is left to gRPC. */
async function refuseAtOnce(address: string): Promise<void> {
  const [, host, port] = /^([\w.-]+):(\d+)$/.exec(address) ?? [];
  if (host === undefined) return;
  const socket = connect({host, port: Number(port), timeout: 1000, autoSelectFamily: true});
  const opened = Promise.race([once(socket, 'connect'), once(socket, 'timeout')]);
  await opened
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') throw new Error(`nothing listens there, ${error.code}`);
    })
    .finally(() => socket.destroy());
}

/** Returns where Temporal should be: the cluster of the environment, else the embedded server of this machine. */
export async function temporalPlace(): Promise<{
  address: string;
  namespace: string;
  options: NonNullable<ReturnType<typeof connectionOptions>>['connectionOptions'];
}> {
  const cluster = connectionOptions(process.env);
  const address = cluster?.connectionOptions.address ?? (await embeddedAddress());
  return {address, namespace: cluster?.namespace ?? 'default', options: cluster?.connectionOptions ?? {}};
}

async function embeddedAddress(): Promise<string> {
  const state = stateDir(process.env);
  return (await readAddress(state)) ?? (await readAddress(join(state, 'demo'))) ?? '127.0.0.1:7233';
}

/** What to do when Temporal cannot be reached. */
export const START_TEMPORAL = 'Start `portwright up`, or set TEMPORAL_ADDRESS to where it runs.';
