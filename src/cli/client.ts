import {join} from 'node:path';
import {Client, Connection} from '@temporalio/client';
import {keptAddress} from '../setup/address.ts';
import {stateDir} from '../setup/paths.ts';
import {connectionOptions} from '../worker/connection.ts';

/**
 * Gives `work` a client of the cluster that the environment names, else of the embedded server that runs here, the demo's included.
 * Throws an Error that ends in `otherwise` when it cannot be reached.
 */
export async function withClient<T>(otherwise: string, work: (client: Client) => Promise<T>): Promise<T> {
  const cluster = connectionOptions(process.env);
  const address = cluster?.connectionOptions.address ?? (await embeddedAddress());
  const connection = await Connection.connect({...cluster?.connectionOptions, address, connectTimeout: '10s'}).catch(
    (error: Error) => {
      throw new Error(`Temporal at ${address} cannot be reached (${error.message}). ${otherwise}`);
    },
  );
  try {
    return await work(new Client({connection, namespace: cluster?.namespace ?? 'default'}));
  } finally {
    await connection.close();
  }
}

async function embeddedAddress(): Promise<string> {
  const state = stateDir(process.env);
  return (await keptAddress(state)) ?? (await keptAddress(join(state, 'demo'))) ?? '127.0.0.1:7233';
}
