import {readFileSync} from 'node:fs';
import {cp, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {execa} from 'execa';
import {accepts} from './config.ts';
import {instrument, type Mutant} from './instrument.ts';
import type {Verdict} from './score.ts';

export interface JestRun {
  readonly root: string;
  readonly mutants: readonly Mutant[];
  /** Patterns of the tests' paths. */
  readonly tests: readonly string[];
  readonly onVerdict?: (verdict: Verdict, done: number, all: number) => void;
}

/** Time that one run of the tests may take; a mutant that makes a workflow wait for ever is killed by it, or by a test's own limit. */
const LIMIT_MS = 900_000;
/** What the tests need of the project, besides its packages. */
const PARTS = ['src', 'test', 'bench', 'bin', 'demo', 'hooks', 'policy', 'corpora', 'docs', 'package.json', 'jest.config.js'];

/**
 * Runs Jest against one mutant after the other, in a copy of the project: workflows are bundled and run by real workers.
 * Throws if the tests fail without a mutant.
 */
export async function runJest(run: JestRun): Promise<Verdict[]> {
  const copy = await mkdtemp(join(tmpdir(), 'portwright-mutate-'));
  try {
    for (const part of PARTS) await cp(join(run.root, part), join(copy, part), {recursive: true});
    await symlink(join(run.root, 'node_modules'), join(copy, 'node_modules'));
    const failed = await failure(run, copy);
    if (failed !== undefined) throw new Error(`The tests fail without any mutant:\n${failed}`);
    const verdicts: Verdict[] = [];
    for (const mutant of run.mutants) {
      const verdict = {mutant, covered: true, killedBy: await withMutant(run, copy, mutant)};
      verdicts.push(verdict);
      run.onVerdict?.(verdict, verdicts.length, run.mutants.length);
    }
    return verdicts;
  } finally {
    await rm(copy, {recursive: true, force: true});
  }
}

async function withMutant(run: JestRun, copy: string, {file, id, first}: Mutant): Promise<string | undefined> {
  const source = readFileSync(join(run.root, file), 'utf8');
  await writeFile(join(copy, file), instrument(file, source, first, accepts).apply(id));
  try {
    return await failure(run, copy);
  } finally {
    await writeFile(join(copy, file), source);
  }
}

/** Returns the output of the tests if they fail or take too long. */
async function failure({root, tests}: JestRun, copy: string): Promise<string | undefined> {
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const patterns = tests.flatMap((path) => ['--testPathPatterns', `/${path}/`]);
  const result = await execa(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, '--bail', ...patterns], {
    cwd: copy,
    env: {PORTWRIGHT_STATE_DIR: process.env.PORTWRIGHT_STATE_DIR || join(root, '.portwright')},
    reject: false,
    all: true,
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  return result.exitCode === 0 ? undefined : result.all || 'the tests took too long';
}
