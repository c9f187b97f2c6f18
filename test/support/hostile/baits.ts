import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createServer, type Server} from 'node:net';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {execa} from 'execa';
import {run} from '../../../src/devenv/run.ts';
import {DEV_ENV, Envs, type Ran} from '../../integration/devenv-linux/support.ts';
import type {Escape, Result} from './escapes.ts';

const HOSTILE = fileURLToPath(new URL('.', import.meta.url));
export const SELF = process.getuid?.() ?? -1;
export const BAIT = 'a-variable-of-the-host';
export const NAME = `portwright-escape-${process.pid}`;
/** Path of the program inside. */
export const PROGRAM = '/work/obj/escape';
export const LIMITS = {PROCESSES: 40, MEMORY: 500_000_000, FILE_SIZE: 1_000_000};

/** Returns a uid from `from` on without a process and a user; no other test uses those before 64990. */
export function unusedUid(from: number): number {
  const users = new Set(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => Number(line.split(':')[2])),
  );
  for (let uid = from; uid < 64_990; uid += 2) if (!users.has(uid) && processesOf(uid).length === 0) return uid;
  throw new Error(`A uid from ${from} to 64989 must be unused; all are used.`);
}

/** Returns the pids of processes with this uid. */
export function processesOf(uid: number): string[] {
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

/** Returns the pids of processes with a mount from below a directory. */
export function withRoot(directory: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(directory);
    } catch {
      return false;
    }
  });
}

/** Ends a process, unless it has ended. */
export function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Returns the command prefix that switches to `uid`. */
function as(uid: number): string[] {
  if (uid === SELF) return [];
  return ['setpriv', '--reuid', String(uid), '--regid', String(uid), '--clear-groups', '--'];
}

/** Targets on the host that a hostile port would attack: see the variables in escapes.ts. */
export class Baits {
  root = '';
  readonly #servers: Server[] = [];
  readonly #key = 0x50570000 + (process.pid & 0xffff);
  #port = 0;
  #holder: ChildProcess | undefined;

  get caller(): string {
    return join(this.root, 'caller');
  }

  /** Creates the targets; `uid` is that of the victim process. */
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

  /** Returns the sh lines that precede a script. */
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

/** Dev-envs of a user who calls a readable `dev-env`. */
export class EnvsOf extends Envs {
  readonly #uid: number;
  readonly #program: string;
  readonly variables: Readonly<Record<string, string>>;

  /** @param inside uid of inside processes on this machine */
  constructor(uid: number, inside: number) {
    super();
    this.#uid = uid;
    this.#program = uid === 0 ? DEV_ENV : join(this.root, 'linux/dev-env');
    if (uid !== 0) cpSync(dirname(DEV_ENV), dirname(this.#program), {recursive: true, verbatimSymlinks: true});
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

  /** Runs `dev-env ARGUMENTS` as this user, after the prefix `caller`. */
  argv(args: readonly string[], caller: readonly string[] = []): string[] {
    return [...as(this.#uid), ...caller, this.#program, ...args];
  }

  /** Creates `env1`, and `full`, whose disk check always fails; the program is in both. */
  async makeBoth(): Promise<void> {
    const limits = Object.entries(LIMITS).flatMap(([name, value]) => [
      `--${name.toLowerCase().replace('_', '-')}`,
      String(value),
    ]);
    const source = readFileSync(join(HOSTILE, 'escape.c'), 'utf8');
    for (const [name, options] of [
      ['env1', limits],
      ['full', []],
    ] as const) {
      const made = await this.create(name, options);
      const compiled = await this.run(['exec', name, '--', 'cc', '-x', 'c', '-o', PROGRAM, '-'], source);
      if (made.rc !== 0 || compiled.rc !== 0) throw new Error(`${name} cannot be had: ${made.stderr}${compiled.stderr}`);
    }
    // Only now: the check would end a compiler that takes longer than a second.
    const settings = join(this.env.PORTWRIGHT_ENVS_DIR ?? '', 'full', 'env.json');
    writeFileSync(settings, readFileSync(settings, 'utf8').replace(/"free_bytes": \d+/, '"free_bytes": 999999999999999'));
  }

  /** Tries an escape with the most permissive caller. */
  attempt(tried: Escape, baits: Baits): Promise<Result> {
    const argv = this.argv(['exec', '--cwd', '/tmp', ...(tried.exec ?? ['env1']), '--'], [baits.caller, 'call', NAME]);
    return attempt(tried, argv, baits.variables(PROGRAM, '/tmp'), this.variables);
  }

  override async run(args: readonly string[], input = ''): Promise<Ran> {
    const [program = '', ...rest] = this.argv(args);
    const ran = await execa(program, rest, {reject: false, input, env: this.variables, extendEnv: false});
    return {rc: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr};
  }
}

/** Runs a script by the real client: PROGRAM and its arguments precede `sh -c`. */
export async function attempt(tried: Escape, argv: readonly string[], preamble: string, env: NodeJS.ProcessEnv): Promise<Result> {
  const timeoutSeconds = tried.seconds ?? 20;
  return run([...argv, 'sh', '-c', preamble + tried.script], {timeoutSeconds, graceSeconds: 2, env});
}
