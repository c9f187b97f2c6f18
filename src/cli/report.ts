import {resolve} from 'node:path';
import {Client, Connection} from '@temporalio/client';
import {evidenceRoots} from '../evidence/bundle.ts';
import {deliverReports} from '../report/deliver.ts';
import {keptAddress} from '../setup/address.ts';
import {stateDir} from '../setup/paths.ts';
import {connectionOptions} from '../worker/connection.ts';

/** `portwright report`: delivers what the hooks left in the spools. Throws when the server cannot be reached; nothing is lost then. */
export async function report(options: {evidence?: string}): Promise<void> {
  const roots = options.evidence === undefined ? evidenceRoots(process.env) : [resolve(options.evidence)];
  const cluster = connectionOptions(process.env);
  const address = cluster?.connectionOptions.address ?? (await keptAddress(stateDir(process.env))) ?? '127.0.0.1:7233';
  const connection = await Connection.connect({...cluster?.connectionOptions, address, connectTimeout: '10s'}).catch(
    (error: Error) => {
      throw new Error(
        `Temporal at ${address} cannot be reached (${error.message}). The reports stay in the spool; set TEMPORAL_ADDRESS, or start \`portwright up\`, which delivers them.`,
      );
    },
  );
  try {
    const client = new Client({connection, namespace: cluster?.namespace ?? 'default'});
    for (const root of roots) {
      const {delivered, skipped, failed, waiting, problem} = await deliverReports(client, root);
      console.log(
        `${root}: ${delivered.length} delivered, ${skipped.length} with their outcome already, ${failed.length} failed, ${waiting.length} wait for their bundle`,
      );
      if (problem) throw problem;
    }
  } finally {
    await connection.close();
  }
}
