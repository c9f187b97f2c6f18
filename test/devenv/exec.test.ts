import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {execa} from 'execa';
import type {DevEnv, ExecOptions, ExecResult} from '../../src/devenv/client.ts';
import {openDevEnv, withDefaults} from '../../src/devenv/exec.ts';
import {DevEnvUnavailable} from '../../src/devenv/unavailable.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';

/** Seconds to sleep for that no other run of these tests uses, so that its processes are known. */
const ODD = (kind: number) => `${kind}${process.pid}`;

let fake: FakeWork;
let env: DevEnv;

beforeAll(async () => {
  fake = await fakeWork();
  env = fake.env;
});
afterAll(() => fake.end());

const sh = (script: string, ...args: string[]) => ['/bin/sh', '-c', script, 'test', ...args];

/** Whether a process of this machine has the word in its command line. */
async function running(word: string): Promise<boolean> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.some((line) => line.includes(word));
}

async function gone(word: string): Promise<void> {
  const deadline = Date.now() + 5000;
  while (await running(word)) {
    if (Date.now() > deadline) throw new Error(`${word} still runs`);
    await new Promise((done) => setImmediate(done));
  }
}

test('returns exit code, output and only the command’s own stderr', async () => {
  const result = await env.exec(sh('echo out; echo err >&2; exit 3'), {timeoutSeconds: 10});
  expect(result).toEqual({rc: 3, stdout: 'out\n', stderr: 'err\n', stdoutTruncated: false, stderrTruncated: false});
});

test('standard input is empty unless given, and arguments are no shell text', async () => {
  const given = await env.exec(sh('printf "%s|" "$@"; cat', '$(id)', "a'b", ''), {timeoutSeconds: 10, stdin: 'in'});
  expect(given.stdout).toBe("$(id)|a'b||in");
  expect((await env.exec(['cat'], {timeoutSeconds: 10})).stdout).toBe('');
});

test('a signal is 128 and its number', async () => {
  expect((await env.exec(sh('kill -TERM $$'), {timeoutSeconds: 10})).rc).toBe(143);
});

test('returns the tail, and writes everything to the log', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'portwright-log-'));
  const logFile = join(dir, 'log');
  const result = await withDefaults(env, {logFile}).exec(
    sh('i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done; echo é'),
    {timeoutSeconds: 20, tailBytes: 20},
  );
  expect(result.stdoutTruncated).toBe(true);
  expect(result.stdout).toBe('\nline 19998\nline 19999\né\n'.slice(-19));
  expect((await readFile(logFile, 'utf8')).split('\n')).toHaveLength(20002);
  await rm(dir, {recursive: true});
});

test('latin1 preserves every byte', async () => {
  const result = await env.exec(sh("printf '\\000\\377\\303'"), {timeoutSeconds: 10, encoding: 'latin1'});
  expect(Buffer.from(result.stdout, 'latin1')).toEqual(Buffer.from([0, 255, 195]));
});

test('timeouts end the process group, also one that ignores TERM', async () => {
  const stubborn = sh(`trap "" TERM; sleep ${ODD(91)} & echo on; sleep ${ODD(91)}`);
  expect((await env.exec(stubborn, {timeoutSeconds: 30, idleSeconds: 0.3})).timedOut).toBe('idle');
  expect(await env.exec(sh(`sleep ${ODD(91)} | cat`), {timeoutSeconds: 0.5})).toMatchObject({timedOut: 'total', rc: 143});
  await gone(ODD(91));
});

test('output resets the idle limit', async () => {
  const result = await env.exec(sh('for i in 1 2 3 4 5; do echo $i; sleep 0.2; done'), {timeoutSeconds: 30, idleSeconds: 0.8});
  expect(result).toMatchObject({rc: 0, stdout: '1\n2\n3\n4\n5\n'});
  expect(result.timedOut).toBeUndefined();
});

test('an abort ends the command and throws its reason', async () => {
  const abort = new AbortController();
  const reason = new Error('operator');
  const pending = withDefaults(env, {signal: abort.signal}).exec(sh(`echo x; exec sleep ${ODD(92)}`), {timeoutSeconds: 30});
  setTimeout(() => abort.abort(reason), 300);
  await expect(pending).rejects.toBe(reason);
  await gone(ODD(92));
  await expect(env.exec(['true'], {timeoutSeconds: 5, signal: abort.signal})).rejects.toBe(reason);
});

