import {Client, Connection, type ConnectionOptions} from '@temporalio/client';
import {deleteAddress, writeAddress} from '../setup/address.ts';
import {stateDir} from '../setup/paths.ts';
import {privateDir} from '../setup/private-dir.ts';
import {lockStateDir} from '../setup/state-dir-lock.ts';
import {connectionOptions} from '../worker/connection.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../worker/embedded-server.ts';
import {superviseWorker} from '../worker/processes.ts';
import {ensureSearchAttributes} from '../worker/search-attributes.ts';
import {findTemporalCli} from '../worker/temporal-cli.ts';
import type {AttachedConsole} from './attached-console.ts';

export interface UpOptions {
  /** Ports of the embedded server and its Web UI, which must be free; 7233 and 8233 by default, or others if these are taken. */
  readonly port?: number | undefined;
  readonly uiPort?: number | undefined;
  /** Without a worker: another machine runs it. */
  readonly worker?: boolean;
  /** Without the console. */
  readonly console?: boolean;
}

export interface Runtime {
  readonly address: string;
  readonly namespace: string;
  /** Undefined without a console. */
  readonly consoleUrl: string | undefined;
  /** Base of the Web UI's addresses; undefined for a cluster that the environment names. */
  readonly uiUrl: string | undefined;
  readonly client: Client;
  workerPid(): number | undefined;
  /** Address of the worker's health server, without a path; undefined without a worker, and while it is restarted. */
  workerHealthUrl(): string | undefined;
  /** Rejects when the embedded server ends unexpectedly. */
  readonly broken: Promise<never>;
  /** Ends worker, server and console, in this order, and returns when they are gone. */
  stop(): Promise<void>;
}

export interface RuntimeOptions extends Omit<UpOptions, 'console'> {
  readonly stateDir: string;
  /** Whether the caller has its lock; by default this takes it, and releases it when it stops. */
  readonly isLocked?: boolean;
  /** Added to the worker's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Evidence that a console shows, and its settings; no console by default. */
  readonly console?: {readonly roots: readonly string[]; readonly env: NodeJS.ProcessEnv} | undefined;
}

/**
 * Starts the embedded server, or connects to the cluster that the environment names, a worker and a console.
 * Throws, with nothing left running, if another Portwright uses the state directory or a part does not come up.
 */
export async function startRuntime(options: RuntimeOptions, print: (line: string) => void): Promise<Runtime> {
  await privateDir(options.stateDir, print);
  const undo: (() => Promise<void>)[] = options.isLocked ? [] : [await lockStateDir(options.stateDir)];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const attached = await startConsole(options, print);
    if (attached) undo.push(() => attached.stop());
    const cluster = connectionOptions(process.env);
    const server = cluster === undefined ? await startServer(options, print) : undefined;
    if (server) undo.push(() => server.stop());
    const address = server?.address ?? cluster?.connectionOptions.address ?? '';
    const namespace = cluster?.namespace ?? 'default';
    const connection = await connect(cluster?.connectionOptions ?? {address}, address);
    undo.push(() => connection.close());
    await ensureSearchAttributes(connection, namespace);
    if (server) {
      await writeAddress(options.stateDir, address);
      undo.push(() => deleteAddress(options.stateDir));
    }
    const env = {...workerEnv(server, options.env), ...(attached && {PORTWRIGHT_CONSOLE_URL: consoleUrl(attached)})};
    const worker = options.worker === false ? undefined : await superviseWorker({env, print});
    if (worker) undo.push(() => worker.stop());
    const uiUrl = server === undefined ? undefined : `${server.uiUrl}/namespaces/${namespace}`;
    const client = new Client({connection, namespace});
    const runtime = {
      address,
      namespace,
      consoleUrl: attached?.url,
      uiUrl,
      client,
      workerPid: () => worker?.pid(),
      workerHealthUrl: () => worker?.healthUrl(),
      broken: brokenBy(server),
      stop,
    };
    attached?.attach(runtime);
    return runtime;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The console starts first: the worker gets its address. */
async function startConsole(
  {stateDir, console}: RuntimeOptions,
  print: (line: string) => void,
): Promise<AttachedConsole | undefined> {
  if (console === undefined) return undefined;
  const {startAttachedConsole} = await import('./attached-console.ts');
  return startAttachedConsole({...console, stateDir, print});
}

/** Returns the address for operators' browsers: behind a proxy it is another. */
function consoleUrl({url}: AttachedConsole): string {
  return process.env.PORTWRIGHT_CONSOLE_URL || url;
}

async function connect(options: ConnectionOptions, address: string): Promise<Connection> {
  return Connection.connect(options).catch((error: Error) => {
    throw new Error(
      `Temporal at ${address} cannot be reached: ${error.message}. Correct TEMPORAL_ADDRESS or temporal.toml, or unset them for an embedded server.`,
    );
  });
}

/** Returns a promise that rejects when the server dies; not handling it is no unhandled rejection. */
function brokenBy(server: EmbeddedServer | undefined): Promise<never> {
  const broken = (server?.died ?? new Promise<Error>(() => undefined)).then((error) => Promise.reject(error));
  broken.catch(() => undefined);
  return broken;
}

function workerEnv(server: EmbeddedServer | undefined, more: NodeJS.ProcessEnv | undefined): NodeJS.ProcessEnv {
  const cluster = server === undefined ? {} : {TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'default'};
  return {...process.env, ...cluster, ...more};
}

/** Starts the embedded server. All state directories of this installation share one copy of the command line: it is large. */
async function startServer(options: RuntimeOptions, print: (line: string) => void): Promise<EmbeddedServer> {
  const cli = await findTemporalCli({stateDir: stateDir(process.env), print});
  print(`Temporal's CLI from ${cli.from}: ${cli.path}`);
  return startEmbeddedServer({...options, cli: cli.path});
}
