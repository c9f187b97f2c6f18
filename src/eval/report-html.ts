import {type Bar, barChart, escapeHtml} from './charts.ts';
import {type Comparison, FIGURES, numberText, outcomeText, shareText} from './compare.ts';
import type {Confusion, Figures, Share} from './figures.ts';
import {decidedByText, type EvalReport, goalColumns, goalsHeading, headingText, scriptedNotice} from './report.ts';
import {STYLE} from './report-style.ts';
import {causeText, leftOutText, modelLabel} from './report-text.ts';
import type {ScoredCase} from './score.ts';

/**
 * Renders a report as one self-contained page: no script, no asset, no network. Texts of corpora, models and logs are escaped.
 */
export function reportHtml(report: EvalReport, against?: Comparison): string {
  const title = `Evaluation ${report.name}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p class="facts">${escapeHtml(headingText(report))}</p>
${renderNotices(report)}
${renderSection('At a glance', `<figure class="chart">${barChart('Shares', shareBars(report, against), 1)}</figure>`)}
${renderSection('Figures', figuresTable(report, against))}
${renderGoals(report)}
${against === undefined ? '' : renderSection('Changed verdicts', changesTable(report, against))}
${renderSection('Classes: expected in rows, found in columns', confusionTable(report.figures))}
${renderSection('Tokens of each case', tokenChart(report.cases))}
${renderSection('Cases', casesTable(report))}
</main>
</body>
</html>
`;
}

function renderSection(heading: string, body: string): string {
  return `<section><h2>${escapeHtml(heading)}</h2>\n${body}\n</section>`;
}

function renderGoals(report: EvalReport): string {
  const {goals = []} = report;
  if (goals.length === 0) return '';
  const rows = goals.map((goal) => {
    const [name = '', limit = '', value = '', verdict = ''] = goalColumns(goal);
    const tone = goal.met === null ? '' : goal.met ? 'right' : 'wrong';
    return [cell(name), cell(limit, 'number'), cell(value, 'number'), cell(verdict, tone)];
  });
  return renderSection(goalsHeading(report), renderTable(['Figure', 'Goal', 'Reached', ''], rows));
}

function renderNotices(report: EvalReport): string {
  const notice = scriptedNotice(report);
  const notices = [...(notice === undefined ? [] : [notice]), ...(report.leftOut === 0 ? [] : [leftOutText(report)])];
  return notices.map((text) => `<p class="warning" role="note">${escapeHtml(text)}</p>`).join('\n');
}

const SHARES: readonly {readonly label: string; readonly of: (figures: Figures) => Share; readonly bad?: true}[] = [
  {label: 'class right', of: (f) => f.classRight},
  {label: 'root cause found', of: (f) => f.rootCauseHit},
  {label: 'root cause first', of: (f) => f.rootCauseFirst},
  {label: 'fixed and proven', of: (f) => f.fixed},
  {label: 'clean', of: (f) => f.clean},
  {label: 'false “fixed”', of: (f) => f.falseFixed, bad: true},
];

function shareBars({figures}: EvalReport, against: Comparison | undefined): Bar[] {
  return SHARES.flatMap(({label, of, bad}) => {
    const {count, of: all} = of(figures);
    const tone = bad ? 'bad' : 'good';
    const now: Bar = {label, value: all === 0 ? 0 : count / all, text: shareText(of(figures)), tone};
    if (against === undefined) return [now];
    const old = of(against.before.figures);
    return [
      now,
      {
        label: `before, in ${against.before.name}`,
        value: old.of === 0 ? 0 : old.count / old.of,
        text: shareText(old),
        tone: 'before',
      },
    ];
  });
}

function figuresTable(report: EvalReport, against: Comparison | undefined): string {
  if (against === undefined)
    return renderTable(
      ['', modelLabel(report)],
      FIGURES.map(({label, text}) => [cell(label), cell(text(report.figures), 'number')]),
    );
  const heading = ['', `${against.before.name}: ${modelLabel(against.before)}`, `${report.name}: ${modelLabel(report)}`, ''];
  const rows = against.figures.map((one) => [
    cell(one.label),
    cell(one.before, 'number'),
    cell(one.now, 'number'),
    betterCell(one.better),
  ]);
  return renderTable(heading, rows);
}

