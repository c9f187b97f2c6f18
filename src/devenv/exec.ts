import {maskFor} from '../case/evidence/secrets.ts';
import {childEnv} from './child-env.ts';
import type {DevEnv, DevEnvStatus, ExecOptions, ExecResult} from './client.ts';
import {isOwnDevEnv} from './command.ts';
import {type Registration, runOverSsh, type Work} from './on-host.ts';
import {isSsh, shellText, splitSsh} from './over-ssh.ts';
import {type RunOptions, run} from './run.ts';
import {shownCommand} from './ssh-command.ts';
import {lastLines} from './tail.ts';
import {DevEnvUnavailable} from './unavailable.ts';

export {devEnvCommand} from './command.ts';

export interface DevEnvOptions {
  /** Start of the command line, from `devEnvCommand`. */
  readonly command: readonly string[];
  /** Its name for that command; default the dev-env's. */
  readonly nameThere?: string;
  /** Environment to choose from; default this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds between TERM and KILL of a command that is ended; default 5. */
  readonly graceSeconds?: number;
  /** On whose behalf commands run, for a dev-env behind ssh; without it they end nothing that is left running there. */
  readonly work?: Work;
}

/** Announces on stderr that the command starts, which separates a failure to enter the dev-env from one of the command. */
const STARTED = '\u001eportwright started\n';
const ANNOUNCE = `printf '\\036portwright started\\n' >&2; exec "$@"`;

/** Opens a dev-env by its name; nothing is run yet. */
export function openDevEnv(name: string, options: DevEnvOptions): DevEnv {
  const {nameThere = name} = options;
  if (!/^[A-Za-z0-9@][A-Za-z0-9@._+-]{0,127}$/.test(nameThere)) {
    throw new DevEnvUnavailable(`A dev-env's name must be letters, digits and @._+- only; got ${JSON.stringify(nameThere)}.`);
  }
  const given = options.env ?? process.env;
  const base = {env: childEnv(given), graceSeconds: options.graceSeconds ?? 5, mask: maskFor(given)};
  const {command} = options;
  const runner = isSsh(command) ? sshRunner(command, {devEnv: nameThere, ...options.work}) : localRunner(command);
  const ownEnv = isOwnDevEnv(command);
  return {
    name,
    async status(signal) {
      const result = await runner(['status', nameThere], {...base, timeoutSeconds: 60, signal});
      return readStatus(result, `${shownCommand(command)} dev-env status ${nameThere}`);
    },
    ...(ownEnv ? {reset: (signal?: AbortSignal) => reset(runner, nameThere, {...base, timeoutSeconds: 600, signal})} : {}),
    async exec(argv, exec) {
      const cwd = exec.cwd ?? '/work/DeltaPorts';
      const protection = ['--quiet', '--keep', protectedPart(exec), ...(exec.fresh ? ['--fresh'] : [])];
      const inside = ['/bin/sh', '-c', ANNOUNCE, 'portwright', ...argv];
      const args = ['exec', ...(ownEnv ? protection : []), '--cwd', cwd, nameThere, '--', ...inside];
      return runInside(runner, args, {...base, ...exec}, `${shownCommand(command)} dev-env status ${nameThere}`);
    },
  };
}

/** Runs `dev-env` with these arguments. */
type Runner = (args: readonly string[], options: RunOptions) => Promise<ExecResult>;

function localRunner(command: readonly string[]): Runner {
  return (args, options) => run([...command, 'dev-env', ...args], options);
}

function sshRunner(command: readonly string[], registration: Registration): Runner {
  const {ssh, words} = splitSsh(command);
  return (args, options) => runOverSsh(ssh, shellText(words, ['dev-env', ...args]), options, registration);
}

/** Returns what of the trees is read-only to a command, a value of `exec --keep`. */
function protectedPart({writesGit, editsOverlay}: ExecOptions): string {
  if (writesGit) return 'ports';
  return editsOverlay ? 'git' : 'trees';
}

/** The same dev-env with a signal and a log file for every command that has none. */
export function withDefaults(env: DevEnv, defaults: Pick<ExecOptions, 'signal' | 'logFile'>): DevEnv {
  return {
    name: env.name,
    status: (signal) => env.status(signal ?? defaults.signal),
    ...(env.reset ? {reset: (signal?: AbortSignal) => env.reset?.(signal ?? defaults.signal) ?? Promise.resolve()} : {}),
    exec: (argv, options) => {
      const {signal = defaults.signal, logFile = defaults.logFile} = options;
      return env.exec(argv, {...options, signal, logFile});
    },
  };
}

async function reset(runner: Runner, name: string, options: RunOptions): Promise<void> {
  const result = await runner(['reset', name], options);
  if (result.rc !== 0)
    throw new DevEnvUnavailable(
      `dev-env reset ${name} must end with exit code 0; it ended with ${result.rc}: ${lastLines(result.stderr)}`,
    );
}

async function runInside(runner: Runner, args: readonly string[], options: RunOptions, check: string): Promise<ExecResult> {
  const start = new StartFilter();
  const result = await runner(args, {...options, stderrFilter: (chunk) => start.take(chunk)});
  if (start.seen) return result;
  const why = result.timedOut ? `It did not start within its time limit (${result.timedOut}).` : `Exit code ${result.rc}.`;
  throw new DevEnvUnavailable(
    `A command must start inside the dev-env; it did not. ${why} The dev-env printed: ${lastLines(start.held.toString('utf8'))} ` +
      `Check with: ${check}`,
  );
}

/** Drops stderr up to the announcement, which is of entering the dev-env. Without an announcement everything is held. */
class StartFilter {
  seen = false;
  held: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): Buffer {
    if (this.seen) return chunk;
    this.held = Buffer.concat([this.held, chunk]);
    const at = this.held.indexOf(STARTED);
    this.seen = at >= 0;
    if (this.seen) return this.held.subarray(at + STARTED.length);
    // Entering prints less than this; the end matters.
    this.held = this.held.subarray(-65536);
    return Buffer.alloc(0);
  }
}

function readStatus(result: ExecResult, commandLine: string): DevEnvStatus {
  const problem = (what: string) => new DevEnvUnavailable(`${commandLine} must print one line of JSON; ${what}`);
  if (result.rc !== 0) throw problem(`it ended with exit code ${result.rc}: ${lastLines(result.stderr)}`);
  const last = result.stdout.trim().split('\n').at(-1) ?? '';
  try {
    const status = JSON.parse(last) as DevEnvStatus;
    if (typeof status?.status === 'string' && typeof status.target === 'string') return status;
  } catch {
    // reported below
  }
  throw problem(`got ${JSON.stringify(last.slice(0, 200))}.`);
}
