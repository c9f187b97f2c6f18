import {mkdir, readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {FailureReport} from '../case/types.ts';
import {isEvidenceId} from '../evidence/names.ts';
import {writeAtomically} from '../evidence/write-atomically.ts';
import type {EvalProgress} from '../protocol/eval-run.ts';
import {type EvalCase, parseEvalCase} from './eval-case.ts';
import type {ScoredCase} from './score.ts';

/** What an evaluation was started with; it holds to its end, however often it is resumed. `run.json`. */
export interface EvalSettings {
  readonly version: 1;
  readonly name: string;
  /** The corpus as it was named. */
  readonly corpus: string;
  readonly repair: boolean;
  /** Without rules and recipes. */
  readonly modelOnly: boolean;
  readonly parallel: number;
  readonly maxTokens: number | null;
  readonly maxCost: number | null;
  readonly model: string;
  /** Who answers: `demo` and `cases` are scripts of ours; `server`: what the environment names. */
  readonly answers: 'demo' | 'cases' | 'server';
  /** No model thinks: its figures say nothing of one. */
  readonly scripted: boolean;
  readonly startedUtc: string;
  /** In the corpus' order. */
  readonly cases: readonly {readonly name: string; readonly report: FailureReport}[];
}

/**
 * One evaluation's directory: `run.json`, `policy.json`, the server's database, and `cases/<name>/` with `case.json`, an evidence
 * root of the case's own, so that no case can learn of another, and `row.json` once it is over.
 */
export class EvalDir {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  casePath(name: string): string {
    if (!isEvidenceId(name)) throw new Error(`A case's name has letters, digits and ._-; got ${JSON.stringify(name)}.`);
    return join(this.path, 'cases', name);
  }

  evidence(name: string): string {
    return join(this.casePath(name), 'evidence');
  }

  /** Undefined before the evaluation is prepared. */
  async settings(): Promise<EvalSettings | undefined> {
    const text = await ifThere(join(this.path, 'run.json'));
    return text === undefined ? undefined : (JSON.parse(text) as EvalSettings);
  }

  async writeSettings(settings: EvalSettings): Promise<void> {
    await mkdir(this.path, {recursive: true});
    await writeAtomically(this.path, 'run.json', `${JSON.stringify(settings, null, 2)}\n`);
  }

  async known(name: string): Promise<EvalCase> {
    const file = join(this.casePath(name), 'case.json');
    return parseEvalCase(await readFile(file, 'utf8'), file);
  }

  async keepRow(row: ScoredCase): Promise<void> {
    await writeAtomically(this.casePath(row.name), 'row.json', `${JSON.stringify(row, null, 2)}\n`);
  }

  /** How the evaluation ended; undefined while it has not. */
  async ended(): Promise<EvalProgress | undefined> {
    const text = await ifThere(join(this.path, 'end.json'));
    return text === undefined ? undefined : (JSON.parse(text) as EvalProgress);
  }

  async keepEnd(progress: EvalProgress): Promise<void> {
    await writeAtomically(this.path, 'end.json', `${JSON.stringify(progress)}\n`);
  }

  /** Verdict on one case; undefined before it is over. */
  async row(name: string): Promise<ScoredCase | undefined> {
    const text = await ifThere(join(this.casePath(name), 'row.json'));
    return text === undefined ? undefined : (JSON.parse(text) as ScoredCase);
  }

  /** The cases that are over, in the corpus' order. */
  async rows(settings: EvalSettings): Promise<ScoredCase[]> {
    const rows = await Promise.all(settings.cases.map(({name}) => this.row(name)));
    return rows.filter((row) => row !== undefined);
  }
}

/** Evidence roots of an evaluation's cases, for its worker; none without `PORTWRIGHT_EVAL_DIR`. */
export async function evalRoots(env: NodeJS.ProcessEnv): Promise<string[]> {
  if (!env.PORTWRIGHT_EVAL_DIR) return [];
  const cases = join(env.PORTWRIGHT_EVAL_DIR, 'cases');
  return (await readdir(cases)).filter(isEvidenceId).map((name) => join(cases, name, 'evidence'));
}

async function ifThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
