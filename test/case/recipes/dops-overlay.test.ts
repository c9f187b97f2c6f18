import {dopsAppliesTo, readDops, withOperations, withoutStatements} from '../../../src/case/recipes/dops.ts';
import {parseOverlay} from '../../../src/dops/syntax/parse-overlay.ts';

const TEXT = `# an overlay
port net/foo
target @any
mk set A "say \\"x\\"" # a comment
text line-insert-after file Makefile \\
     anchor "USES= cpe" \\
     line   "USES+= ssl"

mk target set dfly-patch <<'MK'
	mk add USES alias
MK
file materialize dragonfly/patch-a->dragonfly/patch-a
`;

test('statements are removed with their lines, also if another parse found them', () => {
  const {statements} = parseOverlay(TEXT);
  const gone = withoutStatements(parseOverlay(TEXT), statements.slice(3, 5)).text.split('\n');
  expect(gone.slice(3)).toEqual([TEXT.split('\n')[3], '', 'file materialize dragonfly/patch-a->dragonfly/patch-a', '']);
});

test.each(['mk set A "open\n', "mk target set x <<'MK'\n\ttrue\n", "mk set A 'single'\n", 'mk set A word\n'])(
  '%j is left to the model',
  (text) => {
    expect(readDops(text)).toBeUndefined();
  },
);

test.each(['mk set A "1"\n', "port a/b\nmk prepend A <<'E'\nx\nE\n", 'port a/b\nport a/b\n'])('%j is read', (text) => {
  expect(readDops(text)?.text).toBe(text);
});

test('an overlay is for a target if its one scope names it', () => {
  const applies = (text: string) => dopsAppliesTo(parseOverlay(text), '@2026Q2');
  expect(['', 'target @any\n', 'target @main,@2026Q2\n'].map(applies)).toEqual([true, true, true]);
  expect(['target @main\n', 'target @any\ntarget @main\n', 'target @2026Q3\n'].map(applies)).toEqual([false, false, false]);
});

test('operations are added at the end', () => {
  const added = withOperations(parseOverlay('port a/b'), [
    {kind: 'mk.var.unset', name: 'A'},
    {kind: 'mk.var.set', name: 'B', value: '"'},
  ]);
  expect(added.text).toBe('port a/b\nmk unset A\nmk set B "\\""\n');
});