function changesTable(report: EvalReport, against: Comparison): string {
  if (against.cases.length === 0) return '<p>None.</p>';
  const rows = against.cases.map((one) => [cell(one.name), cell(one.before), cell(one.now), betterCell(one.better)]);
  return renderTable(['Case', against.before.name, report.name, ''], rows);
}

function betterCell(better: boolean | null): string {
  if (better === null) return cell('');
  return better ? cell('▲ better', 'right') : cell('▼ worse', 'wrong');
}

function confusionTable({confusion}: Figures): string {
  const rows = [...new Set(confusion.map(({expected}) => expected))];
  const columns = [...new Set(confusion.map(({got}) => got ?? 'no triage'))].sort();
  const found = (row: string, column: string): Confusion | undefined =>
    confusion.find(({expected, got}) => expected === row && (got ?? 'no triage') === column);
  const shown = (one: Confusion | undefined): string =>
    one === undefined
      ? cell('·', 'number none')
      : cell(String(one.count), one.right === one.count ? 'number hit' : 'number miss');
  const body = rows.map((row) => [cell(row), ...columns.map((column) => shown(found(row, column)))]);
  return renderTable(['', ...columns], body);
}

function tokenChart(rows: readonly ScoredCase[]): string {
  const bars = rows.map(
    (row): Bar => ({
      label: row.name,
      value: row.tokens,
      text: `${numberText(row.tokens)}, ${outcomeText(row)}`,
      tone: barTone(row),
    }),
  );
  return `<figure class="chart">${barChart('Billable tokens of each case', bars)}<figcaption>Green: fixed. Red: a false “fixed”. Blue: the rest.</figcaption></figure>`;
}

function barTone({proved, wrong}: ScoredCase): Bar['tone'] {
  if (!proved) return 'plain';
  return wrong.length === 0 ? 'good' : 'bad';
}

const CASE_HEADING = ['Case', 'Port', 'Expected', 'Class', 'Cause', 'Outcome', 'By', 'Turns', 'Tokens', 'Seconds'];

function casesTable(report: EvalReport): string {
  return renderTable(
    CASE_HEADING,
    report.cases.map((row) => caseCells(row, report)),
  );
}

function caseCells(row: ScoredCase, report: EvalReport): string[] {
  const outcome = [
    outcomeText(row),
    ...row.wrong,
    ...(row.unclean ?? []),
    ...(row.outcome === 'failed' ? [row.reason] : []),
  ].join('. ');
  const isWrong = row.wrong.length > 0 || (row.unclean ?? []).length > 0;
  const ending = isWrong || row.outcome === 'failed' ? 'wrong' : row.proved ? 'right' : '';
  return [
    cell(row.name),
    cell(row.origin),
    cell(row.expectedClass),
    cell(`${row.classRight ? '✓' : '✗'} ${row.classification ?? 'none'}`, row.classRight ? 'right' : 'wrong'),
    cell(causeText(row)),
    cell(outcome, ending),
    cell(decidedByText(row, report)),
    cell(String(row.turns), 'number'),
    cell(numberText(row.tokens), 'number'),
    cell(row.seconds.toFixed(1), 'number'),
  ];
}

/** Renders a table in a scrolling box. Cells are HTML; the first cell of a row is its heading. */
function renderTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = heading.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('');
  const lines = rows.map(([first = '', ...more]) => {
    const named = first.replace(/^<td/, '<th scope="row"').replace(/<\/td>$/, '</th>');
    return `<tr>${named}${more.join('')}</tr>`;
  });
  return `<div class="scroll" tabindex="0" role="region" aria-label="table"><table><thead><tr>${head}</tr></thead>\n<tbody>${lines.join('\n')}</tbody></table></div>`;
}

function cell(text: string, kind = ''): string {
  return `<td${kind === '' ? '' : ` class="${kind}"`}>${escapeHtml(text)}</td>`;
}
