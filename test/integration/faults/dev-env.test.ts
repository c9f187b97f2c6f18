import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import type {DevEnv, ExecOptions} from '../../../src/devenv/client.ts';
import {openDevEnv} from '../../../src/devenv/exec.ts';
import {DevEnvUnavailable} from '../../../src/devenv/unavailable.ts';
import {until} from '../../support/processes.ts';
import {DEV_ENV, Envs} from '../devenv-linux/support.ts';

jest.setTimeout(120_000);

const envs = new Envs();
const logs = mkdtempSync(join(tmpdir(), 'portwright-env-faults-'));
let env: DevEnv;

beforeAll(async () => {
  await envs.create('faulty');
  env = openDevEnv('faulty', {command: [DEV_ENV], env: {...process.env, ...envs.env}, graceSeconds: 2});
}, 60_000);
afterAll(async () => {
  await envs.remove();
  rmSync(logs, {recursive: true});
}, 60_000);

const sh = (script: string, options: Partial<ExecOptions> = {}) =>
  env.exec(['sh', '-c', script], {cwd: '/work', timeoutSeconds: 60, ...options});

/** Processes on this machine, inside of dev-envs too, whose command line has this word. */
function running(word: string): string[] {
  const lines = readdirSync('/proc').map((pid) => {
    try {
      return /^\d+$/.test(pid) && pid !== String(process.pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '';
    } catch {
      return '';
    }
  });
  return lines.filter((line) => line.includes(word));
}

test('a command that hangs is ended at its limit with all that it started, whatever they ignore', async () => {
  const hang = `trap '' TERM INT HUP; (exec sleep 86391) & (setsid sleep 86392 &) ; sleep 86393; wait`;
  const began = Date.now();
  expect(await sh(hang, {timeoutSeconds: 1})).toMatchObject({timedOut: 'total'});
  expect(Date.now() - began).toBeLessThan(1_000 + 10_000);
  expect(running('8639')).toEqual([]);
});

test('a command without output is ended by its limit', async () => {
  expect(await sh('echo begins; sleep 86394', {idleSeconds: 1})).toMatchObject({timedOut: 'idle', stdout: 'begins\n'});
  expect(running('86394')).toEqual([]);
});

test('a command that a signal ends is a result with that signal', async () => {
  expect((await sh('kill -SEGV $$')).rc).toBe(128 + 11);
  expect((await sh('kill -KILL $$')).rc).toBe(128 + 9);
});

test('a file may not fill the disk, the command fails, and the dev-env works on', async () => {
  const filled = await sh('ulimit -f 2048; cat /dev/zero >/work/obj/big; echo "status $?"; rm -f /work/obj/big');
  expect(filled.stdout).toMatch(/status [^0]/);
  const limited = await sh('ulimit -f');
  expect(limited.stdout.trim()).toMatch(/^\d+$/);
  expect(await sh('echo well')).toMatchObject({rc: 0, stdout: 'well\n'});
});

test('a command that prints 1 GB costs no memory; its end is stored, and the log is bounded', async () => {
  const logFile = join(logs, 'flood.log');
  const before = process.memoryUsage().rss;
  const flood = `head -c 1073741824 /dev/zero | tr '\\000' 'x'; printf '\\nthe end\\n'`;
  const result = await sh(flood, {tailBytes: 4096, logFile});
  expect(result).toMatchObject({rc: 0, stdoutTruncated: true});
  expect(result.stdout.length).toBeLessThanOrEqual(4096);
  expect(result.stdout).toMatch(/x\nthe end\n$/);
  expect(process.memoryUsage().rss - before).toBeLessThan(300 << 20);
  expect(statSync(logFile).size).toBeGreaterThan(256 << 20);
  expect(statSync(logFile).size).toBeLessThan(257 << 20);
});

test('a full disk under the log ends the command with that error, and nothing else', async () => {
  await expect(sh('echo begins; exec sleep 86395', {logFile: '/dev/full'})).rejects.toThrow(/ENOSPC/);
  expect(running('86395')).toEqual([]);
  expect(await sh('echo well')).toMatchObject({rc: 0, stdout: 'well\n'});
});

test('a dev-env whose files are deleted under a command ends that command, and the next one does not start', async () => {
  await envs.create('gone');
  const gone = openDevEnv('gone', {command: [DEV_ENV], env: {...process.env, ...envs.env}});
  const log = join(logs, 'gone.log');
  const waits = gone.exec(['sh', '-c', 'echo begins; while [ -e /work/DeltaPorts/.git/HEAD ]; do sleep 0.1; done; exit 7'], {
    cwd: '/work',
    timeoutSeconds: 60,
    logFile: log,
  });
  await until('it has begun', () => existsSync(log) && readFileSync(log, 'utf8') === 'begins\n');
  const dir = (await envs.run(['path', 'gone'])).stdout.trim();
  rmSync(dir, {recursive: true});
  expect((await waits).rc).toBe(7);
  await expect(gone.exec(['true'], {timeoutSeconds: 30})).rejects.toThrow(DevEnvUnavailable);
});

test('a dev-env that is deleted meanwhile is reported as unavailable, not as a failed build', async () => {
  await envs.create('doomed');
  const doomed = openDevEnv('doomed', {command: [DEV_ENV], env: {...process.env, ...envs.env}});
  expect((await doomed.status()).status).toBe('ready');
  await envs.run(['destroy', '--yes', 'doomed']);
  await expect(doomed.exec(['true'], {timeoutSeconds: 30})).rejects.toThrow(DevEnvUnavailable);
  await expect(doomed.exec(['true'], {timeoutSeconds: 30})).rejects.toThrow(/doomed/);
});
