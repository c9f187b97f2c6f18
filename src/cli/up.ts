import {mkdir} from 'node:fs/promises';
import {Client, Connection} from '@temporalio/client';
import {lockStateDir} from '../setup/one-at-a-time.ts';
import {stateDir} from '../setup/paths.ts';
import {connectionOptions} from '../worker/connection.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../worker/embedded-server.ts';
import {superviseWorker, type WorkerProcess} from '../worker/processes.ts';
import {ensureSearchAttributes} from '../worker/search-attributes.ts';
import {findTemporalCli} from '../worker/temporal-cli.ts';

export interface UpOptions {
  /** Wanted ports of the embedded server and its Web UI; 7233 and 8233 unless told. */
  readonly port?: number;
  readonly uiPort?: number;
  /** Without a worker: another machine runs it. */
  readonly worker?: boolean;
}

export interface Runtime {
  readonly address: string;
  readonly namespace: string;
  /** Base of the Web UI's addresses; undefined for a cluster of somebody else's. */
  readonly uiUrl: string | undefined;
  readonly client: Client;
  workerPid(): number | undefined;
  /** Ends worker and server, in this order, and returns when they are gone. */
  stop(): Promise<void>;
}

/** Starts the embedded server, or connects to the cluster that the environment names, and a worker with `env` added to its environment. */
export async function startRuntime(
  options: UpOptions & {readonly stateDir: string; readonly env?: NodeJS.ProcessEnv},
  say: (line: string) => void,
): Promise<Runtime> {
  await mkdir(options.stateDir, {recursive: true});
  const unlock = await lockStateDir(options.stateDir);
  const cluster = connectionOptions(process.env);
  const server = cluster === undefined ? await startServer(options, say) : undefined;
  const address = server?.address ?? cluster?.connectionOptions.address ?? '';
  const namespace = cluster?.namespace ?? 'default';
  const connection = await Connection.connect(cluster?.connectionOptions ?? {address});
  let worker: WorkerProcess | undefined;
  const stop = async (): Promise<void> => {
    await worker?.stop();
    await connection.close();
    await server?.stop();
    await unlock();
  };
  try {
    await ensureSearchAttributes(connection, namespace);
    if (options.worker !== false)
      worker = await superviseWorker({env: {...process.env, ...clusterEnv(server), ...options.env}, say});
  } catch (error) {
    await stop();
    throw error;
  }
  const uiUrl = server === undefined ? undefined : `${server.uiUrl}/namespaces/${namespace}`;
  return {address, namespace, uiUrl, client: new Client({connection, namespace}), workerPid: () => worker?.pid(), stop};
}

function clusterEnv(server: EmbeddedServer | undefined): NodeJS.ProcessEnv {
  return server === undefined ? {} : {TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'default'};
}

async function startServer(options: UpOptions & {stateDir: string}, say: (line: string) => void): Promise<EmbeddedServer> {
  const cli = await findTemporalCli({stateDir: options.stateDir, say});
  say(`Temporal's CLI from ${cli.from}: ${cli.path}`);
  return startEmbeddedServer({...options, cli: cli.path});
}

/** `portwright up`: everything on this machine, until Ctrl-C or TERM. */
export async function up(options: UpOptions): Promise<void> {
  const say = (line: string): void => console.log(line);
  const stopped = untilStopped();
  const runtime = await startRuntime({...options, stateDir: stateDir(process.env)}, say);
  say(`Temporal at ${runtime.address}, namespace ${runtime.namespace}`);
  if (runtime.uiUrl !== undefined) say(`Web UI: ${runtime.uiUrl}/workflows`);
  if (runtime.workerPid() !== undefined)
    say(`Worker: pid ${runtime.workerPid()}, evidence below ${process.env.LOGS_ROOT ?? '/build/synth/logs'}`);
  say('Ready for hooks: copy hooks/* to where dsynth.ini is, see docs/evidence.md. Ctrl-C ends it.');
  await stopped;
  say('Stops.');
  await runtime.stop();
}

/** Resolves with the first INT, TERM or HUP. */
export function untilStopped(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });
}
