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
import type {ConsoleBeside} from './console.ts';
import {rootsToRead} from './roots.ts';

export interface UpOptions {
  /** Ports of the embedded server and its Web UI, which must be free; unless told 7233 and 8233, or others if these are taken. */
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
  /** Base of the Web UI's addresses; undefined for a cluster of somebody else's. */
  readonly uiUrl: string | undefined;
  readonly client: Client;
  workerPid(): number | undefined;
  /** Where the worker tells what it does, without a path; undefined without one, and while it is started again. */
  workerHealthUrl(): string | undefined;
  /** Rejects when the embedded server ends without having been told to. */
  readonly broken: Promise<never>;
  /** Ends worker, server and console, in this order, and returns when they are gone. */
  stop(): Promise<void>;
}

export interface RuntimeOptions extends Omit<UpOptions, 'console'> {
  readonly stateDir: string;
  /** Whether the caller has its lock; unless told this takes it, and gives it back when it stops. */
  readonly isLocked?: boolean;
  /** Added to the worker's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Evidence that a console shows, and its settings; without one unless told. */
  readonly console?: {readonly roots: readonly string[]; readonly env: NodeJS.ProcessEnv} | undefined;
}

/**
 * Starts the embedded server, or connects to the cluster that the environment names, a worker and a console.
 * Throws, with nothing left running, if another Portwright uses the state directory or a part does not come up.
 */
export async function startRuntime(options: RuntimeOptions, say: (line: string) => void): Promise<Runtime> {
  await mkdir(options.stateDir, {recursive: true});
  const undo: (() => Promise<void>)[] = options.isLocked ? [] : [await lockStateDir(options.stateDir)];
  const stop = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    const beside = await startConsole(options);
    if (beside) undo.push(() => beside.stop());
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
    const env = {...workerEnv(server, options.env), ...(beside && {PORTWRIGHT_CONSOLE_URL: consoleUrl(beside)})};
    const worker = options.worker === false ? undefined : await superviseWorker({env, say});
    if (worker) undo.push(() => worker.stop());
    const uiUrl = server === undefined ? undefined : `${server.uiUrl}/namespaces/${namespace}`;
    const client = new Client({connection, namespace});
    const runtime = {
      ...{address, namespace, consoleUrl: beside?.url, uiUrl, client},
      workerPid: () => worker?.pid(),
      workerHealthUrl: () => worker?.healthUrl(),
      broken: brokenBy(server),
      stop,
    };
    beside?.attach(runtime);
    return runtime;
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The console comes first: the worker is told where it is. */
async function startConsole({stateDir, console}: RuntimeOptions): Promise<ConsoleBeside | undefined> {
  if (console === undefined) return undefined;
  const {startConsoleBeside} = await import('./console.ts');
  return startConsoleBeside(stateDir, console.roots, console.env);
}

/** Where people reach it: behind a proxy that is somewhere else. */
function consoleUrl({url}: ConsoleBeside): string {
  return process.env.PORTWRIGHT_CONSOLE_URL || url;
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
async function startServer(options: RuntimeOptions, say: (line: string) => void): Promise<EmbeddedServer> {
  const cli = await findTemporalCli({stateDir: stateDir(process.env), say});
  say(`Temporal's CLI from ${cli.from}: ${cli.path}`);
  return startEmbeddedServer({...options, cli: cli.path});
}

/** `portwright up`: everything on this machine, until Ctrl-C or TERM. */
export async function up(options: UpOptions): Promise<void> {
  const say = (line: string): void => console.log(line);
  const stopped = untilStopped();
  const pages = options.console === false ? undefined : {roots: rootsToRead(), env: process.env};
  const runtime = await startRuntime({...options, stateDir: stateDir(process.env), console: pages}, say);
  try {
    say(`Temporal at ${runtime.address}, namespace ${runtime.namespace}`);
    if (runtime.consoleUrl !== undefined) say(`Console: ${runtime.consoleUrl}`);
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
