import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {execa} from 'execa';
import {run} from '../../../src/devenv/run.ts';
import {ESCAPES, type Escape, OPEN, type Result} from '../../support/hostile/escapes.ts';
import {until} from '../../support/processes.ts';
import {DEV_ENV, Envs, type Ran} from './support.ts';

const HOSTILE = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../support/hostile');
const SELF = process.getuid?.() ?? -1;
const BAIT = 'a-variable-of-the-host';
const NAME = `portwright-escape-${process.pid}`;
/** Where the program is inside. */
const PROGRAM = '/work/obj/escape';
const LIMITS = {PROCESSES: 40, MEMORY: 500_000_000, FILE_SIZE: 1_000_000};

/** A uid from 64900 on without a process and a user; those before 64990 are no other test's. */
function unusedUid(from: number): number {
  const users = new Set(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => Number(line.split(':')[2])),
  );
  for (let uid = from; uid < 64_990; uid += 2) if (!users.has(uid) && processesOf(uid).length === 0) return uid;
  throw new Error(`A uid from ${from} to 64989 must be unused; all are used.`);
}

/** Pids of what runs with a uid. */
function processesOf(uid: number): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return (
        /^\d+$/.test(pid) &&
        statSync(`/proc/${pid}`).uid === uid &&
        !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
      );
    } catch {
      return false;
    }
  });
}

/** Pids of what has a mount from below a directory. */
function withRoot(directory: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(directory);
    } catch {
      return false;
    }
  });
}

/** Ends a process, unless it has ended. */
function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Words before a command that make it one of `uid`. */
function as(uid: number): string[] {
  if (uid === SELF) return [];
  return ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--'];
}

/** What the host has that a hostile port would like: see the variables in escapes.ts. */
class Baits {
  root = '';
  readonly #servers: Server[] = [];
  readonly #key = 0x50570000 + (process.pid & 0xffff);
  #port = 0;
  #holder: ChildProcess | undefined;

  get caller(): string {
    return join(this.root, 'caller');
  }

  /** `uid`: of the process that is the victim. */
  async set(uid: number): Promise<void> {
    this.root = mkdtempSync(join(tmpdir(), 'dev-env-baits.'));
    chmodSync(this.root, 0o755);
    mkdirSync(join(this.root, 'place'));
    for (const program of ['caller', 'escape']) {
      execFileSync('cc', ['-o', join(this.root, program), join(HOSTILE, `${program}.c`)]);
    }
    writeFileSync(join(this.root, 'secret'), 'secret of the host', {mode: 0o644});
    for (const where of [0, join(this.root, 'socket'), `\0${NAME}`]) await this.#listen(where);
    chmodSync(join(this.root, 'socket'), 0o777);
    const argv = [...as(uid), this.caller, 'hold', String(this.#key), `/${NAME}`, '50570'];
    this.#holder = spawn(argv[0] ?? '', argv.slice(1), {stdio: ['pipe', 'pipe', 'inherit'], env: {BAIT, PATH: process.env.PATH}});
    if (this.#holder.stdout) await once(this.#holder.stdout, 'data');
  }

  async #listen(where: number | string): Promise<void> {
    const server = createServer((socket) => socket.on('error', () => undefined).end('reached'));
    this.#servers.push(server);
    await once(typeof where === 'number' ? server.listen(where, '127.0.0.1') : server.listen(where), 'listening');
    const address = server.address();
    if (typeof address === 'object' && address) this.#port = address.port;
  }

  /** Lines of sh before a script. */
  variables(program: string, place: string): string {
    const all = {
      ESCAPE: program,
      PLACE: place,
      VICTIM: this.#holder?.pid,
      BAIT,
      SECRET: join(this.root, 'secret'),
      SOCKET: join(this.root, 'socket'),
      ABSTRACT: NAME,
      PORT: this.#port,
      VSOCK: 50570,
      KEY: this.#key,
      NAME,
      ...LIMITS,
    };
    return Object.entries(all)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join('');
  }

  async take(): Promise<void> {
    for (const server of this.#servers) server.close();
    if (this.#holder?.exitCode === null) {
      const gone = once(this.#holder, 'exit');
      this.#holder.stdin?.end();
      await gone;
    }
    rmSync(this.root, {recursive: true, force: true});
  }
}

/** Environments of a user, who calls a `dev-env` that he can read. */
class EnvsOf extends Envs {
  readonly #uid: number;
  readonly #program: string;
  readonly variables: Readonly<Record<string, string>>;

  /** `inside`: the uid that processes inside have on this machine. */
  constructor(uid: number, inside: number) {
    super();
    this.#uid = uid;
    this.#program = uid === 0 ? DEV_ENV : join(this.root, 'linux/dev-env');
    if (uid !== 0) cpSync(dirname(DEV_ENV), dirname(this.#program), {recursive: true});
    if (uid !== SELF) execFileSync('chown', ['-R', `${uid}:${uid}`, this.root]);
    this.variables = {
      ...this.env,
      PORTWRIGHT_ENV_UID: String(inside),
      PATH: process.env.PATH ?? '',
      HOME: this.root,
      BAIT,
      SSH_AUTH_SOCK: join(this.root, 'agent'),
    };
  }

  /** `dev-env ARGUMENTS` of this user, after the words of `caller`. */
  argv(args: readonly string[], caller: readonly string[] = []): string[] {
    return [...as(this.#uid), ...caller, this.#program, ...args];
  }

  override async run(args: readonly string[], input = ''): Promise<Ran> {
    const [program = '', ...rest] = this.argv(args);
    const ran = await execa(program, rest, {reject: false, input, env: this.variables, extendEnv: false});
    return {rc: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr};
  }
}

/** The real client's `run` of a script: PROGRAM and its words before `sh -c`. */
async function attempt(tried: Escape, argv: readonly string[], preamble: string, env: NodeJS.ProcessEnv): Promise<Result> {
  const timeoutSeconds = tried.seconds ?? 20;
  return run([...argv, 'sh', '-c', preamble + tried.script], {timeoutSeconds, graceSeconds: 2, env});
}

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
    const limits = Object.entries(LIMITS).flatMap(([name, value]) => [
      `--${name.toLowerCase().replace('_', '-')}`,
      String(value),
    ]);
    const source = readFileSync(join(HOSTILE, 'escape.c'), 'utf8');
    // One where what is free is never enough.
    for (const [name, options] of [
      ['env1', limits],
      ['full', ['--free', '999999999999999']],
    ] as const) {
      expect(await envs.create(name, options)).toMatchObject({rc: 0});
      expect(await envs.run(['exec', name, '--', 'cc', '-x', 'c', '-o', PROGRAM, '-'], source)).toMatchObject({rc: 0});
    }
  });
  afterAll(async () => {
    await baits.take();
    // What outlived its end; the uid is no one else's.
    if (inside !== SELF) for (const pid of processesOf(inside)) end(Number(pid));
    await envs.remove();
  });

  test.each(TRIED)('refuses: $name', async (tried) => {
    const argv = envs.argv(['exec', '--cwd', '/tmp', ...(tried.exec ?? ['env1']), '--'], [baits.caller, 'call', NAME]);
    const result = await attempt(tried, argv, baits.variables(PROGRAM, '/tmp'), envs.variables);
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
    for (let time = 0; time < 40 && seen.length === 0; time += 1) {
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
