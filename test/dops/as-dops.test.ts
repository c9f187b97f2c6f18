import {treeOf} from '../../src/dops/apply/text-tree.ts';
import type {Tree} from '../../src/dops/apply/tree.ts';
import {firstOverlay} from '../../src/dops/edit/create-overlay.ts';
import {diffAsDops} from '../../src/dops/edit/diff-as-dops.ts';
import {makefileAsDops} from '../../src/dops/edit/makefile-as-dops.ts';
import {parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';

const parsed = (lines: readonly string[]) =>
  parseOverlay(`port a/b\n${lines.join('\n')}\n`).diagnostics.map(({line, message}) => `${line}: ${message}`);

test('a fragment of make becomes statements', () => {
  const statements = makefileAsDops(
    'USES+=\talias \\\n\tssl\n# why\nA=\tb c\nB=\nC:=\t${C:Nx}\nD!=\tuname\nE?=\t1\nCFLAGS+=\t-DX="a b"\n\n' +
      '.include <opts.mk>\n.include "own.mk"\ndfly-patch: x\n\techo $@\n\n.if ${OPSYS} == X\n.  if 1\nF=\tg\n.  endif\n.endif\n.undef G\n',
  );
  expect(statements).toEqual([
    'mk add USES alias',
    'mk add USES ssl',
    'mk set A "b c"',
    'mk unset B',
    'mk eval C "${C:Nx}"',
    'mk shell D "uname"',
    '# ?= has no operation; this always sets E:',
    'mk set E "1"',
    'mk add CFLAGS "-DX=\\"a b\\""',
    'mk ensure-include opts.mk',
    '# no operation writes: .include "own.mk"',
    '# mk target set writes no dependencies: dfly-patch: x',
    "mk target set dfly-patch <<'MK'\n\techo $@\nMK",
    'mk block set condition "${OPSYS} == X" <<\'MK\'\n.  if 1\nF=\tg\n.  endif\nMK',
    '# no operation writes: .undef G',
  ]);
  expect(parsed(statements)).toEqual([]);
  expect(makefileAsDops('.if 1\nA=b\n')[0]).toMatch(/^# line 1: /);
});

test('a diff of the port becomes text operations', () => {
  const statements = diffAsDops(
    '--- pkg-plist.orig\t2026\n+++ pkg-plist\n@@ -1,4 +1,5 @@\n bin/a\n-bin/b\n bin/c\n+bin/d\n+bin/e\n x\n' +
      '@@ -9,2 +9 @@\n-p "q"\n-r\n+s\n@@ -20 +20,2 @@\n+first\n y\n',
  );
  expect(statements).toEqual([
    'text line-remove file pkg-plist exact "bin/b"',
    'text line-insert-after file pkg-plist anchor "bin/c" line "bin/d"',
    'text line-insert-after file pkg-plist anchor "bin/d" line "bin/e"',
    'text replace-once file pkg-plist from "p \\"q\\"\\nr" to "s"',
    '# no line stands before this in pkg-plist: first',
  ]);
  expect(parsed(statements)).toEqual([]);
});

test.each([
  [{}, 'port', 'why'],
  [{STATUS: 'PORT\nLast attempt: 1\n'}, 'port', 'why'],
  [{STATUS: 'LOCK # old\n\n# libc\n'}, 'lock', 'why; libc'],
  [{STATUS: 'DPORT\n', 'newport/Makefile': ''}, 'dport', 'why'],
  [{'newport/Makefile': ''}, 'dport', 'why'],
])('the first overlay.dops of %j', (files, type, reason) => {
  const tree = toTree(files);
  const first = firstOverlay(tree, 'a/b', 'why');
  expect(first).toMatchObject({ok: true, replaces: 'STATUS' in files ? ['STATUS'] : []});
  expect(first.ok && first.overlay.text).toBe(`port a/b\ntype ${type}\nreason "${reason}"\n\ntarget @any\n\n`);
});

test('a masked port and an overlay of the old form get none', () => {
  expect(firstOverlay(toTree({STATUS: 'IGNORE\n'}), 'a/b', '')).toEqual({ok: false, why: 'masked'});
  for (const path of ['Makefile.DragonFly', 'Makefile.DragonFly.@main', 'diffs/a.diff', 'dragonfly/x'])
    expect(firstOverlay(toTree({[path]: ''}), 'a/b', '')).toEqual({ok: false, why: 'compat'});
});

function toTree(files: Readonly<Record<string, string>>): Tree {
  return treeOf(new Map(Object.entries(files)));
}

test.each([
  [
    'lines that end in CR LF',
    '--- Makefile\r\n+++ Makefile\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n',
    'text replace-once file Makefile from "a" to "b"',
  ],
  [
    'changed lines like headers',
    '--- x.sql\n+++ x.sql\n@@ -1 +1 @@\n--- a\n+-- b\n',
    'text replace-once file x.sql from "-- a" to "-- b"',
  ],
  [
    'the names of git',
    '--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-a\n\\ No newline at end of file\n',
    'text line-remove file x exact "a"',
  ],
])('a diff with %s becomes statements', (_name, diff, expected) => {
  expect(diffAsDops(diff)).toEqual([expected]);
});

test.each(['no diff', '@@ -1 +1 @@\n-a\n+b\n', '--- x\n+++ x\n@@ -1,9 +1 @@\n-a\n+b\n'])('%j becomes no statement', (diff) => {
  expect(diffAsDops(diff)).toEqual([]);
});
