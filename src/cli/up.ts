import {mkdir} from 'node:fs/promises';
import {Client, Connection, type ConnectionOptions} from '@temporalio/client';
import {forgetAddress, keepAddress} from '../setup/address.ts';
import {lockStateDir} from '../setup/one-at-a-time.ts';
import {stateDir} from '../setup/paths.ts';
import {connectionOptions} from '../worker/connection.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../worker/embedded-server.ts';
import {superviseWorker} from '../worker/processes.ts';
import {ensureSearchAttributes} from '../worker/search-attributes.ts';
import {findTemporalCli} from '../worker/temporal-cli.ts';

export interface UpOptions {
  /** Ports of the embedded server and its Web UI, which must be free; unless told 7233 and 8233, or others if these are taken. */
  readonly port?: number | undefined;
  readonly uiPort?: number | undefined;
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
  /** Rejects when the embedded server ends without having been told to. */
  readonly broken: Promise<never>;
  /** Ends worker and server, in this order, and returns when they are gone. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded server, or connects to the cluster that the environment names, and a worker with `env` added to its
 * environment. Throws, with nothing left running, if another Portwright uses the state directory or a part does not come up.
 */
export async function startRuntime(
  options: UpOptions & {readonly stateDir: string; readonly env?: NodeJS.ProcessEnv},
  say: (line: string) => void,
): Promise<Runtime> {
  await mkdir(options.stateDir, {recursive: true});
  const undo: (() => Promise<void>)[] = [await lockStateDir(options.stateDir)];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const cluster = connectionOptions(process.env);
    const server = cluster === undefined ? await startServer(options, say) : undefined;
    if (server) undo.push(() => server.stop());
    const address = server?.address ?? cluster?.connectionOptions.address ?? '';
    const namespace = cluster?.namespace ?? 'default';
    const connection = await connect(cluster?.connectionOptions ?? {address}, address);
    undo.push(() => connection.close());
    await ensureSearchAttributes(connection, namespace);
    if (server) {
      await keepAddress(options.stateDir, address);
      undo.push(() => forgetAddress(options.stateDir));
    }
    const worker = options.worker === false ? undefined : await superviseWorker({env: workerEnv(server, options.env), say});
    if (worker) undo.push(() => worker.stop());
    const uiUrl = server === undefined ? undefined : `${server.uiUrl}/namespaces/${namespace}`;
    const client = new Client({connection, namespace});
    return {address, namespace, uiUrl, client, workerPid: () => worker?.pid(), broken: brokenBy(server), stop};
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connect(options: ConnectionOptions, address: string): Promise<Connection> {
  return Connection.connect(options).catch((error: Error) => {
    throw new Error(
      `Temporal at ${address} cannot be reached: ${error.message}. Mend TEMPORAL_ADDRESS or temporal.toml, or unset them for an embedded server.`,
    );
  });
}

/** A promise that nobody need listen to. */
function brokenBy(server: EmbeddedServer | undefined): Promise<never> {
  const broken = (server?.died ?? new Promise<Error>(() => undefined)).then((error) => Promise.reject(error));
  broken.catch(() => undefined);
  return broken;
}

function workerEnv(server: EmbeddedServer | undefined, more: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  const cluster = server === undefined ? {} : {TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'default'};
  return {...process.env, ...cluster, ...more};
}

/** The command line is kept for all state directories of this installation: it is large. */
async function startServer(options: UpOptions & {stateDir: string}, say: (line: string) => void): Promise<EmbeddedServer> {
  const cli = await findTemporalCli({stateDir: stateDir(process.env), say});
  say(`Temporal's CLI from ${cli.from}: ${cli.path}`);
  return startEmbeddedServer({...options, cli: cli.path});
}

/** `portwright up`: everything on this machine, until Ctrl-C or TERM. */
export async function up(options: UpOptions): Promise<void> {
  const say = (line: string): void => console.log(line);
  const stopped = untilStopped();
  const runtime = await startRuntime({...options, stateDir: stateDir(process.env)}, say);
  try {
    say(`Temporal at ${runtime.address}, namespace ${runtime.namespace}`);
    if (runtime.uiUrl !== undefined) say(`Web UI: ${runtime.uiUrl}/workflows`);
    if (runtime.workerPid() !== undefined)
      say(`Worker: pid ${runtime.workerPid()}, evidence below ${process.env.LOGS_ROOT || '/build/synth/logs'}`);
    say('Ready for hooks: copy hooks/* to where dsynth.ini is, see docs/evidence.md. Ctrl-C ends it.');
    await Promise.race([stopped, runtime.broken]);
    say('Stops.');
  } finally {
    await runtime.stop();
  }
}

/**
 * Resolves with the first INT, TERM or HUP. The same Ctrl-C may arrive twice, from the terminal and by npm or our own bin;
 * another one a second later ends this process at once, and with it, by their lifelines, all that it started.
 */
export function untilStopped(): Promise<void> {
  return new Promise((done) => {
    let first: number | undefined;
    const onSignal = (): void => {
      first ??= Date.now();
      if (Date.now() - first > 1000) process.exit(130);
      done();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  });
}
