import {createHash, randomBytes} from 'node:crypto';
import {appendFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {inspect} from 'node:util';
import {jest} from '@jest/globals';
import {execa} from 'execa';
import {createDemoTrees} from '../../../src/demo/trees.ts';
import type {DevEnv} from '../../../src/devenv/client.ts';
import {openDevEnv} from '../../../src/devenv/exec.ts';
import type {Work} from '../../../src/devenv/on-host.ts';
import {proveRebuild} from '../../../src/devenv/proof.ts';
import {DevEnvUnavailable} from '../../../src/devenv/unavailable.ts';
import {pidsOf, until} from '../../support/processes.ts';
import {type HostUser, LOGIN_SHELLS, type SshHost, startSshd} from '../../support/sshd.ts';
import {Envs} from '../devenv-linux/support.ts';

jest.setTimeout(60_000);

const CONTRACT = fileURLToPath(new URL('../../support/contract-dportsv3', import.meta.url));
const USERS = Object.keys(LOGIN_SHELLS) as HostUser[];
const ORIGIN = 'net/wifimedia';
const CASE = `port:@demo:${ORIGIN}`;

/** What the port's build runs; no other run of these tests does. */
const SLEEP = `sleep 7${process.pid}`;
const DIFF = `diff --git a/ports/${ORIGIN}/Makefile.DragonFly b/ports/${ORIGIN}/Makefile.DragonFly
new file mode 100644
--- /dev/null
+++ b/ports/${ORIGIN}/Makefile.DragonFly
@@ -0,0 +1,1 @@
+CFLAGS+=\t-DX
`;
const HOSTILE = [
  '',
  "it's",
  '!history !! !$ ^a^b',
  '$(id) `id` $HOME ${HOME} $x:q',
  'a\nb\\\n',
  '\\0101 \\n \\\\ %s %b',
  '"double" * ? [a] {a,b} ~ ; | & < > ( ) # \u0007\t',
  'é\u{1f600}\u00ff',
  '-n',
  "'!\n$`".repeat(8000),
];

const envs = new Envs();
let host: SshHost;
beforeAll(async () => {
  const trees = await createDemoTrees(join(envs.root, 'demo-trees'));
  appendFileSync(join(trees.freebsdPorts, ORIGIN, 'Makefile'), `pre-build:\n\t@${SLEEP}\n`);
  [host] = await Promise.all([startSshd(), envs.createDemo('far', trees)]);
});
afterAll(async () => {
  await host.end();
  await envs.remove();
});

/** The dev-env behind ssh, by the contract's command line. */
function far(user: HostUser, work: Work = {}): DevEnv {
  const words = [`PORTWRIGHT_ENVS_DIR=${envs.root}/envs`, CONTRACT];
  return openDevEnv('far', {command: [...host.command(user), ...words], graceSeconds: 1, work});
}

/** Waits until the port is being built. Throws with the outcome if that comes first. */
async function builds(outcome: Promise<unknown>, isNew = (_pid: number) => true): Promise<void> {
  await Promise.race([until('the port is being built', () => pidsOf(SLEEP).some(isNew)), tooEarly(outcome)]);
}

async function tooEarly(outcome: Promise<unknown>): Promise<never> {
  throw new Error(`It ended before its build: ${inspect(await outcome)}`);
}

const nothingLeft = () => until('nothing of the build is left', () => pidsOf(SLEEP).length === 0);
const BUILD = ['sh', '-c', `compose=$(reapply ${ORIGIN}) && dsynth -y test ${ORIGIN}`];
const LIMIT = {timeoutSeconds: 50};
const outcome = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe.each(USERS)('login shell of %s', (user) => {
  test('status, arguments of any bytes, input with NUL bytes', async () => {
    expect(await far(user).status()).toMatchObject({name: 'far', target: '@demo', status: 'ready'});
    const script = 'printf "%s|" "$@"; cat; echo err >&2; exit 3';
    const options = {...LIMIT, stdin: Buffer.from('\0in\xff\0', 'latin1'), encoding: 'latin1', tailBytes: 65_536} as const;
    const result = await far(user).exec(['sh', '-c', script, 'test', ...HOSTILE], options);
    expect(result).toMatchObject({rc: 3, stderr: 'err\n'});
    const expected = Buffer.concat([Buffer.from(HOSTILE.map((one) => `${one}|`).join('')), options.stdin]);
    expect(Buffer.from(result.stdout, 'latin1').equals(expected)).toBe(true);
  });

  test('exit codes are the command’s own, 255 included', async () => {
    const codes = ['exit 0', 'exit 1', 'exit 255', 'kill -TERM $$'].map((script) => far(user).exec(['sh', '-c', script], LIMIT));
    expect((await Promise.all(codes)).map(({rc}) => rc)).toEqual([0, 1, 255, 143]);
  });
});

test('10 MB go in and come out byte for byte', async () => {
  const stdin = randomBytes(10 << 20);
  const hash = createHash('sha256');
  const result = await far('root').exec(['cat'], {...LIMIT, stdin, onStdout: (chunk) => hash.update(chunk)});
  expect(result.rc).toBe(0);
  expect(hash.digest('hex')).toBe(createHash('sha256').update(stdin).digest('hex'));
});

test('a cancel in mid-build leaves nothing running on the host', async () => {
  const abort = new AbortController();
  const built = outcome(far('root').exec(BUILD, {...LIMIT, signal: abort.signal}));
  await builds(built);
  abort.abort(new Error('cancelled'));
  expect(await built).toEqual(new Error('cancelled'));
  expect(pidsOf(SLEEP)).toEqual([]);
});

test('a link cut in mid-build is no result, and nothing is left running', async () => {
  const built = outcome(far('root').exec(BUILD, LIMIT));
  await builds(built);
  host.link.cut();
  expect(await built).toBeInstanceOf(DevEnvUnavailable);
  await nothingLeft();
});

test('a killed worker leaves nothing running', async () => {
  const command = JSON.stringify(host.command('root'));
  const source = fileURLToPath(new URL('../../../src/devenv/on-host.ts', import.meta.url));
  const main = `import {runOnHost} from '${source}'; await runOnHost(${command}, '${SLEEP}', [], {timeoutSeconds: 60});`;
  const worker = execa(process.execPath, ['--no-warnings', '--input-type=module', '-e', main], {reject: false});
  await builds(worker);
  worker.kill('SIGKILL');
  await worker;
  await nothingLeft();
});

test('a link cut in mid-proof is no proof', async () => {
  const input = {caseId: CASE, origin: ORIGIN, diff: DIFF, logFile: join(envs.root, 'proof.log')};
  const proof = outcome(proveRebuild(far('root'), {...input, buildIdleSeconds: 50, buildTotalSeconds: 50}));
  await builds(proof);
  host.link.cut();
  expect(await proof).toBeInstanceOf(DevEnvUnavailable);
  await nothingLeft();
});

test('after a half-open link the retry ends the first build before it starts its own', async () => {
  const work = {owner: `${CASE}/run`, activity: '7', attempt: 1, since: 1_800_000_000};
  const aborts = [new AbortController(), new AbortController()] as const;
  const first = outcome(far('root', work).exec(BUILD, {...LIMIT, signal: aborts[0].signal}));
  await builds(first);
  const before = pidsOf(SLEEP);
  host.link.halfOpen();
  const retry = outcome(far('root', {...work, attempt: 2}).exec(BUILD, {...LIMIT, signal: aborts[1].signal}));
  let most = 0;
  await builds(retry, (pid) => {
    most = Math.max(most, pidsOf(SLEEP).length);
    return !before.includes(pid);
  });
  expect({before: before.length, most}).toEqual({before: 1, most: 1});
  for (const abort of aborts) abort.abort(new Error('cancelled'));
  expect(await Promise.all([first, retry])).toEqual([new Error('cancelled'), new Error('cancelled')]);
  await nothingLeft();
});
