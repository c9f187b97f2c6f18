import {editByText, type TextEdit} from '../../src/dops/edit/edit-by-text.ts';
import {forgetFile} from '../../src/dops/edit/forget-file.ts';
import {parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';

const HEADER = 'port net/foo\ntype port\nreason "x"\n\ntarget @any\n\n';

function edit(text: string, change: TextEdit): string {
  const edited = editByText(parseOverlay(text), change);
  return edited.ok ? edited.overlay.text : `${edited.kind}: ${edited.error}`;
}

test('a header that is added to that of the file is refused with what to do', () => {
  const statement = `${HEADER}mk add USES ssl\n`;
  expect(edit(HEADER, {kind: 'add', statement})).toMatch(/^syntax: .* line 7, .* add the operations only\.$/);
});

test.each([
  ['NUL', 'mk set A "\0"'],
  ['a lone surrogate', 'mk set A "\ud800"'],
  ['more statements than one call may have', 'mk unset A\n'.repeat(101)],
])('a statement with %s is refused', (_name, statement) => {
  expect(edit(HEADER, {kind: 'add', statement})).toMatch(/^syntax: statement m/);
});

test('a statement is named as it stands in the file, with the comment behind it and whatever its newlines', () => {
  expect(edit(`${HEADER}mk add USES ssl # why\n`, {kind: 'remove', at: 'mk add USES ssl # why'})).toBe(HEADER);
  const [header, at] = [HEADER.replaceAll('\n', '\r\n'), "mk target set a <<'MK'\n\techo # b\nMK"];
  expect(edit(`${header}${at.replaceAll('\n', '\r\n')}\r\n`, {kind: 'remove', at})).toBe(header);
});

test('a statement is named by the text that it was added with, though the file quotes it in another way', () => {
  const at = 'mk add LDFLAGS "-Wl,-z,now"';
  const added = edit(HEADER, {kind: 'add', statement: at});
  expect(added).toBe(`${HEADER}mk add LDFLAGS -Wl,-z,now\n`);
  expect(edit(added, {kind: 'remove', at})).toBe(HEADER);
  const target = "mk target set a <<'MK'\n\techo b\nMK";
  expect(edit(`${HEADER}${target.replaceAll('MK', 'EOT')}\n`, {kind: 'remove', at: target})).toBe(HEADER);
  expect(edit(added, {kind: 'remove', at: 'mk add LDFLAGS "-Wl,-z,later"'})).toMatch(/^not_found: /);
});

test('a text of several statements of the file is refused with few of their lines, and one of two statements too', () => {
  const many = edit(`${HEADER}${'mk add A b\n'.repeat(5000)}`, {kind: 'remove', at: 'mk add A b'});
  expect(many).toMatch(/^not_unique: .* 7, 8, /);
  expect(many.length).toBeLessThan(1000);
  const both = 'mk add A b\nmk add B c';
  expect(edit(`${HEADER}${both}\n`, {kind: 'remove', at: both})).toMatch(/^not_found: .* one call takes one statement/);
});

test('the text that goes is returned, since a string without end takes the next line with it', () => {
  const overlay = parseOverlay(`${HEADER}mk set A "x\nmk add B c\n`);
  const edited = editByText(overlay, {kind: 'replace', at: '7', statement: 'mk set A "x"'});
  expect(edited).toMatchObject({ok: true, removed: 'mk set A "x\nmk add B c'});
});

test('all statements that use a file are removed, however they write its path', () => {
  const uses = 'file materialize dragonfly/../dragonfly/a -> x\nfile materialize ./dragonfly//a -> y\n';
  const other = 'file materialize ../a/dragonfly/a -> z\n';
  const {overlay, removed} = forgetFile(parseOverlay(HEADER + uses + other), 'dragonfly/a');
  expect(overlay.text).toBe(HEADER + other);
  expect(removed.map((one) => `${one}\n`).join('')).toBe(uses);
});
