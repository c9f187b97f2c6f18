import {lstatSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';
import {run} from '../../../src/devenv/run.ts';
import {
  attempt,
  BAIT,
  Baits,
  EnvsOf,
  end,
  NAME,
  PROGRAM,
  processesOf,
  SELF,
  unusedUid,
  withRoot,
} from '../../support/hostile/baits.ts';
import {ESCAPES, OPEN} from '../../support/hostile/escapes.ts';
import {until} from '../../support/processes.ts';

/** PORTWRIGHT_OPEN_ESCAPES=1 tries those too that are known to succeed. */
const WITH_OPEN = process.env.PORTWRIGHT_OPEN_ESCAPES === '1';
const TRIED = WITH_OPEN ? [...ESCAPES, ...OPEN] : ESCAPES;
const hostsUsers = readFileSync('/etc/passwd', 'utf8');
const plain = SELF === 0 ? unusedUid(64_901) : SELF;

const CALLERS = [
  {who: 'root', uid: 0, inside: SELF === 0 ? unusedUid(64_900) : SELF},
  {who: 'a plain user', uid: plain, inside: plain},
];

describe.each(CALLERS)('a dev-env of $who', ({uid, inside}) => {
  if (uid === 0 && SELF !== 0) {
    // biome-ignore lint/suspicious/noSkippedTests: only root can make a dev-env as root
    test.skip('is not tried, because the tests are not run as root', () => undefined);
    return;
  }
  const baits = new Baits();
  let envs: EnvsOf;

  beforeAll(async () => {
    envs = new EnvsOf(uid, inside);
    await baits.set(inside);
    await envs.makeBoth();
  });
  afterAll(async () => {
    await baits.take();
    // What outlived its end; the uid is no one else's.
    if (inside !== SELF) for (const pid of processesOf(inside)) end(Number(pid));
    await envs.remove();
  });

  test.each(TRIED)('refuses: $name', async (tried) => {
    const result = await envs.attempt(tried, baits);
    // It tried, and did not end by a fault of its own.
    if (tried.seconds === undefined) {
      expect(result).toMatchObject({stdout: expect.stringMatching(/^(refused|reached): (?!BROKEN)/m), stderr: ''});
    }
    expect({...result, escaped: tried.escaped(result)}).toMatchObject({escaped: false});
  });

  test('refuses: another tree while kept trees are mounted', async () => {
    const stop = new AbortController();
    const {promise: flipping, resolve: begun} = Promise.withResolvers<unknown>();
    const words = envs.argv(['exec', 'env1', '--', PROGRAM, 'flip', `../../../..${baits.root}`]);
    const options = {timeoutSeconds: 30, graceSeconds: 0, env: envs.variables, signal: stop.signal, onStdout: begun};
    const flipped = run(words, options).catch(() => undefined);
    await flipping;
    const seen: string[] = [];
    for (let time = 0; time < 20 && seen.length === 0; time += 1) {
      const read = await envs.run(['exec', '--keep', 'git', '--cwd', '/tmp', 'env1', '--', 'cat', '/work/freebsd-ports/secret']);
      if (read.stdout) seen.push(read.stdout);
    }
    stop.abort();
    await flipped;
    expect(seen).toEqual([]);
  });

  if (uid === 0) {
    test("does not make a command the host's root for a directory of root that is bound", async () => {
      const bound = join(baits.root, 'place');
      await envs.create('bound', ['--bind', `${bound}:/build`]);
      const {stdout} = await envs.run(['exec', 'bound', '--', 'sh', '-c', ': >/build/mine']);
      expect({stdout, owners: readdirSync(bound).map((name) => statSync(join(bound, name)).uid)}).toEqual({
        stdout: '',
        owners: expect.not.arrayContaining([0]),
      });
    });
  }

  test('leaves no process, mount, user or setuid file of root on this machine', async () => {
    const writable = join(envs.env.PORTWRIGHT_ENVS_DIR, 'env1/writable');
    const setuid = (readdirSync(writable, {recursive: true}) as string[])
      .map((path) => lstatSync(join(writable, path)))
      .filter((status) => status.isFile() && (status.mode & 0o6000) !== 0);
    expect(setuid.map((status) => status.uid)).toEqual([inside]);
    await baits.take();
    const ours = () => (inside === SELF ? withRoot(envs.root) : processesOf(inside));
    await until('no process is left', () => ours().length === 0, 5000);
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(envs.root);
    expect(readFileSync('/etc/passwd', 'utf8')).toBe(hostsUsers);
  });
});

describe('outside of a dev-env', () => {
  if (SELF !== 0) {
    // biome-ignore lint/suspicious/noSkippedTests: the attempts need root where nothing isolates them
    test.skip('attempts are not tried, because the tests are not run as root', () => undefined);
    return;
  }
  const baits = new Baits();
  beforeAll(() => baits.set(0));
  afterAll(() => baits.take());

  const real = [...ESCAPES, ...OPEN].filter(({worksOn}) => worksOn !== undefined);
  test.each(real)('the attempt is real: $name', async (tried) => {
    const own = ['unshare', '--mount', '--uts', ...(tried.worksOn === 'pids' ? ['--pid', '--fork', '--mount-proc'] : []), '--'];
    const place = join(baits.root, 'place');
    const preamble = `cd ${place}\n${baits.variables(join(baits.root, 'escape'), place)}`;
    const env = {PATH: process.env.PATH, BAIT, SSH_AUTH_SOCK: 'agent'};
    const result = await attempt(tried, [baits.caller, 'call', NAME, ...own], preamble, env);
    expect(result.stdout.trim().split('\n')).toEqual(tried.script.split('\n').map(() => expect.stringMatching(/^reached: /)));
  });
});
