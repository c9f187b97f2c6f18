import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {superviseWorker, type WorkerProcess} from '../../../src/worker/processes.ts';
import {isRunning, until} from '../../support/processes.ts';

let dir: string;
let said: string[];
let worker: WorkerProcess | undefined;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'worker-process-'));
  said = [];
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  rmSync(dir, {recursive: true});
});

/** Supervises a small program with the worker's protocol: it prints `ready`, and ends at TERM. */
async function supervise(script: string): Promise<WorkerProcess> {
  const program = join(dir, 'worker.mjs');
  writeFileSync(program, script);
  worker = await superviseWorker({env: {PATH: process.env.PATH, WORD: 'given'}, print: (line) => said.push(line), program});
  return worker;
}

const POLLS = "console.log('ready'); setInterval(() => {}, 1000);";

test('a killed worker is restarted, and that is reported; stop ends the new one', async () => {
  const {pid} = await supervise(`console.error('word', process.env.WORD); ${POLLS}`);
  const first = pid();
  process.kill(first, 'SIGKILL');
  await until('it runs again', () => said.includes(`The worker runs again, pid ${pid()}.`));
  expect(pid()).not.toBe(first);
  expect(said).toContain(`The worker, pid ${first}, ended (SIGKILL); restarting it.`);
  expect(said).toContain('worker: word given');
  const second = pid();
  await worker?.stop();
  expect([isRunning(first), isRunning(second)]).toEqual([false, false]);
  expect(said.filter((line) => line.includes('ended'))).toHaveLength(1);
});

test('the worker’s health address is known after each start, and is not logged', async () => {
  const tells = "console.log('health http://127.0.0.1:' + process.pid); console.log('health is fine');";
  const {pid, healthUrl} = await supervise(`${tells} ${POLLS}`);
  const first = pid();
  expect(healthUrl()).toBe(`http://127.0.0.1:${first}`);
  expect(said).toEqual(['worker: health is fine']);
  process.kill(first, 'SIGKILL');
  await until('the old one is forgotten', () => healthUrl() !== `http://127.0.0.1:${first}`);
  await until('it runs again', () => said.includes(`The worker runs again, pid ${pid()}.`));
  expect(healthUrl()).toBe(`http://127.0.0.1:${pid()}`);
  await worker?.stop();
  expect(healthUrl()).toBeUndefined();
});

test('a worker without a health server has no such address', async () => {
  const {healthUrl} = await supervise(POLLS);
  expect(healthUrl()).toBeUndefined();
});

test('stop lets a worker end in its own way', async () => {
  const note = join(dir, 'note');
  await supervise(
    `import {writeFileSync} from 'node:fs'; process.on('SIGTERM', () => { writeFileSync(${JSON.stringify(note)}, 'drained'); process.exit(0); }); ${POLLS}`,
  );
  await worker?.stop();
  expect(readFileSync(note, 'utf8')).toBe('drained');
});

test('a worker that cannot start is an error with its output, and is not restarted', async () => {
  await expect(supervise("console.error('no such cluster'); process.exit(1);")).rejects.toThrow(
    'The worker ended before it was ready: no such cluster',
  );
  expect(said).toEqual(['worker: no such cluster']);
});

test.each([
  ['PORTWRIGHT_HEALTH', '0.0.0.0:1'],
  ['PORTWRIGHT_CONSOLE_URL', 'nowhere'],
])('a %s that no worker can use is said at its start', async (name, value) => {
  const started = superviseWorker({env: {PATH: process.env.PATH, [name]: value}, print: () => undefined});
  await expect(started).rejects.toThrow(`The worker ended before it was ready: ${name} must be `);
});

test('what a killed worker left in its process group is gone too', async () => {
  const {pid} = await supervise(
    `import {spawn} from 'node:child_process'; console.error('child', spawn('sleep', ['1000']).pid); ${POLLS}`,
  );
  const child = Number(said.find((line) => line.startsWith('worker: child'))?.split(' ')[2]);
  expect(isRunning(child)).toBe(true);
  process.kill(pid(), 'SIGKILL');
  await until('its child is gone', () => !isRunning(child));
});
