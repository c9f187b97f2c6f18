import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {installRoot} from '../../src/setup/paths.ts';

export interface Ran {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Address at which nothing listens: port 1 is nobody's. */
export const NOWHERE = '127.0.0.1:1';

/** Runs `portwright` as `npm run build` has bundled it, with nothing of this machine's settings but PATH. A file that it leaves open fails the test. */
export async function portwright(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
  input: string | Buffer = '',
): Promise<Ran> {
  const {NODE_OPTIONS, PORTWRIGHT_HANDLE_WARNINGS, NODE_COMPILE_CACHE} = process.env;
  const watched = {NODE_OPTIONS, PORTWRIGHT_HANDLE_WARNINGS, NODE_COMPILE_CACHE};
  const bare = {PATH: process.env.PATH, HOME: '/nonexistent', USER: 'ann', TEMPORAL_ADDRESS: NOWHERE};
  const ran = await execa(process.execPath, [join(installRoot(), 'dist', 'bundle', 'main.js'), ...args], {
    env: {...watched, ...bare, ...env},
    extendEnv: false,
    input,
    reject: false,
    stripFinalNewline: false,
    encoding: 'utf8',
  });
  return {code: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr};
}

/** A directory that goes with the test. */
export function scratch(): {dir: string; remove(): void} {
  const dir = mkdtempSync(join(tmpdir(), 'portwright-cli-'));
  return {dir, remove: () => rmSync(dir, {recursive: true, force: true})};
}
