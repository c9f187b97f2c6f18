import {compareReports, numberText} from '../../src/eval/compare.ts';
import {parseReport, scriptedNotice} from '../../src/eval/report.ts';
import {reportText} from '../../src/eval/report-text.ts';
import {made, row} from './made.ts';

const BEFORE = made(
  [row({name: 'a', outcome: 'needs-help', proved: false, tokens: 3000}), row({name: 'b'}), row({name: 'c'}), row({name: 'gone'})],
  {name: 'before', model: 'scripted-x', scripted: true},
);
const NOW = made([row({name: 'a'}), row({name: 'b', wrong: ['beside']}), row({name: 'c'}), row({name: 'new'})]);

describe('compareReports', () => {
  const compared = compareReports(BEFORE, NOW);

  test('lists the cases whose verdict changed, and the direction', () => {
    expect(compared.cases).toEqual([
      {name: 'a', before: 'compile-error; needs-help', now: 'compile-error; fixed', better: true},
      {name: 'b', before: 'compile-error; fixed', now: 'compile-error; false “fixed”', better: false},
      {name: 'gone', before: 'compile-error; fixed', now: 'not run', better: null},
      {name: 'new', before: 'not run', now: 'compile-error; fixed', better: null},
    ]);
  });

  test('each figure has its direction: more false fixes are worse', () => {
    const of = (label: string) => compared.figures.find((one) => one.label === label);
    expect(of('false “fixed”')).toEqual({label: 'false “fixed”', before: '0 of 3 (0 %)', now: '1 of 4 (25 %)', better: false});
    expect(of('class right')?.better).toBeNull();
  });

  test('results of rules and recipes are not marked as scripted', () => {
    const cases = [row({name: 'a', via: 'rule', fixedBy: 'recipe'}), row({name: 'b'})];
    const text = reportText(made(cases, {scripted: true}));
    expect(text).toContain('Not scripted: 1 of 2 triages (by rule) and 1 of 2 fixes (by recipe).');
    expect(text).toMatch(/^a .* rule, recipe /m);
    expect(text).toMatch(/^b .* script, script /m);
  });

  test('each column of figures is marked if a script answered', () => {
    const text = reportText(NOW, compared);
    expect(text).toMatch(/^ +scripted-x \(SCRIPTED\) +small$/m);
    expect(text).not.toContain('SCRIPTED:');
    expect(reportText(BEFORE)).toContain('\n\nSCRIPTED: scripted-x is a script, not a model');
  });
});

test('a stopped run reports how many cases are missing, and why', () => {
  const text = reportText({...NOW, leftOut: 3, stopped: 'the cap of 10 tokens is reached'});
  expect(text).toContain('3 cases were not run: the cap of 10 tokens is reached.');
});

test('a report of an older version has no figures of clean fixes', () => {
  const {clean, lostToLimits, tokensWithCache, medianTokensOfFix, ...figures} = NOW.figures;
  const old = parseReport(JSON.stringify({...NOW, figures}), 'x.json');
  expect(compareReports(old, NOW).figures.find(({label}) => label === 'clean')).toMatchObject({before: '–', better: null});
  expect([clean.of, lostToLimits, tokensWithCache, medianTokensOfFix]).not.toContain(undefined);
});

test('the report lists why a fix is not clean', () => {
  const text = reportText(made([row({name: 'a', unclean: ['dragonfly/patch-a is empty']})]));
  expect(text).toContain('Not clean:\n  a: dragonfly/patch-a is empty');
  expect(text).toMatch(/^a .* fixed, not clean /m);
});

test('a real model gets no warning', () => expect(scriptedNotice(NOW)).toBeUndefined());

test('a file that is not a report is refused with its name', () => {
  expect(parseReport(JSON.stringify(NOW), 'x.json').name).toBe('now');
  for (const text of ['', '[]', 'null', '{"version":2,"cases":[],"figures":{}}'])
    expect(() => parseReport(text, 'old.json')).toThrow('old.json is not a report of an evaluation');
});

test('numbers are formatted for reading', () => {
  expect([numberText(null), numberText(25322), numberText(0.12345, 4), numberText(2.5)]).toEqual([
    '–',
    '25,322',
    '0.1235',
    '2.5',
  ]);
});
