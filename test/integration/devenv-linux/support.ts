import {cpSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';
import {execa} from 'execa';
import type {DemoTrees} from '../../../src/demo/trees.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
export const DEV_ENV = resolve(here, '../../../src/devenv/linux/dev-env');
const FIXTURE = join(here, 'fixture');

export interface Ran {
  readonly rc: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory of environments, with the fixture's trees copied beside it, so that a test may change them. */
export class Envs {
  readonly root = mkdtempSync(join(tmpdir(), 'dev-env-test.'));
  readonly trees = join(this.root, 'trees');
  readonly env = {PORTWRIGHT_ENVS_DIR: join(this.root, 'envs')};

  constructor() {
    cpSync(FIXTURE, this.trees, {recursive: true});
  }

  /** `dev-env ARGUMENTS`, in an environment variable setting that names this directory. */
  async run(args: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const ran = await execa(DEV_ENV, ['dev-env', ...args], {reject: false, input, env: {...this.env, ...env}});
    return {rc: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr};
  }

  async create(name: string, options: readonly string[] = []): Promise<Ran> {
    const trees = ['freebsd-ports', 'distfiles', 'framework'].flatMap((tree) => [`--${tree}`, join(this.trees, tree)]);
    return this.run([
      'create',
      '--target',
      '@2026Q2',
      '--name',
      name,
      ...trees,
      '--delta-root',
      join(this.trees, 'delta'),
      ...options,
    ]);
  }

  /** One of the demo's trees, which `layDemoTrees` has laid. Throws with what it said if it cannot be made. */
  async createDemo(name: string, trees: DemoTrees, options: readonly string[] = []): Promise<void> {
    const ran = await this.run([
      ...['create', '--target', '@demo', '--name', name, '--freebsd-ports', trees.freebsdPorts, '--delta-root', trees.deltaPorts],
      ...['--distfiles', trees.distfiles, '--framework', trees.framework, ...options],
    ]);
    if (ran.rc !== 0) throw new Error(`dev-env create failed (exit ${ran.rc}): ${ran.stderr}`);
  }

  /** A sh script inside, with positional parameters; its stdout and stderr. */
  async sh(name: string, script: string, ...parameters: string[]): Promise<Ran> {
    return this.run(['exec', '--cwd', '/work', name, '--', 'sh', '-c', script, 'test', ...parameters]);
  }

  /** Writes a file of this machine below the environment's writable part, as a person would who follows `path --writable`. */
  async write(name: string, relative: string, content: string, mode = 0o644): Promise<void> {
    const writable = (await this.run(['path', '--writable', name])).stdout;
    writeFileSync(join(writable, relative), content, {mode});
  }

  async remove(): Promise<void> {
    const names = (await this.run(['list'])).stdout.split('\n').map((line) => line.split('\t')[0] ?? '');
    for (const name of names.filter(Boolean)) await this.run(['destroy', '--yes', name]);
    rmSync(this.root, {recursive: true, force: true});
  }
}
