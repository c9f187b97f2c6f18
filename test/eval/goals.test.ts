import {findGaps, verdictOf} from '../../src/eval/check-scripted.ts';
import {computeFigures} from '../../src/eval/figures.ts';
import {goalsOf} from '../../src/eval/goals.ts';
import {ALL_STEPS} from '../../src/eval/observe.ts';
import {goalColumns} from '../../src/eval/report.ts';
import {reportHtml} from '../../src/eval/report-html.ts';
import {reportText} from '../../src/eval/report-text.ts';
import {made, row} from './made.ts';

const CLEAN = row({unclean: [], turnsToBuild: 3, tokens: 12_000, lostToLimits: 0});

test('goals are met at their limits', () => {
  const goals = goalsOf(
    computeFigures([...Array<typeof CLEAN>(19).fill(CLEAN), row({proved: false, outcome: 'needs-help', unclean: []})], true),
  );
  expect(goals.map(goalColumns)).toEqual([
    ['fixed and proven', '≥ 95 %', '95 %', 'met'],
    ['clean', '≥ 90 %', '95 %', 'met'],
    ['tokens of a fix by the model, median', '≤ 12,000', '12,000', 'met'],
    ['attempts lost to limits', '≤ 0', '0', 'met'],
    ['turns from first edit to build, median', '≤ 3', '3', 'met'],
  ]);
});

test('goals are not met beyond their limits, and fixes by recipes have no tokens and turns to count', () => {
  const rows = [
    row({unclean: ['dead'], turnsToBuild: 4, tokens: 12_001, lostToLimits: 1}),
    row({unclean: [], fixedBy: 'recipe', tokens: 0, turnsToBuild: null}),
    row({proved: false, outcome: 'needs-help'}),
  ];
  expect(goalsOf(computeFigures(rows, true)).map(({value, met}) => [value, met])).toEqual([
    [2 / 3, false],
    [1 / 3, false],
    [12_001, false],
    [1, false],
    [4, false],
  ]);
});

test('what was not measured is neither met nor missed', () => {
  const [proven, , tokens] = goalsOf(computeFigures([], true)).map(goalColumns);
  expect([proven, tokens]).toEqual([
    ['fixed and proven', '≥ 95 %', '–', 'not measured'],
    ['tokens of a fix by the model, median', '≤ 12,000', '–', 'not measured'],
  ]);
});

test('the report has the goals of repairs, and with a script what it exercised', () => {
  const rows = [row({name: 'a', unclean: ['x'], faults: ['no effect'], steps: ['gave up']})];
  const model = reportText(made(rows));
  expect(model).toContain('Goals of repairs by a capable model (small):\n');
  expect(model).not.toContain('Exercised by the script');
  expect(reportHtml(made(rows))).toContain('<td class="wrong">not met</td>');
  expect(reportHtml(made(rows, {goals: []}))).not.toContain('Goals of repairs');
  const scripted = reportText(made(rows, {scripted: true, model: 'scripted-cases'}));
  expect(scripted).toContain('(scripted-cases is a script: this tests the figures, not a model):');
  expect(scripted).toMatch(/^gave up +a$/m);
  expect(scripted).toMatch(/^proved by a recipe +none$/m);
  expect(scripted).toMatch(/^proved with a fault: no effect +a$/m);
});

describe('the check of a scripted evaluation', () => {
  const script = (verdict: 'clean' | 'false') => ({about: 'x', verdict, attempts: [[{report: 'success' as const}]]});

  test('a case has one of four verdicts', () => {
    const rows = [CLEAN, row({unclean: ['dead']}), row({wrong: ['beside']}), row({proved: false})];
    expect(rows.map(verdictOf)).toEqual(['clean', 'not clean', 'false', 'not fixed']);
  });

  test('steps and faults without a case, and other verdicts than claimed, are named', () => {
    const rows = [row({name: 'a', unclean: ['dead'], steps: ALL_STEPS.slice(1), faults: ['no effect', 'forbidden form']})];
    expect(findGaps({cases: rows}, new Map([['a', script('clean')]]))).toEqual([
      'No case went through the step "proved at the first attempt".',
      'No case was proved with the fault "literal for a token".',
      'No case was proved with the fault "edit by a command".',
      'No case was proved with the fault "edit beside the cause".',
      'a: its script claims "clean", got "not clean": dead',
    ]);
  });
});
