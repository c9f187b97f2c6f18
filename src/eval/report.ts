import type {EvalProgress} from '../protocol/eval-run.ts';
import {computeFigures, type Figures, NOT_MEASURED} from './figures.ts';
import {type Goal, goalsOf} from './goals.ts';
import {ALL_STEPS} from './observe.ts';
import type {EvalSettings} from './run-dir.ts';
import type {ScoredCase} from './score.ts';

/** Report of an evaluation; `--json` prints it, `--against` reads it. */
export interface EvalReport {
  readonly version: 1;
  readonly name: string;
  readonly corpus: string;
  readonly mode: 'triage' | 'triage and repair';
  /** Whether rules and recipes were disabled. */
  readonly modelOnly: boolean;
  readonly model: string;
  /** Whether answers came from a script, so that the figures do not measure a model. */
  readonly scripted: boolean;
  readonly startedUtc: string;
  /** Number of cases that were not run, and the reason; 0 and null for a complete run. */
  readonly leftOut: number;
  readonly stopped: string | null;
  readonly figures: Figures;
  /** Goals of repairs by a capable model; empty without repairs, missing in older reports. */
  readonly goals?: readonly Goal[];
  readonly cases: readonly ScoredCase[];
}

export function buildReport(
  settings: EvalSettings,
  progress: Pick<EvalProgress, 'stopped'>,
  rows: readonly ScoredCase[],
): EvalReport {
  const {name, corpus, repair, modelOnly, model, scripted, startedUtc} = settings;
  const figures = computeFigures(rows, repair);
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
    figures,
    goals: repair ? goalsOf(figures) : [],
    cases: rows,
  };
}

/** Returns a one-line description of the evaluation. */
export function headingText({mode, modelOnly, corpus, model, startedUtc}: EvalReport): string {
  const alone = modelOnly ? ' without rules and recipes' : '';
  return `${mode} over ${corpus}, model ${model}${alone}, ${startedUtc.slice(0, 16)}Z`;
}

/** Parses a report that `--json` or `--out` wrote. Throws an Error that names the file and what to use instead. */
export function parseReport(text: string, file: string): EvalReport {
  try {
    const value = JSON.parse(text) as Partial<EvalReport> | null;
    if (value?.version === 1 && Array.isArray(value.cases) && value.figures !== undefined)
      return {...(value as EvalReport), figures: {...NOT_MEASURED, ...value.figures}};
  } catch {
    // The error below covers this too.
  }
  throw new Error(
    `${file} is not a report of an evaluation. Use the report.json that \`portwright eval --out DIR\` or \`--json\` wrote.`,
  );
}

/** Returns the warning that precedes all figures of a scripted run; undefined for a real model. */
export function scriptedNotice({scripted, model, figures}: EvalReport): string | undefined {
  if (!scripted) return undefined;
  const {ruleRight, fixedByRecipe} = figures;
  const real = `Not scripted: ${ruleRight.of} of ${figures.cases} triages (by rule) and ${fixedByRecipe} of ${figures.fixed.count} fixes (by recipe).`;
  return `SCRIPTED: ${model} is a script, not a model. Classes, fixes, tokens, money and turns below test the pipeline; they do not measure a model. ${real}`;
}

/** Returns what triaged and what fixed a case, with a scripted model named `script`. */
export function decidedByText({via, fixedBy}: ScoredCase, {scripted}: Pick<EvalReport, 'scripted'>): string {
  const named = (who: string): string => (who === 'model' && scripted ? 'script' : who);
  return [via, fixedBy].flatMap((who) => (who === null ? [] : [named(who)])).join(', ') || '-';
}

/** Returns what the goals measure, for their heading. */
export function goalsHeading({scripted, model}: Pick<EvalReport, 'scripted' | 'model'>): string {
  const of = scripted ? `${model} is a script: this tests the figures, not a model` : model;
  return `Goals of repairs by a capable model (${of})`;
}

/** Returns a goal in four columns: name, goal, value, and whether it is met. */
export function goalColumns({name, goal, sense, value, met}: Goal): string[] {
  const isShare = sense === 'at least';
  const text = (one: number): string => (isShare ? `${Math.round(1000 * one) / 10} %` : one.toLocaleString('en-US'));
  const verdict = met === null ? 'not measured' : met ? 'met' : 'not met';
  return [name, `${isShare ? '≥' : '≤'} ${text(goal)}`, value === null ? '–' : text(value), verdict];
}

/** Returns the steps that a case went through, and its verdict where the model is a script: the cases of each, in the corpus's order. */
export function casesByStep(cases: readonly ScoredCase[]): {readonly step: string; readonly cases: readonly string[]}[] {
  const faults = [...new Set(cases.flatMap((row) => row.faults ?? []))].sort();
  const having = (has: (row: ScoredCase) => boolean): string[] => cases.filter(has).map(({name}) => name);
  return [
    ...ALL_STEPS.map((step) => ({step, cases: having(({steps = []}) => steps.includes(step))})),
    ...faults.map((fault) => ({
      step: `proved with a fault: ${fault}`,
      cases: having((row) => row.faults?.includes(fault) ?? false),
    })),
  ];
}
