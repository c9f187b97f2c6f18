import {type ChildProcess, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {type AddressInfo, createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {installRoot, stateDir} from '../../../src/setup/paths.ts';
import {findTemporalCli} from '../../../src/worker/temporal-cli.ts';
import {isRunning, until} from '../../support/processes.ts';

const BIN = join(installRoot(), 'bin', 'portwright.js');
const OLD_NODE = join(installRoot(), 'test', 'support', 'old-node.cjs');
let dir: string;
const running: Up[] = [];

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'up-'));
  const {path} = await findTemporalCli({stateDir: stateDir(process.env), print: () => undefined});
  symlinkSync(path, join(dir, 'temporal'));
});
afterEach(() => {
  for (const up of running.splice(0)) up.child.kill('SIGKILL');
  rmSync(dir, {recursive: true, force: true});
});

interface Up {
  readonly child: ChildProcess;
  readonly lines: string[];
  readonly ended: Promise<number | null>;
}

/** `portwright up` as a user starts it, with a state directory and evidence of the test's own. */
function up(options: readonly string[] = [], nodeOptions: readonly string[] = [], more: NodeJS.ProcessEnv = {}): Up {
  const env = {
    ...more,
    PATH: `${dir}:${process.env.PATH}`,
    HOME: dir,
    PORTWRIGHT_STATE_DIR: join(dir, 'state'),
    LOGS_ROOT: join(dir, 'logs'),
  };
  const child = spawn(process.execPath, [...nodeOptions, BIN, 'up', '--port', '0', '--ui-port', '0', ...options], {env});
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface({input: stream}).on('line', (line) => lines.push(line));
  const one = {child, lines, ended: new Promise<number | null>((done) => child.once('close', done))};
  running.push(one);
  return one;
}

async function ready({lines, child}: Up): Promise<number[]> {
  await until('up is ready', () => {
    if (child.exitCode !== null) throw new Error(lines.join('\n'));
    return lines.some((line) => line.startsWith('Ready for hooks'));
  });
  return descendants(child.pid ?? 0);
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const {port} = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

/** Pids below `pid`, deepest last. */
function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

async function gone(pids: readonly number[]): Promise<void> {
  await until('nothing is left', () => pids.every((pid) => !isRunning(pid)), 5000);
}

test('up shows where all is; TERM ends it with code 0 and no process left; a second one is refused meanwhile', async () => {
  const health = `127.0.0.1:${await freePort()}`;
  const first = up([], [], {PORTWRIGHT_HEALTH: health});
  const pids = await ready(first);
  const told = await (await fetch(`http://${health}/healthz`)).json();
  expect(told).toMatchObject({status: 'idle', extra: {pid: expect.any(Number), model: {triage: null, patch: null}}});
  expect(pids).toContain(told.extra.pid);
  expect(first.lines.filter((line) => line.includes('health'))).toEqual([]);
  expect(pids.length).toBeGreaterThanOrEqual(2);
  const text = first.lines.join('\n');
  expect(text).toMatch(/Temporal at 127\.0\.0\.1:\d+, namespace default/);
  expect(text).toMatch(/Web UI: http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows/);
  expect(text).toMatch(/Worker: pid \d+, evidence in .*logs\/evidence$/m);
  const second = up();
  expect(await second.ended).toBe(1);
  expect(second.lines.join('\n')).toMatch(
    /^portwright: Portwright already runs with the state directory .*state\. Stop that one/m,
  );
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  await gone(pids);
});

test('kill -9 leaves nothing, and up starts again at once', async () => {
  const first = up();
  const pids = await ready(first);
  first.child.kill('SIGKILL');
  await first.ended;
  await gone(pids);
  const second = up(['--no-worker']);
  await ready(second);
  second.child.kill('SIGINT');
  expect(await second.ended).toBe(0);
});

test('when the server dies, up reports it and exits with 1', async () => {
  const one = up(['--no-worker']);
  const [server = 0] = await ready(one);
  process.kill(server, 'SIGKILL');
  expect(await one.ended).toBe(1);
  expect(one.lines.join('\n')).toMatch(/^portwright: Temporal's server ended\./m);
});

test('the wrapper of an old Node: kill -9 of it leaves nothing', async () => {
  const one = up(['--no-worker'], ['--require', OLD_NODE]);
  const pids = await ready(one);
  one.child.kill('SIGKILL');
  await one.ended;
  await gone(pids);
});
