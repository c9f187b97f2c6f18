import {readDops, readDopsLine} from '../../../src/case/guard/dops-effects.ts';

/** What a line does, with make text as plain lines. */
function effectOf(text: string): Record<string, unknown> {
  const {changed, make, ...rest} = readDopsLine(text);
  expect(changed).toBe(true);
  return {...rest, ...(make === undefined ? {} : {make: make.map((line) => line.text)})};
}

const inserted = (into: string, lines: readonly string[], isComplete = false) => ({
  edits: [into],
  insert: {into, lines, isComplete},
});
const copied = (from: string, to: string, ofOverlay: boolean) => ({writes: [to], copies: {from, to, ofOverlay}});

test.each<[string, Record<string, unknown>]>([
  ['mk set A "b c" d', {make: ['A=\tb c d']}],
  ['mk set A "b" on-missing noop', {make: ['A=\tb']}],
  ['mk set A"b"', {make: ['A=\tb']}],
  ['mk set A "b\\nNO_CHECKSUM=yes"', {make: ['A=\tb', 'NO_CHECKSUM=yes']}],
  ['mk add A b', {make: ['A+=\tb']}],
  ['mk eval A b', {make: ['A:=\tb']}],
  ['mk shell A id', {make: ['A!=\tid']}],
  ['mk remove A b', {unsets: ['A']}],
  ['mk unset A', {unsets: ['A']}],
  ['mk ensure-include /work/x.mk', {make: ['.include </work/x.mk>']}],
  ['mk replace-if from "a" to "defined(B)"', {make: ['.if defined(B)', '.endif']}],
  ['mk target append do-install', {make: ['do-install:']}],
  ['mk target set x do-install', {make: ['x:']}],
  ['mk target rename a -> b', {make: ['b:'], unsets: ['a:']}],
  ['mk target rename a->b', {make: ['b:'], unsets: ['a:']}],
  ['mk target remove a', {unsets: ['a:']}],
  ['text line-insert-after file Makefile anchor "a" line "B=1\\nC=2"', inserted('Makefile', ['B=1', 'C=2'], true)],
  ['text replace-once file x/Makefile.inc from "a" to "b"', inserted('x/Makefile.inc', ['b'])],
  ['text line-remove file pkg-plist exact "a"', inserted('pkg-plist', [], true)],
  ['file remove dragonfly/patch-a', {drops: ['dragonfly/patch-a']}],
  ['file materialize a -> b', copied('a', 'b', true)],
  ['file materialize "a" -> "b"', copied('a', 'b', true)],
  ['file materialize a->b', copied('a', 'b', true)],
  ['file copy a -> b', copied('a', 'b', false)],
  ['file rename a -> b', {}],
  ['patch apply diffs/a.diff', {applies: 'diffs/a.diff'}],
  ['target @any', {}],
  ['reason "BROKEN=x"', {}],
  ['port net/foo', {}],
  ['type port', {}],
  ['type dport', {}],
  ['type mask', {make: ['IGNORE=\ttype mask']}],
  ['BROKEN=x', {make: ['BROKEN=x']}],
  ['mk set A "say \\"hi\\"\\t\\\\"', {make: ['A=\tsay "hi"\t\\']}],
  ["mk set 'A' b", {make: ['A=\tb'], fault: "'"}],
  ['mk set A "open', {make: ['A=\topen'], fault: '"open'}],
  ['mk set A "\\x"', {make: ['A=\tx'], fault: '"\\x"'}],
])('%s', (line, expected) => {
  expect(effectOf(line)).toEqual(expected);
});

const lines = (text: string) => text.split('\n').map((line) => ({text: line.replace(/^\+/, ''), changed: line.startsWith('+')}));
const changedMake = (text: string): string[] =>
  readDops(lines(text)).flatMap(({make = []}) => make.filter(({changed}) => changed).map((line) => line.text));

test('only changed lines of a heredoc are changed make text, and those of its statement', () => {
  expect(changedMake("mk target set do-x <<'MK'\n\ta\n+\tb\nMK")).toEqual(['\tb']);
  expect(changedMake("+mk target set do-x <<'MK'\n\ta\nMK")).toEqual(['do-x:']);
  expect(changedMake('+mk block set condition "defined(A)" <<\'MK\'\n+B=1\n+MK\n+mk set C 1')).toEqual([
    '.if defined(A)',
    'B=1',
    '.endif',
    'C=\t1',
  ]);
});

test('a heredoc whose start is not in the lines is make text', () => {
  expect(changedMake('+\tcurl x\n MK\n+mk set A 1')).toEqual(['\tcurl x', 'A=\t1']);
});

test('a statement continues behind blanks, a comment does not continue', () => {
  expect(changedMake('+mk set A \\ \t\n+"b"')).toEqual(['A=\tb']);
  expect(changedMake('+# x \\\n+mk set A b')).toEqual(['A=\tb']);
  expect(changedMake('+mk set A b # x \\\n+mk set B c')).toEqual(['A=\tb', 'B=\tc']);
});

test('a text that is neither a statement nor make text is a fault', () => {
  expect(readDopsLine('delete everything now').fault).toBe('delete everything now');
  expect(readDopsLine('MK').fault).toBeUndefined();
});
