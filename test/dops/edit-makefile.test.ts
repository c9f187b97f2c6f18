import {makefileAfter, rowsOf} from './support.ts';

const END = '.include <bsd.port.mk>\n';

test.each([
  ['set replaces an assignment with its continuation and operator', 'A+=\t1 \\\n\t2\nB=3\n', 'mk set A "x y"', 'A= x y\nB=3\n'],
  ['set adds before the first target or include', `B=3\n\n${END}`, 'mk set A "1"', `B=3\n\nA= 1\n${END}`],
  ['set adds at the end, and adds no newline', 'B=3', 'mk set A "1"', 'B=3\nA= 1'],
  ['unset leaves blank lines', 'A=1\n\nB=2\n', 'mk unset A', '\nB=2\n'],
  ['add joins by blanks and loses the token in a comment', 'A=\t1  2 # c\n', 'mk add A 3', 'A= 1 2 # c 3\n'],
  ['add changes nothing if the token is there', 'A=\t1\f2\n', 'mk add A 1', 'A=\t1\f2\n'],
  ['add appends to a continued one before the first target', 'A=1 \\\n2\nx:\nA=3\n', 'mk add A 4', 'A=1 \\\n2\nA+= 4\nx:\nA=3\n'],
  ['remove flattens a continuation', 'A?=1 \\\n\t2 \\\n\t1\n', 'mk remove A 1', 'A?= 2\n'],
  ['remove deletes an assignment without a value', 'A=1\nB=2\n', 'mk remove A 1', 'B=2\n'],
  [
    'eval and shell add before the last include',
    `A=1\n${END}${END}`,
    'mk eval A "2"\nmk shell B "x"',
    `A=1\n${END}A:= 2\nB!= x\n${END}`,
  ],
  ['ensure-include adds before the last include', `A=1\n${END}`, 'mk ensure-include x.mk', `A=1\n.include <x.mk>\n${END}`],
  ['ensure-include sees a comment', `${END}.include "y" # x.mk\n`, 'mk ensure-include x.mk', `${END}.include "y" # x.mk\n`],
  [
    'block set replaces a region with its else',
    '.if a\nB=1\n.else\nB=2\n.endif',
    'mk block set condition "a" <<\'E\'\nC=1\nE',
    '.if a\nC=1\n.endif',
  ],
  [
    'block set adds before the last include',
    `A=1\n${END}`,
    'mk block set condition "a" <<\'E\'\nE',
    `A=1\n.if a\n.endif\n\n${END}`,
  ],
  ['block set appends without an include', 'A=1', 'mk block set condition "a" <<\'E\'\nE', 'A=1\n.if a\n.endif\n'],
  ['disable-if comments one line out', '.if a \\\n b\nX=1\n', 'mk disable-if condition "a \\\\"', '# .if a \\\nX=1\n'],
  [
    'replace-if loses indent and comment',
    '.if z\n.  elif a # c\n.endif\n',
    'mk replace-if from "a # c" to "b"',
    '.if z\n.elif b\n.endif\n',
  ],
  ['target set loses dependencies', 'x:: y\n\t1\n\n\t2\n', "mk target set x <<'E'\n\t3\nE", 'x:\n\t3\n\n\t2\n'],
  ['target set adds before the last include', END, "mk target set x <<'E'\n\t3\nE", `x:\n\t3\n\n${END}`],
  ['target append adds below the recipe', 'x:\n\t1\nA=1\n', "mk target append x <<'E'\n\t2\nE", 'x:\n\t1\n\t2\nA=1\n'],
  ['target remove deletes the recipe', 'x: y\n\t1\nA=1\n', 'mk target remove x', 'A=1\n'],
  ['target rename loses dependencies', 'x: y\n\t1\n', 'mk target rename x -> z', 'z:\n\t1\n'],
])('%s', (_name, before, operations, after) => {
  // The unbalanced .if of `disable-if` is closed by a line of its own.
  const close = operations.startsWith('mk disable-if') ? '.endif\n' : '';
  expect(makefileAfter(before + close, operations)).toBe(after + close);
});

test.each([
  [
    'two assignments',
    'A=1\n.if x\nA=2\n.endif\n',
    'mk set A "3"\nmk unset A\nmk remove A 1 on-missing noop',
    Array(3).fill('failed E_APPLY_AMBIGUOUS_MATCH'),
  ],
  [
    'no match',
    'A=1\n',
    "mk unset B\nmk remove A 2\nmk target append x <<'E'\nE",
    Array(3).fill('failed E_APPLY_MISSING_SUBJECT'),
  ],
  [
    'on-missing',
    'A=1\n',
    'mk unset B on-missing warn\nmk unset B on-missing noop',
    ['skipped W_APPLY_ON_MISSING_WARN', 'skipped'],
  ],
  [
    'disable-if that unbalances the next',
    '.if a\n.endif\n',
    'mk disable-if condition "a"\nmk set A "1"',
    ['applied', 'failed E_APPLY_PARSE_FAILED'],
  ],
])('rows: %s', (_name, makefile, operations, expected) => {
  expect(rowsOf(makefile, operations)).toEqual(expected);
});
