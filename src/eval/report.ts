import type {EvalProgress} from '../protocol/eval-run.ts';
import {type Figures, figuresOf} from './figures.ts';
import type {EvalSettings} from './run-dir.ts';
import type {ScoredCase} from './score.ts';

/** An evaluation's report; `--json` prints it, `--against` reads it. */
export interface EvalReport {
  readonly version: 1;
  readonly name: string;
  readonly corpus: string;
  readonly mode: 'triage' | 'triage and repair';
  /** Rules and recipes were off. */
  readonly modelOnly: boolean;
  readonly model: string;
  /** The answers came from a script: no figure here says anything of a model. */
  readonly scripted: boolean;
  readonly startedUtc: string;
  /** Cases that were not run, and why; 0 and null for a whole run. */
  readonly leftOut: number;
  readonly stopped: string | null;
  readonly figures: Figures;
  readonly cases: readonly ScoredCase[];
}

export function reportOf(
  settings: EvalSettings,
  progress: Pick<EvalProgress, 'stopped'>,
  rows: readonly ScoredCase[],
): EvalReport {
  const {name, corpus, repair, modelOnly, model, scripted, startedUtc} = settings;
  return {
    version: 1,
    name,
    corpus,
    mode: repair ? 'triage and repair' : 'triage',
    modelOnly,
    model,
    scripted,
    startedUtc,
    leftOut: settings.cases.length - rows.length,
    stopped: progress.stopped,
    figures: figuresOf(rows, repair),
    cases: rows,
  };
}

/** What was evaluated, on one line. */
export function headingText({mode, modelOnly, corpus, model, startedUtc}: EvalReport): string {
  const alone = modelOnly ? ' without rules and recipes' : '';
  return `${mode} over ${corpus}, model ${model}${alone}, ${startedUtc.slice(0, 16)}Z`;
}

/** Reads a report that `--json` or `--out` wrote. Throws an Error that names the file and what to give instead. */
export function parseReport(text: string, file: string): EvalReport {
  try {
    const value = JSON.parse(text) as Partial<EvalReport> | null;
    if (value?.version === 1 && Array.isArray(value.cases) && value.figures !== undefined) return value as EvalReport;
  } catch {
    // Said below: it is no report either way.
  }
  throw new Error(
    `${file} is no report of an evaluation. Give the report.json that \`portwright eval --out DIR\` or \`--json\` wrote.`,
  );
}

/** What the reader must know before any figure, in words; undefined where a real model answered. */
export function scriptedNotice({scripted, model, figures}: EvalReport): string | undefined {
  if (!scripted) return undefined;
  const {ruleRight, fixedByRecipe} = figures;
  const real = `Not by the script: ${ruleRight.of} of ${figures.cases} triages, by rule, and ${fixedByRecipe} of ${figures.fixed.count} fixes, by recipe.`;
  return `SCRIPTED: ${model} answers by a script and does not think. Classes, fixes, tokens, money and turns below show that the machinery works; they say nothing of a model. ${real}`;
}

/** Who triaged a case and who fixed it; a script is called one. */
export function decidedByText({via, fixedBy}: ScoredCase, {scripted}: Pick<EvalReport, 'scripted'>): string {
  const named = (who: string): string => (who === 'model' && scripted ? 'script' : who);
  return [via, fixedBy].flatMap((who) => (who === null ? [] : [named(who)])).join(', ') || '-';
}
