import {findingsToRaise, guardRoundSummary, insistenceIn, insistsOn} from '../../../src/case/attempt/guard-round.ts';
import type {Finding} from '../../../src/case/types.ts';

const finding = (severity: Finding['severity'], rule = 'downloads', path = 'p'): Finding => ({rule, severity, path, reason: 'r'});

test('what prevents a proof is raised; notes and an empty diff are not', () => {
  expect(findingsToRaise([finding('note'), finding('ask'), finding('refuse')])).toEqual([finding('ask'), finding('refuse')]);
  expect(findingsToRaise([finding('refuse', 'empty', '')])).toEqual([]);
});

test.each([
  ['## Why It Stays\nThe site is gone.\nNo mirror has it.\n\n## Rebuild Status\nsuccess', 'The site is gone. No mirror has it.'],
  ['### why it stays: the site\n\nGone.', 'Gone.'],
  ['## Patch Summary\nIt works.', undefined],
  ['## Why It Stays\n\n## Rebuild Status\nsuccess', undefined],
  [`## Why It Stays\n${'x'.repeat(700)}`, 'x'.repeat(600)],
])('the reason in %j is %j', (report, reason) => {
  expect(insistenceIn(report)).toBe(reason);
});

test('a model insists on questions that it was sent, and on nothing else', () => {
  expect(insistsOn([finding('ask'), finding('note', 'other')], [finding('ask')])).toBe(true);
  expect(insistsOn([finding('ask')], [finding('ask', 'network')])).toBe(false);
  expect(insistsOn([finding('ask', 'downloads', 'q')], [finding('ask')])).toBe(false);
  const about = (reason: string): Finding => ({...finding('ask', 'dependencies', ''), reason});
  expect(insistsOn([about('a is lost')], [about('a is lost')])).toBe(true);
  expect(insistsOn([about('b is lost')], [about('a is lost')])).toBe(false);
  expect(insistsOn([finding('refuse')], [finding('refuse')])).toBe(false);
  expect(insistsOn([finding('note')], [finding('note')])).toBe(false);
});

test('the summary of a round names what was sent and what came of it', () => {
  expect(guardRoundSummary({findings: []})).toBeUndefined();
  const raised = [finding('ask')];
  const of = (round: object, ...findings: Finding[]) => guardRoundSummary({guardRound: {raised, turns: 1, ...round}, findings});
  expect(of({})).toBe('The model was sent 1 finding and changed the diff.');
  expect(of({}, finding('ask'), finding('refuse'))).toBe('The model was sent 1 finding; 2 are left.');
  expect(of({insists: 'no'}, finding('ask'))).toBe('The model was sent 1 finding and insists: no');
  expect(of({insists: ''}, finding('ask'))).toBe('The model was sent 1 finding and insists: it gives no reason');
});
