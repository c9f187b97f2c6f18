import type {ApplyPatch} from '../../src/dops/apply/run-operation.ts';
import {checkOverlay, newWarnings} from '../../src/dops/check/check-overlay.ts';
import {checkSteps} from '../../src/dops/check/check-steps.ts';
import {checkText} from '../../src/dops/check/check-text.ts';
import {lostPatches} from '../../src/dops/check/lost-patches.ts';
import {showChange} from '../../src/dops/check/show-change.ts';
import {tracePlan} from '../../src/dops/check/trace.ts';
import type {Warning} from '../../src/dops/check/warning.ts';
import {planText} from '../../src/dops/plan.ts';
import {parseOverlay} from '../../src/dops/syntax/parse-overlay.ts';
import {textsOf, treeOf} from './support.ts';

function codes(warnings: readonly Warning[]): string[] {
  return warnings.map(({code, line}) => `${line ?? '-'} ${code}`);
}

test.each([
  ['the port of another directory', 'port net/bar\n', ['1 W_DOPS_OTHER_ORIGIN']],
  ['an operation of a later language', 'mk prepend A b\n', ['1 W_DOPS_UNKNOWN_OPERATION']],
  ['a name that ends in a plus', 'mk set A+ "1"\n', ['1 W_DOPS_NAME_WITH_PLUS']],
  [
    'a name that ends in a plus, of any operation on variables',
    'mk add A+ b\nmk eval A+ "1"\nmk shell A+ "x"\nmk unset A+\nmk remove A+ b\n',
    [1, 2, 3, 4, 5].map((line) => `${line} W_DOPS_NAME_WITH_PLUS`),
  ],
  ['a recipe line that make does not run', "mk target set t <<'E'\n    x\nE\n", ['1 W_DOPS_RECIPE_WITHOUT_TAB']],
  [
    'a read of what was materialized above',
    'file materialize a -> f\ntext line-remove file f exact "x"\n',
    ['2 W_DOPS_READ_AFTER_MATERIALIZE'],
  ],
  ['a Makefile that a disable-if unbalances', 'mk disable-if condition "x"\nmk unset A\n', ['2 W_DOPS_UNBALANCED_CONDITION']],
  ['nothing', 'port net/foo\nmk set A "1"\nmk target set t <<\'E\'\n\tx\n.if a\n\n.endif\nE\n', []],
])('the text is checked for %s', (_name, text, expected) => {
  expect(codes(checkText(planText(text).overlay, 'net/foo', undefined))).toEqual(expected);
});

test('files that no operation uses are reported', () => {
  const files = treeOf({
    'overlay.dops': '',
    'dragonfly/patch-a': '',
    'dragonfly/patch-b': '',
    'diffs/c.diff': '',
    'Makefile.DragonFly': '',
  });
  const {overlay} = planText('file materialize dragonfly/patch-a -> dragonfly/patch-a\npatch apply diffs/c.diff\n');
  const messages = checkText(overlay, undefined, files).flatMap(({code, message}) =>
    code === 'W_DOPS_ORPHAN' ? [message.split(' ')[0]] : [],
  );
  expect(messages).toEqual(['Makefile.DragonFly', 'dragonfly/patch-b']);
});

const PATCH = '--- Makefile.orig\n+++ Makefile\n@@ -1 +1 @@\n-a\n+b\n';
const patched: ApplyPatch = ({port}) => {
  port.set('Makefile', {kind: 'file', bytes: Buffer.from('B=2\n'), mode: 0o644});
  return {isApplied: true, output: ''};
};

function onPort(operations: string, makefile: string): string[] {
  const {plan} = planText(`port net/foo\n${operations}`);
  if (plan === undefined) throw new Error(`The overlay has errors: ${operations}`);
  const port = treeOf({Makefile: makefile, f: 'x\n'});
  const {steps} = tracePlan({plan, port, overlay: treeOf({p: PATCH}), target: '@main', applyPatch: patched});
  expect(textsOf(port)).toEqual({Makefile: makefile, f: 'x\n'});
  return codes(checkSteps(steps));
}

test.each([
  ['a patch that an edit above is written over', 'mk set A "2"\npatch apply p\n', ['3 W_DOPS_PATCH_OVERWRITTEN']],
  ['no patch before the edits, which read its result', 'patch apply p\nmk set A "2"\n', []],
  ['no patch of another file', 'text line-remove file f exact "x"\npatch apply p\n', []],
  ['a token in a comment', 'mk add A 2\n', ['2 W_DOPS_TOKEN_IN_COMMENT']],
  [
    'dependencies that are lost',
    "mk target set t <<'E'\nE\nmk target rename u -> v\n",
    ['2 W_DOPS_DEPENDENCIES_LOST', '4 W_DOPS_DEPENDENCIES_LOST'],
  ],
  ['operations without effect', 'mk add A 1\nmk unset X on-missing noop\n', ['2 W_DOPS_NO_EFFECT', '3 W_DOPS_NO_EFFECT']],
  ['operations that fail', 'mk unset X\n', ['2 W_DOPS_OPERATION_FAILS']],
  ['nothing of operations for another target', 'target @2026Q3\nmk unset X\n', []],
])('a run on the port is checked for %s', (_name, operations, expected) => {
  expect(onPort(operations, 'A=1 # c\nt: x\nu:: y\n')).toEqual(expected);
});

test('without the port, a lost patch is found by the names in it', () => {
  const files = treeOf({p: PATCH});
  expect(codes(lostPatches(planText('mk set A "1"\npatch apply p\n').overlay, files))).toEqual(['2 W_DOPS_PATCH_OVERWRITTEN']);
  expect(codes(lostPatches(planText('patch apply p\nmk set A "1"\n').overlay, files))).toEqual([]);
});

function checkedOverlay(operations: string) {
  const overlay = parseOverlay(`port net/foo\n${operations}`);
  const port = treeOf({Makefile: 'A=1\n', 'files/x': 'x\n'});
  return {overlay, ...checkOverlay({overlay, files: treeOf({'extra/x': 'x\n'}), origin: 'net/foo', target: '@main', port})};
}

test.each([
  ['brings a directory', 'mk add A b\nfile materialize extra -> extra\n', '3 extra is a directory.'],
  ['copies a directory', 'file copy files -> other\n', '2 files is a directory.'],
  ['removes a directory', 'file remove files\n', '- files is a directory, and only files are removed.'],
])('a run that ends because it %s is reported', (_name, operations, expected) => {
  const failures = checkedOverlay(operations).warnings.filter(({code}) => code === 'W_DOPS_OPERATION_FAILS');
  expect(failures.map(({line, message}) => `${line ?? '-'} ${message}`)).toEqual([
    expect.stringContaining(expected.replace(' ', ' E_APPLY_WRITE_FAILED: ')),
  ]);
});

test('an overlay with more operations than a port can have is not run', () => {
  const {overlay, warnings, steps} = checkedOverlay(
    Array.from({length: 20_000}, (_, index) => `mk set A${index}+ "b"\n`).join(''),
  );
  expect(steps).toEqual([]);
  expect(warnings).toHaveLength(20_000);
  expect(newWarnings([overlay, warnings], [overlay, warnings])).toEqual([]);
});

test('two long files without a common line are shown by their sizes', () => {
  const linesOf = (mark: string) =>
    new TextEncoder().encode(Array.from({length: 6000}, (_, index) => `${mark}${index}\n`).join(''));
  const [before, after] = [linesOf('a'), linesOf('b')];
  expect(showChange({path: 'pkg-plist', before, after})).toBe(`pkg-plist: ${before.length} bytes become ${after.length}.`);
});