test('a killed worker leaves nothing behind', async () => {
  const main = `
    import {openDevEnv} from '${fileURLToPath(new URL('../../src/devenv/exec.ts', import.meta.url))}';
    const env = openDevEnv('fake', {command: ['env', 'A=1', 'sh', '-c', 'shift 6; trap "" TERM; "$@" & wait', 'x']});
    await env.exec(['sh', '-c', 'echo up; sleep ${ODD(93)}'], {timeoutSeconds: 60, logFile: process.argv[1]});`;
  const dir = await mkdtemp(join(tmpdir(), 'portwright-kill-'));
  const worker = execa(process.execPath, ['--input-type=module', '-e', main, join(dir, 'log')], {reject: false});
  const deadline = Date.now() + 10000;
  while (!(await readFile(join(dir, 'log'), 'utf8').catch(() => '')).includes('up')) {
    if (Date.now() > deadline) throw new Error(`not up: ${(await worker).stderr}`);
    await new Promise((done) => setImmediate(done));
  }
  worker.kill('SIGKILL');
  await gone(ODD(93));
  await rm(dir, {recursive: true});
}, 30_000);

test('the child sees no keys', async () => {
  const seen = openDevEnv('fake', {
    command: ['sh', '-c', 'env >&2; exit 1'],
    env: {
      PATH: process.env.PATH,
      DP_HARNESS_PATCH_API_KEY: 'sk-1',
      OPENAI_API_KEY: 'sk-2',
      PORTWRIGHT_API_TOKEN: 'sk-3',
      PORTWRIGHT_ENVS_DIR: '/envs',
    },
  });
  const error: Error = await seen.exec(['true'], {timeoutSeconds: 5}).catch((thrown) => thrown);
  const all = await seen.status().catch((thrown: Error) => thrown.message);
  expect(`${error.message}${all}`).not.toContain('sk-');
  expect(error).toBeInstanceOf(DevEnvUnavailable);
});

test('a dev-env that is not there is unavailable, a command that is not there is a result', async () => {
  await expect(openDevEnv('fake', {command: ['/nonexistent/dportsv3']}).exec(['true'], {timeoutSeconds: 5})).rejects.toThrow(
    DevEnvUnavailable,
  );
  const other = openDevEnv('other', {
    command: [fileURLToPath(new URL('../support/fake-dev-env', import.meta.url))],
    env: {...process.env, PORTWRIGHT_FAKE_ENV: '/x'},
  });
  await expect(other.exec(['true'], {timeoutSeconds: 5})).rejects.toThrow(/no such env: other/);
  await expect(other.status()).rejects.toThrow(DevEnvUnavailable);
  expect(() => openDevEnv('--yes', {command: ['x']})).toThrow(DevEnvUnavailable);
  expect((await env.exec(['no-such-command'], {timeoutSeconds: 5})).rc).toBe(127);
});

test('status is read as it is printed', async () => {
  expect(await env.status()).toMatchObject({name: 'fake', target: '@2026Q2', status: 'ready'});
});

test('arguments over ssh are quoted for the remote shell', async () => {
  const fakeSsh = fake.at('/work/.bin/ssh');
  await fake.put('/work/.bin/ssh', '#!/bin/sh\nwhile [ "$1" != host ]; do shift; done\nshift\nexec sh -c "$*"\n');
  await execa('chmod', ['755', fakeSsh]);
  const far = openDevEnv('fake', {
    command: [fakeSsh, 'host', fileURLToPath(new URL('../support/fake-dev-env', import.meta.url))],
    env: {...process.env, PORTWRIGHT_FAKE_ENV: fake.work.replace(/\/work$/, '')},
  });
  const result = await far.exec(['printf', '%s|', "a 'b' $(id)", '; id', ''], {timeoutSeconds: 10});
  expect(result.stdout).toBe("a 'b' $(id)|; id||");
});

test('a default holds also where a call names the option without a value', async () => {
  const seen: (ExecOptions | undefined)[] = [];
  const {signal} = new AbortController();
  const fake: DevEnv = {
    ...env,
    exec: async (_, options) => {
      seen.push(options);
      return {} as ExecResult;
    },
  };
  const defaulted = withDefaults(fake, {signal, logFile: '/log'});
  await defaulted.exec(['true'], {timeoutSeconds: 1, signal: undefined});
  await defaulted.exec(['true'], {timeoutSeconds: 1, logFile: '/other'});
  expect(seen).toEqual([
    {timeoutSeconds: 1, signal, logFile: '/log'},
    {timeoutSeconds: 1, signal, logFile: '/other'},
  ]);
});
