import {chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Client, Connection} from '@temporalio/client';
import {stateDir} from '../../../src/setup/paths.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../../../src/worker/embedded-server.ts';
import {ensureSearchAttributes, SEARCH_ATTRIBUTE_NAMES} from '../../../src/worker/search-attributes.ts';
import {findTemporalCli} from '../../../src/worker/temporal-cli.ts';
import {isRunning} from '../../support/processes.ts';

let dir: string;
let cli: string;
let server: EmbeddedServer | undefined;
let connection: Connection | undefined;

beforeAll(async () => {
  cli = (await findTemporalCli({stateDir: stateDir(process.env), print: () => undefined})).path;
});
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'embedded-server-'));
});
afterEach(async () => {
  await stop();
  rmSync(dir, {recursive: true});
});

async function start(): Promise<Connection> {
  server = await startEmbeddedServer({stateDir: dir, cli, port: 0, uiPort: 0, print: () => undefined});
  connection = await Connection.connect({address: server.address});
  return connection;
}

async function stop(): Promise<void> {
  await connection?.close();
  connection = undefined;
  await server?.stop();
  server = undefined;
}

/** A listener on a port of its own, or on `port`; undefined if that one is taken already. */
function listener(port = 0): Promise<{port: number; close(): void} | undefined> {
  const taken = createServer();
  return new Promise((done) => {
    taken.once('error', () => done(undefined));
    taken.listen(port, '127.0.0.1', () => done({port: (taken.address() as {port: number}).port, close: () => taken.close()}));
  });
}

test('retains closed workflows for 30 days, has the search attributes, serves the Web UI, and ends after stop', async () => {
  const {workflowService, operatorService} = await start();
  const {config} = await workflowService.describeNamespace({namespace: 'default'});
  expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 86_400);
  const {customAttributes} = await operatorService.listSearchAttributes({namespace: 'default'});
  expect(Object.keys(customAttributes ?? {}).sort()).toEqual(
    ['BuildRun', 'PortClassification', 'PortOrigin', 'PortOutcome', 'PortPhase', 'PortTarget', 'PortTier'].sort(),
  );
  expect(new Set(Object.values(customAttributes ?? {}))).toEqual(new Set([2]));
  const page = await fetch(`${server?.uiUrl}/namespaces/default/workflows`);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
  const pid = server?.pid ?? 0;
  expect(isRunning(pid)).toBe(true);
  await stop();
  expect(isRunning(pid)).toBe(false);
});

test('a second start finds the workflows of the first', async () => {
  const first = new Client({connection: await start()});
  await first.workflow.start('portCase', {workflowId: 'port:@T:net/foo', taskQueue: 'nobody'});
  await stop();
  const second = new Client({connection: await start()});
  expect((await second.workflow.getHandle('port:@T:net/foo').describe()).status.name).toBe('RUNNING');
});

test('a requested port must be free; a default one in use is replaced', async () => {
  const taken = await listener();
  const refused = startEmbeddedServer({stateDir: dir, cli, port: taken?.port ?? 0, uiPort: 0});
  await expect(refused).rejects.toThrow(`--port must be a free port of 127.0.0.1; ${taken?.port} is taken.`);
  taken?.close();
  const usual = [await listener(7233), await listener(8233)];
  server = await startEmbeddedServer({stateDir: dir, cli});
  expect(server.address).not.toBe('127.0.0.1:7233');
  expect(server.uiUrl).not.toBe('http://127.0.0.1:8233');
  for (const one of usual) one?.close();
});

test('a server that does not start is reported with the end of its log', async () => {
  mkdirSync(join(dir, 'temporal.db'));
  await expect(startEmbeddedServer({stateDir: dir, cli, port: 0, uiPort: 0})).rejects.toThrow(
    /Temporal's server ended\. The end of .*temporal\.log:\n.*(database|directory)/s,
  );
});

test('reports when it dies', async () => {
  await start();
  process.kill(server?.pid ?? 0, 'SIGKILL');
  expect((await server?.died)?.message).toMatch(/Temporal's server ended/);
});

test('missing search attributes are added; where that fails, the commands are named', async () => {
  const there = await start();
  for (const namespace of ['bare', 'full']) {
    await there.workflowService.registerNamespace({namespace, workflowExecutionRetentionPeriod: {seconds: 86_400 as never}});
  }
  await ensureSearchAttributes(there, 'bare');
  const {customAttributes} = await there.operatorService.listSearchAttributes({namespace: 'bare'});
  expect(Object.keys(customAttributes ?? {}).sort()).toEqual([...SEARCH_ATTRIBUTE_NAMES].sort());
  // SQLite has room for ten of type Keyword.
  const others = Object.fromEntries(Array.from({length: 9}, (_, index) => [`Other${index}`, 2]));
  await there.operatorService.addSearchAttributes({namespace: 'full', searchAttributes: {...others, PortOrigin: 2}});
  await expect(ensureSearchAttributes(there, 'full')).rejects.toThrow(
    /cannot have more than 10.*Run:\n\n {4}temporal operator search-attribute create --namespace full --name PortTarget --type Keyword\n/s,
  );
});

test('its database, journals and log are for their owner alone, also those of an earlier version', async () => {
  writeFileSync(join(dir, 'temporal.log'), 'of an earlier start\n');
  chmodSync(dir, 0o755);
  chmodSync(join(dir, 'temporal.log'), 0o644);
  const umask = process.umask(0o022);
  try {
    await start();
    expect(existsSync(join(dir, 'temporal.db-wal'))).toBe(true);
    const modes = ['', ...readdirSync(dir)].map((name) => [name, (lstatSync(join(dir, name)).mode & 0o077).toString(8)]);
    expect(modes.filter(([, others]) => others !== '0')).toEqual([]);
    await stop();
    chmodSync(join(dir, 'temporal.db'), 0o644);
    await start();
    expect(lstatSync(join(dir, 'temporal.db')).mode & 0o777).toBe(0o600);
  } finally {
    process.umask(umask);
  }
});
