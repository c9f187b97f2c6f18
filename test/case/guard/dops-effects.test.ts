import {readDops, readDopsLine} from '../../../src/case/guard/dops-effects.ts';

/** What a line does, with make text as plain lines, and whether it has a fault. */
function effectOf(text: string): Record<string, unknown> {
  const {changed, make, fault, ...rest} = readDopsLine(text);
  expect(changed).toBe(true);
  return {
    ...rest,
    ...(make === undefined ? {} : {make: make.map((line) => line.text)}),
    ...(fault === undefined ? {} : {isWrong: true}),
  };
}

const inserted = (into: string, lines: readonly string[], isComplete = false) => ({
  edits: [into],
  insert: {into, lines, isComplete},
});
const copied = (from: string, to: string, ofOverlay: boolean) => ({writes: [to], copies: {from, to, ofOverlay}});

test.each<[string, Record<string, unknown>]>([
  ['mk set A "b" on-missing noop', {make: ['A=\tb']}],
  ['mk set A"b"', {make: ['A=\tb']}],
  ['mk set A "b\\nNO_CHECKSUM=yes"', {make: ['A=\tb', 'NO_CHECKSUM=yes']}],
  ['mk set A "b\vNO_CHECKSUM=yes"', {make: ['A=\tb', 'NO_CHECKSUM=yes']}],
  ['mk add A b', {make: ['A+=\tb']}],
  ['mk eval A "b"', {make: ['A:=\tb']}],
  ['mk shell A "id"', {make: ['A!=\tid']}],
  ['mk remove A b', {unsets: ['A b']}],
  ['mk unset A', {unsets: ['A']}],
  ['mk ensure-include /work/x.mk', {make: ['.include </work/x.mk>']}],
  ['mk replace-if from "a" to "defined(B)"', {make: ['.if defined(B)', '.endif']}],
  ["mk target append do-install <<'MK'", {make: ['do-install:']}],
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
  ['patch apply diffs/a.diff', {applies: 'diffs/a.diff'}],
  ['target @any', {}],
  ['reason "BROKEN=x"', {}],
  ['port net/foo', {}],
  ['type port', {type: 'port'}],
  ['type dport', {type: 'dport'}],
  ['type mask', {type: 'mask', make: ['IGNORE=\ttype mask']}],
  ['BROKEN=x', {make: ['BROKEN=x']}],
  ['mk set A "say \\"hi\\"\\t\\\\"', {make: ['A=\tsay "hi"\t\\']}],
  // What the language does not have is read as far as it goes, and is a fault.
  ['mk set A "b c" d', {make: ['A=\tb c d'], isWrong: true}],
  ['mk assign BROKEN "x"', {make: ['BROKEN=\tx'], isWrong: true}],
  ['mk eval A b', {make: ['A=\tb'], isWrong: true}],
  ['mk target append do-install', {make: ['do-install:'], isWrong: true}],
  ['mk ensure-include "/work/x.mk"', {make: ['.include </work/x.mk>'], isWrong: true}],
  ['mk disable-if "defined(B)"', {make: ['.if defined(B)', '.endif'], isWrong: true}],
  ['file rename a -> /b', {writes: ['a', '/b'], isWrong: true}],
  ['text append file distinfo "x"', {...inserted('distinfo', ['x'], true), isWrong: true}],
  ["mk set 'A' b", {make: ['A=\tb'], isWrong: true}],
  ['mk set A "open', {make: ['A=\t'], isWrong: true}],
  ['mk set A "\\x"', {make: ['A=\tx'], isWrong: true}],
])('%s', (line, expected) => {
  expect(effectOf(line)).toEqual(expected);
});

const sides = (text: string, afterGap: boolean) =>
  text.split('\n').map((line, at) => ({
    text: line.replace(/^\+/, ''),
    changed: line.startsWith('+'),
    ...(afterGap && at === 0 ? {afterGap} : {}),
  }));
