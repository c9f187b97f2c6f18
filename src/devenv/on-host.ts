import {randomBytes} from 'node:crypto';
import {maskFor} from '../case/evidence/secrets.ts';
import {childEnv} from './child-env.ts';
import type {ExecOptions, ExecResult} from './client.ts';
import {FramedOutput} from './framed-output.ts';
import {isSsh, overSsh, shellText, shippedWrapper} from './over-ssh.ts';
import {type RunOptions, run} from './run.ts';
import {shownCommand} from './ssh-command.ts';
import {lastLines} from './tail.ts';
import {DevEnvUnavailable} from './unavailable.ts';

/** On whose behalf a command runs in a dev-env of a host; without an owner, for operators, it ends nothing there. */
export interface Work {
  /** Workflow and run. */
  readonly owner?: string;
  readonly activity?: string;
  readonly attempt?: number;
  /** When the activity was scheduled, Unix time in seconds. */
  readonly since?: number;
  /** Nobody has leased the dev-env: what other owners left running there is ended as well. */
  readonly isSole?: boolean;
}

/** A command that the host registers: later attempts of the same work end what earlier ones left running in the dev-env. */
export interface Registration extends Work {
  readonly devEnv: string;
}

export interface HostOptions extends Omit<ExecOptions, 'cwd' | 'editsOverlay' | 'writesGit' | 'fresh'> {
  /** Environment to choose from for ssh; default this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds between TERM and KILL of a command that is ended; default 5. */
  readonly graceSeconds?: number;
}

/**
 * Runs a script of POSIX sh with arguments on a host, by a command line that ends with the host (`sshCommand`), or on this machine if it
 * does not start with ssh. Output is passed on byte by byte. Its own failure is a result. Throws `DevEnvUnavailable` if the script could
 * not be started or the link was lost before its end, and the signal's reason when aborted.
 *
 * When the link is lost, or this process dies, the host ends the script and all that it started. After an abort or at a time limit the
 * same is waited for, for the grace and 3 seconds; on a link that does not answer, what the host does then cannot be known.
 */
export async function runOnHost(
  sshCommand: readonly string[],
  script: string,
  args: readonly string[],
  options: HostOptions,
): Promise<ExecResult> {
  const given = options.env ?? process.env;
  const base = {...options, env: childEnv(given), graceSeconds: options.graceSeconds ?? 5, mask: maskFor(given)};
  if (!isSsh(sshCommand)) return run([...sshCommand, '/bin/sh', '-c', script, 'portwright', ...args], base);
  return runOverSsh(sshCommand, `${shellText(['set', '--'], args)}\n${script}`, base);
}

/** Runs text of sh on the host that the command line of ssh ends with, like `runOnHost`. */
export async function runOverSsh(
  ssh: readonly string[],
  text: string,
  options: RunOptions,
  registration?: Registration,
): Promise<ExecResult> {
  const token = randomBytes(12).toString('hex');
  const out = new FramedOutput(token);
  const err = new FramedOutput(token);
  const result = await run(overSsh(ssh), {
    ...options,
    stdin: message(token, text, options, registration),
    isStdinHeld: true,
    stdoutFilter: (chunk) => out.take(chunk),
    stderrFilter: (chunk) => filtered(err.take(chunk), options),
  });
  if (err.code !== undefined && out.code !== undefined && err.code !== 'sup') return {...result, rc: Number(err.code)};
  throw new DevEnvUnavailable(problem(ssh, result, err));
}

function filtered(chunk: Buffer, {stderrFilter}: RunOptions): Buffer {
  return stderrFilter === undefined ? chunk : stderrFilter(chunk);
}

/** Returns what goes to standard input: the wrapper, its header, the command and the input. */
function message(token: string, text: string, {stdin = '', graceSeconds}: RunOptions, registration?: Registration): Buffer {
  const command = Buffer.from(`${text}\n`);
  const input = Buffer.from(stdin as Uint8Array);
  const {devEnv = '-', owner = '-', activity = '-', attempt = 0, since = 0, isSole = false} = registration ?? {};
  const fields = [token, Math.ceil(graceSeconds), devEnv, owner, activity, attempt, since, isSole ? 'sole' : 'run'];
  const header = [...fields, command.length, input.length].map((field) => String(field).replaceAll(/\s/g, '_')).join(' ');
  return Buffer.concat([Buffer.from(`${shippedWrapper()}${header}\n`), command, input]);
}

function problem(ssh: readonly string[], result: ExecResult, err: FramedOutput): string {
  const host = ssh.at(-1);
  if (err.code === 'sup') return `A later attempt of the same work ended this command on ${host}.`;
  const late = result.timedOut === undefined ? `exit code ${result.rc}` : `its time limit (${result.timedOut})`;
  if (err.began)
    return (
      `The link to ${host} must last until a command has ended; it was lost (ssh: ${late}, ${lastLines(result.stderr + err.held)}). ` +
      'The result is not known. The host ends what is left of the command.'
    );
  return `A command must start on ${host}; ssh ended before that (${late}): ${lastLines(err.held)} Check with: ${shownCommand(ssh)} true`;
}
