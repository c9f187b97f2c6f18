import type {ApplyPatch} from '../../src/dops/apply/run-operation.ts';
import {apply, textsOf, treeOf} from './support.ts';

const LATIN1 = new Uint8Array([0x63, 0xe9, 0x0a]);

test('operations for any target come first, and those for others are skipped', () => {
  const port = treeOf({Makefile: ''});
  const {rows, isOk} = apply('target @main\nmk set A "1"\ntarget @2026Q3\nmk set B "2"\ntarget @any\nmk set C "3"\n', port);
  expect(rows.map(({planned, status, code}) => [planned.target, status, code])).toEqual([
    ['@any', 'applied', undefined],
    ['@2026Q3', 'applied', undefined],
    ['@main', 'skipped', 'I_APPLY_TARGET_MISMATCH'],
  ]);
  expect(isOk).toBe(true);
  expect(textsOf(port).Makefile).toBe('C= 3\nB= 2');
});

test('for a target of a dev-env that is no release, only operations for any target apply', () => {
  const port = treeOf({Makefile: ''});
  const {isOk} = apply('target @any\nmk set A "1"\ntarget @main\nmk set B "2"\n', port, {target: '@demo'});
  expect(isOk).toBe(true);
  expect(textsOf(port).Makefile).toBe('A= 1');
});

test('a failure does not stop the rest, unless strict, and a dry run writes nothing', () => {
  const operations = 'mk set A "1"\nmk unset B\nmk set C "1"\n';
  const after = (more: object): [object, string | undefined] => {
    const port = treeOf({Makefile: 'X=\n'});
    const {codes, rows} = apply(operations, port, more);
    return [[codes, rows.length], textsOf(port).Makefile];
  };
  expect(after({})).toEqual([[['W_APPLY_ORACLE_SKIPPED'], 3], 'X=\nA= 1\nC= 1\n']);
  expect(after({isStrict: true})).toEqual([[[], 2], 'X=\n']);
  expect(after({isDryRun: true})).toEqual([[['W_APPLY_ORACLE_SKIPPED'], 3], 'X=\n']);
});

test('files are copied as text and materialized as bytes, with mode 0600', () => {
  const port = treeOf({a: 'x\r\ny', old: 'o'});
  const overlay = treeOf({'dragonfly/p': LATIN1, link: {link: 'dragonfly/p'}});
  apply('file copy a -> d/b\nfile materialize link -> p\nfile remove old\n', port, {overlay});
  expect(textsOf(port)).toMatchObject({a: 'x\r\ny', 'd/b': 'x\ny'});
  expect(port.get('p')).toMatchObject({bytes: LATIN1, mode: 0o600});
  expect(port.get('old')).toBeUndefined();
});

test('what is materialized is not seen by later operations, and removals count what is stored', () => {
  const port = treeOf({f: 'old\n'});
  const overlay = treeOf({n: 'new\n'});
  const {rows} = apply(
    'file materialize n -> f\ntext line-remove file f exact "old"\nfile materialize n -> g\nfile remove g\nfile remove f\nfile remove f\n',
    port,
    {overlay},
  );
  expect(rows.map(({status}) => status)).toEqual(['applied', 'applied', 'applied', 'failed', 'applied', 'applied']);
  expect(textsOf(port)).toEqual({g: 'new\n'});
});

test('a patch works on the stored files at once, and a staged edit overwrites its result', () => {
  const applyPatch: ApplyPatch = ({port: patched, isDryRun}) => {
    if (!isDryRun) for (const [path, entry] of treeOf({f: 'patched\n', h: 'patched\n'}).entries()) patched.set(path, entry);
    return {isApplied: true, output: ''};
  };
  const port = treeOf({f: 'a\n', h: 'a\n'});
  const overlay = treeOf({p: ''});
  apply('text replace-once file f from "a" to "b"\npatch apply p\ntext replace-once file h from "patched" to "read"\n', port, {
    overlay,
    applyPatch,
  });
  expect(textsOf(port)).toEqual({f: 'b\n', h: 'read\n'});
});

test.each([
  ['absolute', 'file copy /etc/passwd -> x'],
  ['above the root', 'file copy a -> ../x'],
  ['above the root and back', 'file copy a -> ../port/x'],
  ['through a link', 'file copy a -> out/x'],
  ['through a loop of links', 'file copy a -> loop'],
])('a path that is %s is refused', (_name, operation) => {
  const port = treeOf({a: '', out: {link: '/tmp'}, loop: {link: 'loop'}});
  expect(apply(`${operation}\n`, port).rows).toMatchObject([{status: 'failed', code: 'E_APPLY_INVALID_PATH'}]);
  expect(port.entries().map(([path]) => path)).toEqual(['a', 'loop', 'out']);
});

test('links inside are followed: the target is written and removed', () => {
  const port = treeOf({'d/t': 'x\n', l: {link: 'd/../d/t'}});
  apply('text replace-once file l from "x" to "y"\n', port);
  expect(textsOf(port)).toEqual({'d/t': 'y\n', l: '-> d/../d/t'});
  apply('file remove l\n', port);
  expect(textsOf(port)).toEqual({l: '-> d/../d/t'});
});

test.each([
  [
    'a directory as source ends the run without a row, and nothing is written',
    'text replace-once file f from "a" to "b"\nfile copy d -> x\n',
    1,
    'a\n',
  ],
  ['a file as directory too', 'text replace-once file f from "a" to "b"\nfile copy f/x -> y\n', 1, 'a\n'],
  [
    'a directory as destination is found when writing, behind the writes before it',
    'text replace-once file f from "a" to "b"\nfile copy f -> d\n',
    2,
    'b\n',
  ],
  ['so is one that is to be removed', 'text replace-once file f from "a" to "b"\nfile remove d\n', 2, 'b\n'],
])('%s', (_name, operations, rows, text) => {
  const port = treeOf({f: 'a\n', 'd/x': ''});
  const applied = apply(operations, port);
  expect(applied).toMatchObject({isOk: false, codes: ['E_APPLY_WRITE_FAILED']});
  expect(applied.rows).toHaveLength(rows);
  expect(textsOf(port).f).toBe(text);
});

test('text that is not UTF-8 cannot be edited', () => {
  const {rows} = apply('text line-remove file f exact "x" on-missing noop\n', treeOf({f: LATIN1}));
  expect(rows).toMatchObject([{status: 'failed', code: 'E_APPLY_PARSE_FAILED'}]);
});

test.each([
  ['line-remove takes the first equal line', 'a\nb\na\n', 'text line-remove file f exact "a"', 'b\na\n'],
  ['line-remove leaves an empty file', 'a\n', 'text line-remove file f exact "a"', ''],
  ['line-insert-after ends the file with a newline', 'a\nb', 'text line-insert-after file f anchor "a" line "x"', 'a\nx\nb\n'],
  ['replace-once spans lines', 'a\nb\nc', 'text replace-once file f from "a\\nb" to ""', '\nc'],
  ['replace-once of nothing in an empty file', '', 'text replace-once file f from "" to "x"', 'x'],
])('%s', (_name, before, operation, after) => {
  const port = treeOf({f: before});
  expect(apply(`${operation}\n`, port).isOk).toBe(true);
  expect(textsOf(port).f).toBe(after);
});

test('replace-once of two occurrences is ambiguous, whatever on-missing is', () => {
  const {rows} = apply('text replace-once file f from "aa" to "b" on-missing noop\n', treeOf({f: 'aaaa'}));
  expect(rows).toMatchObject([{code: 'E_APPLY_AMBIGUOUS_MATCH'}]);
});