/** Make text that a diff adds, of which the first line may be in a heredoc. */
const changedMake = (text: string): string[] =>
  readDops(sides(text, true)).flatMap(({make = []}) => make.filter(({changed}) => changed).map((line) => line.text));
const faultsOf = (text: string, isComplete = true): string[] =>
  readDops(sides(text, !isComplete), isComplete).flatMap(({fault, changed}) => (fault === undefined || !changed ? [] : [fault]));

test('only changed lines of a heredoc are changed; those of a changed statement come with it', () => {
  const moved = readDops(sides("+mk target set do-x <<'MK'\n\ta\nMK", false)).flatMap(({make = []}) => make);
  expect(moved).toEqual([
    {text: 'do-x:', changed: true},
    {text: '\ta', changed: false, isIncluded: true},
  ]);
  expect(changedMake("mk target set do-x <<'MK'\n\ta\n+\tb\nMK")).toEqual(['\tb']);
  expect(changedMake('+mk block set condition "defined(A)" <<\'MK\'\n+B=1\n+MK\n+mk set C "1"')).toEqual([
    '.if defined(A)',
    'B=1',
    '.endif',
    'C=\t1',
  ]);
});

test.each<[string, string, string[]]>([
  ['ends', '+\tcurl x\nMK\n+mk set A "1"', ['\tcurl x', 'A=\t1']],
  ['does not end', '+\tcurl x\n+\tid', ['\tcurl x', '\tid']],
  ['has quotation marks', '+\tsed -e \'s/"/x/\' a\nMK\n+mk set A "1"', ["\tsed -e 's/\"/x/' a", 'A=\t1']],
  ['has a heredoc of the shell', '+\tcat <<\'E\' >a\n+x\nE\nMK\n+mk set A "1"', ["\tcat <<'E' >a", 'x', 'A=\t1']],
  ['has no command but a word', '+BROKEN=x', ['BROKEN=x']],
  ['has a command like an operation', '+\tpatch apply $(id)', ['\tpatch apply $(id)']],
])('a heredoc before the lines of a hunk, which %s, is make text', (_name, text, make) => {
  expect(changedMake(text)).toEqual(make);
});

test('a heredoc that the hunk cuts off is make text of its statement', () => {
  expect(changedMake("mk target set do-x <<'MK'\n+\tcurl x")).toEqual(['\tcurl x']);
  expect(faultsOf("mk target set do-x <<'MK'\n+\tcurl x", false)).toEqual([]);
  expect(faultsOf("mk target set do-x <<'MK'\n\tx")).toEqual([expect.stringContaining('No line consists of MK only')]);
});

test('a statement continues behind blanks, a comment does not continue', () => {
  expect(changedMake('+mk set A \\ \t\n+"b"')).toEqual(['A=\tb']);
  expect(changedMake('+# x \\\n+mk set A "b"')).toEqual(['A=\tb']);
  expect(changedMake('+mk set A "b" # x \\\n+mk set B "c"')).toEqual(['A=\tb', 'B=\tc']);
});

test('a carriage return ends a line, and its changes are changes', () => {
  expect(changedMake('+# x\rmk set A "b"\r\n+mk set B "c"\r')).toEqual(['A=\tb', 'B=\tc']);
  expect(changedMake("mk target set do-x <<'MK'\r\n\ta\r\n+\tb\r\nMK\r")).toEqual(['\tb']);
  expect(changedMake("mk target set do-x <<'MK'\n+# a\r\tb\nMK")).toEqual(['# a', '\tb']);
});

test('a text that is neither a statement nor make text is a fault', () => {
  expect(readDopsLine('delete everything now').fault).toMatch(/^delete everything now \(/);
  expect(readDopsLine('MK').fault).toBeUndefined();
  expect(faultsOf('port net/foo\n+"')).toEqual([expect.stringMatching(/^" \(/)]);
  expect(faultsOf('port net/foo\n"\n+mk unset A')).toEqual([]);
});
