import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Client, Connection} from '@temporalio/client';
import {NativeConnection} from '@temporalio/worker';
import {stateDir} from '../../src/setup/paths.ts';
import {startEmbeddedServer} from '../../src/worker/embedded-server.ts';
import {findTemporalCli} from '../../src/worker/temporal-cli.ts';

/** A separate Temporal server of a test, with its database in a temporary directory. */
export interface TestServer {
  readonly address: string;
  readonly client: Client;
  readonly native: NativeConnection;
  stop(): Promise<void>;
}

export async function testServer(): Promise<TestServer> {
  const cli = await findTemporalCli({stateDir: stateDir(process.env), print: () => undefined});
  const dir = await mkdtemp(join(tmpdir(), 'portwright-temporal-'));
  const server = await startEmbeddedServer({stateDir: dir, cli: cli.path, port: 0, uiPort: 0});
  const connection = await Connection.connect({address: server.address});
  const native = await NativeConnection.connect({address: server.address});
  return {
    address: server.address,
    client: new Client({connection}),
    native,
    async stop() {
      await native.close();
      await connection.close();
      await server.stop();
      await rm(dir, {recursive: true});
    },
  };
}
