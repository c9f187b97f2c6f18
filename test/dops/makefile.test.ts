import {conditionRegions, targetBlocks} from '../../src/dops/makefile/query-makefile.ts';
import {readMakefile} from '../../src/dops/makefile/read-makefile.ts';

function kinds(text: string): string[] {
  return readMakefile(text).nodes.map((node) => {
    const name = 'name' in node ? ` ${node.name}` : '';
    const condition = 'condition' in node ? ` ${node.condition}` : '';
    return `${node.from}-${node.to} ${node.kind}${name}${condition}`;
  });
}

function errors(text: string): string[] {
  return readMakefile(text).errors.map(({line, message}) => `${line}: ${message}`);
}

test('logical lines are recipes, assignments, targets, directives, or raw', () => {
  const text = [
    'PORTNAME=\tfoo',
    'USES+= a \\',
    '\tb',
    '# comment \\',
    'X=1',
    '.  ifdef FOO # why',
    '.elif ${A} \\',
    '  && ${B}',
    '.endif',
    'X+ = 1',
    'do-build: pre',
    '\tcmd \\',
    'Y=\t2',
    '.PHONY: all',
    '${A:M*}= b',
    '.include <bsd.port.mk>',
    'plain',
  ].join('\n');
  expect(kinds(text)).toEqual([
    '0-1 assignment PORTNAME',
    '1-3 assignment USES',
    '3-5 raw',
    '5-6 if def FOO # why',
    '6-8 elif ${A} \\',
    '8-9 endif',
    '9-10 assignment X+',
    '10-11 target do-build',
    '11-12 recipe',
    '12-13 assignment Y',
    '13-14 raw',
    '14-15 target ${A',
    '15-16 include',
    '16-17 raw',
  ]);
});

test('a value has its continuation lines', () => {
  const [node] = readMakefile('A=1 \\\n\t2 # c\n').nodes;
  expect(node).toMatchObject({kind: 'assignment', operator: '=', value: '1 \\\n\t2 # c'});
});

test.each([
  ['a line that is nearly an assignment', 'A!B=1\n', ['1: The line looks like an assignment and is none.']],
  ['.endif without .if', 'A=1\n.endif\n', ['2: .endif without .if.']],
  ['.if without .endif', '.if 1\n.if 2\n.endif\n', ['1: .if without .endif.']],
  ['a last line that continues', 'A=1\\\n', ['1: The last line ends in a backslash.']],
  ['none for a last recipe line that continues', 'a:\n\tb \\\n', []],
])('errors: %s', (_name, text, expected) => {
  expect(errors(text)).toEqual(expected);
});

test('a target has the recipe lines directly below it, and a region ends at its .endif', () => {
  const makefile = readMakefile('a:\n\tb\n\tc\n\n\td\n.if x\n.if x\n.else\n.endif\n.endif\n');
  expect(targetBlocks(makefile, 'a')).toEqual([{from: 0, to: 3}]);
  expect(conditionRegions(makefile, 'x')).toEqual([
    {from: 5, to: 10},
    {from: 6, to: 9},
  ]);
});

test('form feeds and Unicode separators end lines', () => {
  expect(readMakefile('A=1\fB=2\u2028C=3\r\nD=4').lines).toEqual(['A=1', 'B=2', 'C=3', 'D=4']);
});
