import {Tree} from '../../src/dops/apply/tree.ts';
import {applyDiff} from '../../src/dops/edit/apply-diff.ts';
import {composedText, editForFile} from '../../src/dops/edit/edit-port-file.ts';
import {parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';

const HEADER = 'port net/foo\ntype port\nreason "r"\ntarget @any\n\n';
const file = (text: string) => ({kind: 'file', bytes: Buffer.from(text), mode: 0o644}) as const;
const PORT = new Tree([
  ['pkg-plist', file('bin/foo\nlib/a\nlib/b\nshare/c\n')],
  ['crlf', file('a\r\nb\r\n')],
]);
const runOf = (operations: string) => ({
  overlay: parseOverlay(`${HEADER}${operations}`),
  files: new Tree(),
  port: PORT,
  target: '@2026Q2',
});
const editOf = (operations: string, wanted: string) => editForFile(runOf(operations), 'pkg-plist', wanted);

test('a change of a file is expressed by text operations on what those above leave', () => {
  expect(editOf('', 'bin/foo\nlib/b\nshare/c\n')).toEqual({
    kind: 'add',
    statement: 'text line-remove file pkg-plist exact "lib/a"',
  });
  expect(editOf('', 'bin/foo\nbin/bar\nlib/a\nlib/b2\nshare/c\n')).toEqual({
    kind: 'add',
    statement:
      'text line-insert-after file pkg-plist anchor "bin/foo" line "bin/bar"\ntext replace-once file pkg-plist from "lib/b" to "lib/b2"',
  });
  const removed = 'text line-remove file pkg-plist exact "lib/a"\n';
  expect(composedText(runOf(removed), 'pkg-plist')).toBe('bin/foo\nlib/b\nshare/c\n');
  expect(editOf(removed, 'bin/foo\nshare/c\n')).toMatchObject({statement: expect.stringContaining('"lib/b"')});
});

test('what undoes a text operation removes it', () => {
  const two = 'text line-remove file pkg-plist exact "lib/a"\ntext line-remove file pkg-plist exact "lib/b"\n';
  expect(editOf(two, 'bin/foo\nlib/a\nshare/c\n')).toEqual({kind: 'remove', at: '6'});
});

test('a diff is needed for many changes, for a file that operations do not restore byte by byte, and in an overlay with errors', () => {
  const many = Array.from({length: 7}, (_, at) => `share/${at}\n`).join('');
  expect(editOf('', `bin/foo\nlib/a\nlib/b\nshare/c\n${many}`)).toBeUndefined();
  expect(editOf('', '# top\nbin/foo\nlib/a\nlib/b\nshare/c\n')).toBeUndefined();
  expect(editForFile(runOf(''), 'crlf', 'a\r\nc\r\n')).toBeUndefined();
  expect(editOf('mk nothing\n', 'bin/foo\n')).toBeUndefined();
  expect(composedText(runOf('mk nothing\n'), 'pkg-plist')).toBeUndefined();
});

test('patch apply stands behind the header and other patches, before the operations', () => {
  const before = `${HEADER}patch apply diffs/a.diff\n`;
  const overlay = parseOverlay(`${before}text line-remove file pkg-plist exact "lib/a"\n`);
  const applied = applyDiff(overlay, 'diffs/b.diff');
  expect(applied.text).toBe(`${before}patch apply diffs/b.diff\ntext line-remove file pkg-plist exact "lib/a"\n`);
  expect(applyDiff(applied, 'diffs/b.diff')).toBe(applied);
  expect(applyDiff(parseOverlay('port net/foo\ntarget @main\nmk set A "1"\n'), 'diffs/b.diff').text).toBe(
    'port net/foo\npatch apply diffs/b.diff\ntarget @main\nmk set A "1"\n',
  );
});
