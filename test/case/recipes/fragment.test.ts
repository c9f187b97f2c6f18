import {appendValues, assignments, removeValues} from '../../../src/case/recipes/makefile.ts';

const without = (text: string, word: string) => removeValues(text, 'USES', (one) => one === word);

test.each([
  ['USES+=\talias ssl\n', 'USES+=\tssl\n'],
  ['USES+=\tssl alias\n', 'USES+=\tssl\n'],
  ['USES+=\tssl alias gmake # why\n', 'USES+=\tssl gmake # why\n'],
  ['USES+=\tssl \\\n\t\talias \\\n\t\tgmake\n', 'USES+=\tssl \\\n\t\tgmake\n'],
  ['USES+=\tssl \\\n\t\talias\n', 'USES+=\tssl\n'],
  ['USES+=\t\\\n\t\talias \\\n\t\tgmake\n', 'USES+=\t\\\n\t\tgmake\n'],
  ['USES+=\talias\nCFLAGS+=\t-DA\n', 'CFLAGS+=\t-DA\n'],
  ['USES+=\talias\nUSES+=\tssl alias', 'USES+=\tssl'],
  ['.if 1\nUSES+= alias alias\n.endif\n', '.if 1\n.endif\n'],
])('without a word %j', (before, after) => {
  expect(without(before, 'alias')).toBe(after);
});

test.each(['USES+=\tssl # alias\n', 'USESX+=\talias\n', '#USES+=\talias\n', '\techo USES+= alias\n', 'USES:=\talias\n', ''])(
  'nothing to take from %j',
  (text) => {
    expect(without(text, 'alias')).toBeUndefined();
  },
);

test('assignments have their values, operators and whether they are conditional', () => {
  const text = 'A=\tx "y z" \\\n\tw\n.if defined(B)\nA+=\tv\n.endif\nB=\tA= q\n';
  expect(assignments(text, 'A')).toMatchObject([
    {operator: '=', values: ['x', '"y z"', 'w'], conditional: false},
    {operator: '+=', values: ['v'], conditional: true},
  ]);
});

test('words join the last unconditional list, else a new one before the first target', () => {
  expect(appendValues('A+=\tx # why\n.if 1\nA+=\ty\n.endif\n', 'A', ['z'])).toBe(
    'A+=\tx \\\n\t\tz # why\n.if 1\nA+=\ty\n.endif\n',
  );
  expect(appendValues('B=\t1\n\npost-patch:\n\ttrue\n', 'A', ['x', 'y'])).toBe(
    'B=\t1\nA+=\tx \\\n\t\ty\n\npost-patch:\n\ttrue\n',
  );
  expect(appendValues('.if 1\nx:\n\ttrue\n.endif', 'A', ['x'])).toBe('.if 1\nx:\n\ttrue\n.endif\nA+=\tx\n');
});
