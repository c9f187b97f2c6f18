import {type Figures, isCleanFix, isRightFix, type Share} from './figures.ts';
import type {EvalReport} from './report.ts';
import type {ScoredCase} from './score.ts';

/** A figure of two runs, formatted. `better` is null where the figure is neutral or unchanged. */
export interface FigureChange {
  readonly label: string;
  readonly before: string;
  readonly now: string;
  readonly better: boolean | null;
}

/** A case whose verdict changed, or that only one run has. */
export interface CaseChange {
  readonly name: string;
  readonly before: string;
  readonly now: string;
  readonly better: boolean | null;
}

export interface Comparison {
  readonly before: Pick<EvalReport, 'name' | 'model' | 'scripted' | 'mode' | 'figures'>;
  readonly figures: readonly FigureChange[];
  readonly cases: readonly CaseChange[];
}

interface Figure {
  readonly label: string;
  readonly of: (figures: Figures) => number | null;
  readonly text: (figures: Figures) => string;
  readonly more: 'better' | 'worse' | 'neither';
}

/** Figures of a report in display order, for the text, the page and the comparison. */
export const FIGURES: readonly Figure[] = [
  share('class right', (f) => f.classRight, 'better'),
  share('class right, decided by a rule', (f) => f.ruleRight, 'better'),
  share('class right, decided by the model', (f) => f.modelRight, 'better'),
  share('root cause among the findings', (f) => f.rootCauseHit, 'better'),
  share('root cause as the first finding', (f) => f.rootCauseFirst, 'better'),
  share('fixed and proven', (f) => f.fixed, 'better'),
  number('of these by a recipe', (f) => f.fixedByRecipe, 'neither'),
  share('clean', (f) => f.clean, 'better'),
  share('false “fixed”', (f) => f.falseFixed, 'worse'),
  share('rightly left to an operator', (f) => f.leftToOperator, 'better'),
  number('cases that failed to run', (f) => f.failed, 'worse'),
  number('attempts lost to limits', (f) => f.lostToLimits, 'worse'),
  number('tokens', (f) => f.tokens, 'worse'),
  number('tokens with the cached ones', (f) => f.tokensWithCache, 'worse'),
  number('tokens per fix', (f) => f.tokensPerFix, 'worse'),
  number('tokens of a fix, median', (f) => f.medianTokensOfFix, 'worse'),
  number('tokens of a fix by the model, median', (f) => f.medianTokensOfModelFix, 'worse'),
  number('the same with the cached ones', (f) => f.medianTokensWithCacheOfModelFix, 'worse'),
  // A cost of 0 means that the policy has no price for the model.
  number('money', (f) => (f.usage.cost === 0 ? null : f.usage.cost), 'worse', 4),
  number('money per fix', (f) => f.costPerFix, 'worse', 4),
  number('turns', (f) => f.turns, 'neither'),
  number('turns of a fix, median', (f) => f.medianTurnsOfFix, 'worse'),
  number('turns from first edit to build, median', (f) => f.medianTurnsToBuild, 'worse', 1),
  number('seconds of work', (f) => f.seconds, 'worse', 1),
  number('seconds of a case, median', (f) => f.medianSeconds, 'worse', 1),
];

/** Formats a share as `9 of 12 (75 %)`, or as a dash if no case counts. */
export function shareText({count, of}: Share): string {
  return of === 0 ? '–' : `${count} of ${of} (${Math.round((100 * count) / of)} %)`;
}

function share(label: string, pick: (figures: Figures) => Share, more: Figure['more']): Figure {
  const of = (figures: Figures): number | null => (pick(figures).of === 0 ? null : pick(figures).count / pick(figures).of);
  return {label, of, text: (figures) => shareText(pick(figures)), more};
}

function number(label: string, of: Figure['of'], more: Figure['more'], digits = 0): Figure {
  return {label, of, text: (figures) => numberText(of(figures), digits), more};
}

/** Formats a number with thousands separators; null as a dash. */
export function numberText(value: number | null, digits = 0): string {
  if (value === null) return '–';
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: Number.isInteger(value) ? digits : Math.max(digits, 1),
  });
}

/** Compares two runs: every figure, and the cases whose verdict changed. */
export function compareReports(before: EvalReport, now: EvalReport): Comparison {
  const {name, model, scripted, mode, figures} = before;
  return {
    before: {name, model, scripted, mode, figures},
    figures: FIGURES.map(({label, of, text, more}) => ({
      label,
      before: text(before.figures),
      now: text(now.figures),
      better: isBetter(of(before.figures), of(now.figures), more),
    })),
    cases: caseChanges(before.cases, now.cases),
  };
}

function isBetter(before: number | null, now: number | null, more: Figure['more']): boolean | null {
  if (before === null || now === null || before === now || more === 'neither') return null;
  return now > before === (more === 'better');
}

function caseChanges(before: readonly ScoredCase[], now: readonly ScoredCase[]): CaseChange[] {
  const names = [...new Set([...before, ...now].map(({name}) => name))].sort();
  return names.flatMap((name) => {
    const [old, fresh] = [before, now].map((rows) => rows.find((row) => row.name === name));
    const [was, is] = [old, fresh].map((row) => (row === undefined ? 'not run' : verdictText(row)));
    if (was === is || was === undefined || is === undefined) return [];
    const better = old === undefined || fresh === undefined ? null : isBetter(rankCase(old), rankCase(fresh), 'better');
    return [{name, before: was, now: is, better}];
  });
}

/** Returns a case's verdict as a short text. */
function verdictText(row: ScoredCase): string {
  const cls = `${row.classification ?? 'no triage'}${row.classRight ? '' : `, not ${row.expectedClass}`}`;
  return `${cls}; ${outcomeText(row)}`;
}

/** Returns a case's outcome, with a false fix or an unclean fix marked as such. */
export function outcomeText(row: ScoredCase): string {
  if (!row.proved) return row.outcome;
  if (row.wrong.length > 0) return 'false “fixed”';
  return row.unclean === undefined || row.unclean.length === 0 ? 'fixed' : 'fixed, not clean';
}

/** Ranks a case for comparison; a false fix is worse than none. */
function rankCase(row: ScoredCase): number {
  return (row.classRight ? 1 : 0) + (isRightFix(row) ? 2 : 0) + (isCleanFix(row) ? 1 : 0) - (row.wrong.length > 0 ? 4 : 0);
}
