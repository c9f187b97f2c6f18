import {randomInt} from 'node:crypto';
import {open, readFile} from 'node:fs/promises';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {Connection} from '@temporalio/client';
import {endChild, startWithLifeline} from '../setup/lifeline.ts';
import {privateDir} from '../setup/private-dir.ts';
import {SEARCH_ATTRIBUTE_NAMES} from './search-attributes.ts';

const RETENTION_SECONDS = 30 * 86_400;
const STOP_MS = 10_000;
const HOST = '127.0.0.1';
/** Systems assign ports from 32768 on to others; one of those may be taken before the server listens on it. */
const [FIRST_PORT, END_PORT] = [20_000, 32_768];
const PORT_TRIES = 100;

export interface ServerOptions {
  /** For the database and the log. */
  readonly stateDir: string;
  /** Path of Temporal's command line. */
  readonly cli: string;
  /** Must be free when given; 0: any. When not given: 7233 and 8233, or any others if these are taken. */
  readonly port?: number | undefined;
  readonly uiPort?: number | undefined;
  /** Gets corrections of the modes of an earlier version's files; standard error by default. */
  readonly print?: (line: string) => void;
}

export interface EmbeddedServer {
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number;
  /** Resolves, with the end of its log, when the server ends unexpectedly. */
  readonly died: Promise<Error>;
  stop(): Promise<void>;
}

/**
 * Starts Temporal's dev server with a SQLite file, which persists cases over restarts, and its Web UI. It ends with this process.
 * Throws an Error with the end of its log if it does not come up.
 */
export async function startEmbeddedServer(options: ServerOptions): Promise<EmbeddedServer> {
  await privateDir(options.stateDir, options.print ?? ((line) => console.error(line)));
  const port = await portFor('--port', options.port, 7233);
  const uiPort = await portFor('--ui-port', options.uiPort, 8233, port);
  const log = join(options.stateDir, 'temporal.log');
  await createPrivate(log);
  const child = startWithLifeline([...PRIVATELY, options.cli, ...argumentsFor(options.stateDir, port, uiPort)], {
    env: {PATH: process.env.PATH, HOME: process.env.HOME, ...GO_MEMORY},
    stdout: {file: log},
  });
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    await endChild(child, STOP_MS);
  };
  const died = new Promise<Error>((done) => {
    child.then(async () => {
      if (!stopping) done(new Error(`Temporal's server ended. The end of ${log}:\n${await endOf(log)}`));
    });
  });
  const address = `${HOST}:${port}`;
  try {
    await Promise.race([setUp(address), died.then((error) => Promise.reject(error))]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {address, uiUrl: `http://${HOST}:${uiPort}`, pid: child.pid ?? 0, died, stop};
}

/** Go's collector begins early and holds the server below 400 MB with 500 open cases; without it, a tenth more cases a minute take twice as much. */
const GO_MEMORY = {GOGC: '100', GOMEMLIMIT: '320MiB'} as const;

/** Runs a program whose files are for their owner alone: the database and its journal have log lines and model texts. */
const PRIVATELY = ['/bin/sh', '-c', 'umask 077; exec "$@"', 'temporal'] as const;

async function createPrivate(path: string): Promise<void> {
  await (await open(path, 'a', 0o600)).close();
}

function argumentsFor(stateDir: string, port: number, uiPort: number): string[] {
  return [
    ...['server', 'start-dev', '--ip', HOST, '--port', String(port), '--ui-port', String(uiPort)],
    ...['--db-filename', join(stateDir, 'temporal.db'), '--log-level', 'warn'],
    ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
    ...SEARCH_ATTRIBUTE_NAMES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

async function endOf(log: string): Promise<string> {
  return (await readFile(log, 'utf8').catch(() => '')).slice(-1500);
}

/** Waits until the server answers, and sets the retention of closed workflows. */
async function setUp(address: string): Promise<void> {
  const channelArgs = {'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 300};
  const connection = await Connection.connect({address, connectTimeout: '60s', channelArgs});
  try {
    const config = {workflowExecutionRetentionTtl: {seconds: RETENTION_SECONDS as never}};
    await connection.withDeadline(Date.now() + 30_000, () =>
      connection.workflowService.updateNamespace({namespace: 'default', config}),
    );
  } finally {
    await connection.close();
  }
}

async function portFor(option: string, given: number | undefined, usual: number, other?: number): Promise<number> {
  const wanted = given ?? usual;
  if (wanted !== 0 && (await isFree(wanted))) return wanted;
  if (given !== undefined && given !== 0)
    throw new Error(`${option} must be a free port of ${HOST}; ${given} is taken. Give another, or 0 for any.`);
  for (let tries = 0; tries < PORT_TRIES; tries += 1) {
    const port = randomInt(FIRST_PORT, END_PORT);
    if (port !== other && (await isFree(port))) return port;
  }
  throw new Error(`No free port of ${HOST} was found from ${FIRST_PORT} to ${END_PORT - 1}. Give one that is free by ${option}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, HOST, () => server.close(() => done(true)));
  });
}
