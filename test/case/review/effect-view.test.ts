import {effectOf, effectSummary, parseEffect} from '../../../src/case/review/effect-view.ts';

const FILE = {kind: 'file', name: 'files/patch-a.c', text: 'added'};
const json = (more: object = {}): string =>
  JSON.stringify({diff: 'd1', summary: 'Only files change.', changes: [FILE], findings: [], missing: [], ...more});

test('the file of an effect is read with its kinds under their headings', () => {
  const changes = [
    FILE,
    {kind: 'variable', name: 'USES', text: 'USES: gmake → gmake perl5'},
    {kind: 'variable', name: 'CC', before: 'cc', after: null, surrounding: 'bulk'},
    {kind: 'unheard-of', name: 'x', text: 'y'},
  ];
  expect(parseEffect(json({changes, missing: ['make failed']}))).toEqual({
    diff: 'd1',
    summary: 'Only files change.',
    changes: [
      {kind: 'File', name: 'files/patch-a.c', text: 'added', before: 'absent', after: 'added'},
      {kind: 'Variable', name: 'USES', text: 'gmake → gmake perl5', before: 'gmake', after: 'gmake perl5'},
      {kind: 'Variable', name: 'CC (in a bulk build)', text: 'cc → nothing', before: 'cc', after: 'nothing'},
      {kind: 'Other', name: 'x', text: 'y'},
    ],
    omitted: 0,
    missing: ['make failed'],
  });
});

test.each(['', 'null', '[]', '{}', '{"summary":1}', 'x'.repeat(99)])('what is no effect is none: %j', (text) => {
  expect(parseEffect(text)).toBeUndefined();
});

test('fields of other forms and sizes do no harm', () => {
  expect(parseEffect(JSON.stringify({summary: 's', changes: 1, missing: {}}))).toMatchObject({
    diff: '',
    changes: [],
    missing: [],
  });
  expect(parseEffect(json({changes: [null, 1, {kind: 'constructor'}]}))?.changes).toEqual([
    {kind: 'Other', name: '', text: 'nothing → nothing'},
  ]);
  const many = parseEffect(json({summary: 's'.repeat(9999), changes: Array(300).fill({...FILE, text: 't'.repeat(9999)})}));
  expect(many).toMatchObject({omitted: 100, summary: `${'s'.repeat(600)}…`});
  expect(many?.changes).toHaveLength(200);
  expect(many?.changes[0]?.text).toHaveLength(601);
});

test('an attempt has the effect of its own diff, else the line that it carries, else none', () => {
  const file = parseEffect(json());
  expect(effectOf({diff: 'd1'}, file)).toBe(file);
  expect(effectOf({diff: 'd2', effect: 'a\nline '}, file)).toEqual({
    diff: 'd2',
    summary: 'a line',
    changes: [],
    omitted: 0,
    missing: [],
  });
  expect(effectOf({diff: 'd2'}, file)).toBeUndefined();
  expect(effectOf({}, parseEffect(json({diff: undefined})))).toBeUndefined();
  expect(effectSummary({effect: ' \n'})).toBeUndefined();
});
