import {createOverlay} from '../../src/dops/edit/create-overlay.ts';
import {addStatement, removeStatement, replaceStatement} from '../../src/dops/edit/edit-overlay.ts';
import {emitStatement} from '../../src/dops/edit/emit-statement.ts';
import {parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';

const TEXT = 'port net/foo\n# first\n  mk set A \\\n   "1" # why\nmk target set t <<\'E\'\n\tx\nE\n# end';
const overlay = parseOverlay(TEXT);

test('a statement is added at the end or behind another', () => {
  expect(addStatement(overlay, {kind: 'mk.var.unset', name: 'B'}).text).toBe(`${TEXT}\nmk unset B\n`);
  expect(addStatement(overlay, {kind: 'mk.var.unset', name: 'B'}, 0).text).toBe(TEXT.replace('# first', 'mk unset B\n# first'));
});

test('a statement is replaced in its place, and the comment behind it stays', () => {
  const set = replaceStatement(overlay, 1, {kind: 'mk.var.set', name: 'A', value: 'a "b" \\ \t\n'});
  expect(set.text).toBe(TEXT.replace('mk set A \\\n   "1"', 'mk set A "a \\"b\\" \\\\ \\t\\n"'));
  const block = replaceStatement(overlay, 1, {kind: 'mk.block.set', condition: 'x', recipe: ['MK'], heredocTag: 'MK'});
  expect(block.text).toBe(TEXT.replace('mk set A \\\n   "1" # why', 'mk block set condition "x" <<\'MK2\'\nMK\nMK2\n # why'));
});

test('a removed statement takes its lines and the comment behind it', () => {
  expect(removeStatement(overlay, 1).text).toBe("port net/foo\n# first\nmk target set t <<'E'\n\tx\nE\n# end");
  expect(removeStatement(overlay, 2).text).toBe('port net/foo\n# first\n  mk set A \\\n   "1" # why\n# end');
});

test('the newlines of the file are used', () => {
  const {text} = addStatement(parseOverlay('port a/b\r\n'), {kind: 'mk.target.set', name: 't', recipe: ['\tx'], heredocTag: 'E'});
  expect(text).toBe("port a/b\r\nmk target set t <<'E'\r\n\tx\r\nE\r\n");
});

test('an edit that would reach into another statement is refused', () => {
  expect(() => addStatement(parseOverlay('port a/b\nmk unset A \\\n'), {kind: 'mk.var.unset', name: 'B'})).toThrow(
    'other statements',
  );
  expect(() => addStatement(parseOverlay("port a/b\nx <<'E'\n"), {kind: 'mk.var.unset', name: 'B'})).toThrow('other statements');
  expect(() => removeStatement(overlay, 3)).toThrow('no index 3');
});

test.each([
  ['a value that is a word', {kind: 'mk.var.token_add', name: 'USES', value: 'a:b,c'}, 'mk add USES a:b,c'],
  ['a value with an arrow', {kind: 'file.remove', path: 'a->b', onMissing: 'noop'}, 'file remove "a->b" on-missing noop'],
  ['a value that ends in a backslash', {kind: 'mk.var.token_add', name: 'A', value: 'x\\'}, 'mk add A "x\\\\"'],
  ['an empty value', {kind: 'file.copy', src: '', dst: "it's"}, 'file copy "" -> "it\'s"'],
  ['selectors', {kind: 'target', selectors: ['@main', '@2026Q3']}, 'target @main,@2026Q3'],
  [
    'options',
    {kind: 'mk.block.replace_condition', from: 'a', to: 'b', contains: 'c', onMissing: 'warn'},
    'mk replace-if from "a" to "b" contains "c" on-missing warn',
  ],
] as const)('%s is emitted', (_name, statement, text) => {
  expect(emitStatement(statement)).toBe(text);
});

test.each([
  ['a name with a blank', {kind: 'mk.var.unset', name: 'A B'}],
  ['a name that starts a comment', {kind: 'mk.var.unset', name: 'A#'}],
  ['a name that would continue the line', {kind: 'mk.var.unset', name: 'A\\'}],
  ['an empty name', {kind: 'mk.var.set', name: '', value: ''}],
  ['a carriage return', {kind: 'reason', text: 'a\rb'}],
  ['a line of a body with a line end', {kind: 'mk.target.set', name: 't', recipe: ['a\nb'], heredocTag: 'E'}],
  ['a tag with a quote', {kind: 'mk.target.set', name: 't', recipe: [], heredocTag: "E'"}],
  ['a port without category', {kind: 'port', origin: 'foo'}],
] as const)('%s cannot be emitted', (_name, statement) => {
  expect(() => emitStatement(statement)).toThrow(/overlay\.dops/);
});

test('an overlay is created with a header', () => {
  const created = createOverlay('net/foo', 'DragonFly has no "epoll"');
  expect(created.text).toBe('port net/foo\ntype port\nreason "DragonFly has no \\"epoll\\""\n\ntarget @any\n\n');
  expect(created.diagnostics).toEqual([]);
});
