import {appendWords, hasContent, removeWords, wordsAssigned} from '../../../src/case/recipes/fragment.ts';
import {readMakefile} from '../../../src/dops/makefile/read-makefile.ts';
import {assignedWords} from '../../../src/dops/makefile/value-words.ts';

const without = (text: string, word: string) => removeWords(text, 'USES', (one) => one === word);

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
  expect(assignedWords(readMakefile(text), 'A')).toMatchObject([
    {operator: '=', words: ['x', '"y z"', 'w'], isConditional: false},
    {operator: '+=', words: ['v'], isConditional: true},
  ]);
  expect(wordsAssigned(text, 'A')).toEqual(['x', '"y z"', 'w', 'v']);
});

test('words join the last unconditional list, else a new one before the first target', () => {
  expect(appendWords('A+=\tx # why\n.if 1\nA+=\ty\n.endif\n', 'A', ['z'])).toBe(
    'A+=\tx \\\n\t\tz # why\n.if 1\nA+=\ty\n.endif\n',
  );
  expect(appendWords('B=\t1\n\npost-patch:\n\ttrue\n', 'A', ['x', 'y'])).toBe('B=\t1\nA+=\tx \\\n\t\ty\n\npost-patch:\n\ttrue\n');
  expect(appendWords('.if 1\nx:\n\ttrue\n.endif', 'A', ['x'])).toBe('.if 1\nx:\n\ttrue\n.endif\nA+=\tx\n');
});

test.each([
  ['', false],
  ['# a comment \\\nof two lines\n\n', false],
  ['A=1\n', true],
  ['# why\n.include "x"\n', true],
  ['.undef A\n', true],
])('%j has content: %s', (text, expected) => {
  expect(hasContent(text)).toBe(expected);
});
