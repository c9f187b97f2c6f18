import {mkdir, readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {FailureReport} from '../case/types.ts';
import {isEvidenceId} from '../evidence/names.ts';
import {writeAtomically} from '../evidence/write-atomically.ts';
import type {EvalProgress} from '../protocol/eval-run.ts';
import {type EvalCase, type Forbidden, parseEvalCase, parseForbidden} from './eval-case.ts';
import {parseRepairScript, type RepairScript} from './repair-script.ts';
import type {ScoredCase} from './score.ts';
import {readTexts} from './texts.ts';

/** Settings of an evaluation, fixed when it starts and unchanged by a resume; stored in `run.json`. */
export interface EvalSettings {
  readonly version: 1;
  readonly name: string;
  /** The corpus as named on the command line. */
  readonly corpus: string;
  readonly repair: boolean;
  /** Without rules and recipes. */
  readonly modelOnly: boolean;
  readonly parallel: number;
  readonly maxTokens: number | null;
  readonly maxCost: number | null;
  readonly model: string;
  /** Source of answers: `demo` and `cases` are Portwright's scripts; `server`: the one that the environment names. */
  readonly answers: 'demo' | 'cases' | 'server';
  /** Whether answers come from a script, so that the figures do not measure a model. */
  readonly scripted: boolean;
  /** Source of dev-envs: the demo's, those made of the corpus, or those of the environment. Missing in older evaluations. */
  readonly envs?: 'demo' | 'corpus' | 'settings';
  readonly startedUtc: string;
  /** In the corpus's order. */
  readonly cases: readonly {readonly name: string; readonly report: FailureReport}[];
}

/**
 * Directory of an evaluation: `run.json`, `policy.json`, the server's database, and `cases/<name>/` with `case.json`, what
 * else of the corpus judges a fix (`freebsd/`, `corpus.json`), `row.json` after its end, and a separate evidence root, so that a case cannot reuse another one's fixes.
 */
export class EvalDir {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Sources of the dev-envs that are made of the corpus. */
  get trees(): string {
    return join(this.path, 'trees');
  }

  /** Dev-envs that are made of the corpus. */
  get envs(): string {
    return join(this.path, 'envs');
  }

  casePath(name: string): string {
    if (!isEvidenceId(name)) throw new Error(`A case's name has letters, digits and ._-; got ${JSON.stringify(name)}.`);
    return join(this.path, 'cases', name);
  }

  evidence(name: string): string {
    return join(this.casePath(name), 'evidence');
  }

  /** Returns the settings; undefined before the evaluation is prepared. */
  async settings(): Promise<EvalSettings | undefined> {
    const text = await readIfExists(join(this.path, 'run.json'));
    return text === undefined ? undefined : (JSON.parse(text) as EvalSettings);
  }

  async writeSettings(settings: EvalSettings): Promise<void> {
    await mkdir(this.path, {recursive: true});
    await writeAtomically(this.path, 'run.json', `${JSON.stringify(settings, null, 2)}\n`);
  }

  async readCase(name: string): Promise<EvalCase> {
    const file = join(this.casePath(name), 'case.json');
    return parseEvalCase(await readFile(file, 'utf8'), file);
  }

  /** Returns the scripted answers to the case's attempts; undefined without any. */
  async readRepair(name: string): Promise<RepairScript | undefined> {
    const file = join(this.casePath(name), 'repair.json');
    const text = await readIfExists(file);
    return text === undefined ? undefined : parseRepairScript(text, file);
  }

  /** Returns the forms that the case's corpus forbids every fix. */
  async readForbidden(name: string): Promise<readonly Forbidden[]> {
    const file = join(this.casePath(name), 'corpus.json');
    const text = (await readIfExists(file)) ?? '{}';
    return parseForbidden((JSON.parse(text) as {forbidden?: unknown}).forbidden, file);
  }

  /** Returns the port as FreeBSD has it; undefined where the corpus has only the bundle. */
  async readFreebsd(name: string): Promise<ReadonlyMap<string, string> | undefined> {
    const texts = await readTexts(join(this.casePath(name), 'freebsd'));
    return texts.size === 0 ? undefined : texts;
  }

  async writeRow(row: ScoredCase): Promise<void> {
    await writeAtomically(this.casePath(row.name), 'row.json', `${JSON.stringify(row, null, 2)}\n`);
  }

  /** Returns the final progress; undefined before the end. */
  async ended(): Promise<EvalProgress | undefined> {
    const text = await readIfExists(join(this.path, 'end.json'));
    return text === undefined ? undefined : (JSON.parse(text) as EvalProgress);
  }

  async writeEnd(progress: EvalProgress): Promise<void> {
    await writeAtomically(this.path, 'end.json', `${JSON.stringify(progress)}\n`);
  }

  /** Returns the verdict on one case; undefined before its end. */
  async row(name: string): Promise<ScoredCase | undefined> {
    const text = await readIfExists(join(this.casePath(name), 'row.json'));
    return text === undefined ? undefined : (JSON.parse(text) as ScoredCase);
  }

  /** Returns the verdicts so far, in the corpus's order. */
  async rows(settings: EvalSettings): Promise<ScoredCase[]> {
    const rows = await Promise.all(settings.cases.map(({name}) => this.row(name)));
    return rows.filter((row) => row !== undefined);
  }
}

/** Returns the evidence roots of an evaluation's cases, for its worker; none without `PORTWRIGHT_EVAL_DIR`. */
export async function evalRoots(env: NodeJS.ProcessEnv): Promise<string[]> {
  if (!env.PORTWRIGHT_EVAL_DIR) return [];
  const cases = join(env.PORTWRIGHT_EVAL_DIR, 'cases');
  return (await readdir(cases)).filter(isEvidenceId).map((name) => join(cases, name, 'evidence'));
}

async function readIfExists(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}
