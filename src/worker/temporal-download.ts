import {readdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {installRoot} from '../setup/paths.ts';

const MAX_MS = 600_000;

/** The SDK downloads only when it starts a server, so one is started and stopped, in a process that can be ended. */
const SCRIPT = `import {TestWorkflowEnvironment} from '@temporalio/testing';
const executable = {type: 'cached-download', downloadDir: process.argv[1]};
const environment = await TestWorkflowEnvironment.createLocal({server: {executable}});
await environment.teardown();`;

export interface DownloadOptions {
  /** Empty directory for what is downloaded. */
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Milliseconds without a new byte, after which it is given up: a closed network may neither answer nor refuse. */
  readonly stallMs: number;
}

/** Downloads the command line by Temporal's SDK, and returns its path. Throws, in one line, if it does not arrive. */
export async function downloadBySdk({dir, env, stallMs}: DownloadOptions): Promise<string> {
  const giveUp = new AbortController();
  const watch = watchGrowth(dir, stallMs, giveUp);
  const done = await execa(process.execPath, ['--input-type=module', '-e', SCRIPT, dir], {
    cwd: installRoot(),
    env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: MAX_MS,
    cancelSignal: giveUp.signal,
    forceKillAfterDelay: 1000,
  });
  clearInterval(watch);
  if (done.isCanceled) throw new Error(`the download brought nothing for ${stallMs / 1000} s`);
  if (done.exitCode !== 0) throw new Error(/failed to download[^:]*/.exec(done.stderr)?.[0] ?? done.shortMessage);
  const file = (await readdir(dir)).find((name) => name.startsWith('temporal'));
  if (file === undefined) throw new Error('the SDK downloaded nothing');
  return join(dir, file);
}

function watchGrowth(dir: string, stallMs: number, giveUp: AbortController): NodeJS.Timeout {
  let bytes = 0;
  let grewAt = Date.now();
  return setInterval(
    async () => {
      const now = await bytesIn(dir);
      if (now !== bytes) grewAt = Date.now();
      bytes = now;
      if (Date.now() - grewAt > stallMs) giveUp.abort();
    },
    Math.min(1000, stallMs),
  );
}

async function bytesIn(dir: string): Promise<number> {
  const names = await readdir(dir).catch(() => []);
  const sizes = names.map(async (name) => (await stat(join(dir, name)).catch(() => undefined))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
