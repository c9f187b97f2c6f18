import {table} from '../case/text/table.ts';
import {type Comparison, FIGURES, numberText, outcomeText} from './compare.ts';
import {casesByStep, decidedByText, type EvalReport, goalColumns, goalsHeading, headingText, scriptedNotice} from './report.ts';
import type {ScoredCase} from './score.ts';

/** Renders a report for a terminal: heading, cases, confusion table, figures, and the comparison if there is one. */
export function reportText(report: EvalReport, against?: Comparison): string {
  const notice = scriptedNotice(report);
  return [
    `Evaluation ${report.name}: ${headingText(report)}`,
    ...(notice === undefined ? [] : [notice]),
    ...(report.leftOut === 0 ? [] : [leftOutText(report)]),
    table([
      ['Case', 'Expected', 'Class', 'Cause', 'Outcome', 'By', 'Turns', 'Tokens', 'Seconds'],
      ...report.cases.map((row) => caseRow(row, report)),
    ]),
    ...falseFixParts(report.cases),
    `Classes, rows as expected, columns as found:\n${confusionText(report)}`,
    table([['Figure', modelLabel(report)], ...FIGURES.map(({label, text}) => [label, text(report.figures)])]),
    ...goalParts(report),
    ...stepParts(report),
    ...(against === undefined ? [] : [comparisonText(report, against)]),
  ].join('\n\n');
}

function goalParts(report: EvalReport): string[] {
  const {goals = []} = report;
  return goals.length === 0 ? [] : [`${goalsHeading(report)}:\n${table(goals.map(goalColumns))}`];
}

/** Lists what a scripted run exercised; with a model the cases show what they did. */
function stepParts({scripted, mode, cases}: EvalReport): string[] {
  if (!scripted || mode === 'triage') return [];
  const rows = casesByStep(cases).map((one) => [one.step, one.cases.join(', ') || 'none']);
  return [`Exercised by the script:\n${table(rows)}`];
}

/** Returns how many cases were not run, and why. */
export function leftOutText({leftOut, stopped}: EvalReport): string {
  const many = leftOut === 1 ? '1 case was' : `${leftOut} cases were`;
  return `${many} not run: ${stopped ?? 'the evaluation is still running'}.`;
}

/** Returns the heading of a column of figures, marked if the model is a script. */
export function modelLabel({model, scripted}: Pick<EvalReport, 'model' | 'scripted'>): string {
  return scripted ? `${model} (SCRIPTED)` : model;
}

function caseRow(row: ScoredCase, report: EvalReport): string[] {
  return [
    row.name,
    row.expectedClass,
    `${row.classRight ? '' : '✗ '}${row.classification ?? '-'}`,
    causeText(row),
    outcomeText(row),
    decidedByText(row, report),
    String(row.turns),
    numberText(row.tokens),
    row.seconds.toFixed(1),
  ];
}

/** Returns the rank of the labelled cause among the findings, as text. */
export function causeText({labelled, rootCauseAt}: ScoredCase): string {
  if (!labelled) return '-';
  return rootCauseAt === null ? 'missed' : `no. ${rootCauseAt}`;
}

function falseFixParts(rows: readonly ScoredCase[]): string[] {
  const lines = rows.flatMap((row) => row.wrong.map((why) => `  ${row.name}: ${why}`));
  const unclean = rows.flatMap((row) => (row.unclean ?? []).map((why) => `  ${row.name}: ${why}`));
  const failed = rows.filter((row) => row.outcome === 'failed').map((row) => `  ${row.name}: ${row.reason}`);
  return [
    ...(lines.length === 0 ? [] : [`False fixes:\n${lines.join('\n')}`]),
    ...(unclean.length === 0 ? [] : [`Not clean:\n${unclean.join('\n')}`]),
    ...(failed.length === 0 ? [] : [`Failed to run:\n${failed.join('\n')}`]),
  ];
}

function confusionText({figures: {confusion}}: EvalReport): string {
  const expected = [...new Set(confusion.map((cell) => cell.expected))];
  const got = [...new Set(confusion.map((cell) => cell.got ?? 'no triage'))].sort();
  const count = (row: string, column: string): string =>
    String(confusion.find((cell) => cell.expected === row && (cell.got ?? 'no triage') === column)?.count ?? '.');
  return table([['', ...got], ...expected.map((row) => [row, ...got.map((column) => count(row, column))])]);
}

function comparisonText(report: EvalReport, {before, figures, cases}: Comparison): string {
  const sense = (better: boolean | null): string => (better === null ? '' : better ? 'better' : 'worse');
  const heading = ['', modelLabel(before), modelLabel(report), ''];
  const names = ['', before.name, report.name, ''];
  const rows = figures.map((one) => [one.label, one.before, one.now, sense(one.better)]);
  const changed = cases.map((one) => [one.name, one.before, one.now, sense(one.better)]);
  const cased = changed.length === 0 ? 'No verdict changed.' : `Changed verdicts:\n${table([names, ...changed])}`;
  return `Compared with ${before.name}:\n${table([heading, names, ...rows])}\n\n${cased}`;
}
