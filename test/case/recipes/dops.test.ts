import {dopsAppliesTo, dopsStatements, quoteString, withOperations, withoutStatements} from '../../../src/case/recipes/dops.ts';

const TEXT = `# an overlay
port net/foo
target @any
mk set A "say \\"x\\" \\\\ # no comment" # a comment
text line-insert-after file Makefile \\
     anchor "USES= cpe" \\
     line   "USES+= ssl"

mk target set dfly-patch <<'MK'
	\${REINPLACE_CMD} -e "s/mk add USES alias/'/" x # not a statement
mk add USES alias
MK
file materialize dragonfly/patch-a->dragonfly/patch-a
`;

test('statements have their words and lines, a heredoc’s body is theirs', () => {
  const statements = dopsStatements(TEXT) ?? [];
  expect(statements.map(({tokens}) => tokens)).toEqual([
    ['port', 'net/foo'],
    ['target', '@any'],
    ['mk', 'set', 'A', 'say "x" \\ # no comment'],
    ['text', 'line-insert-after', 'file', 'Makefile', 'anchor', 'USES= cpe', 'line', 'USES+= ssl'],
    ['mk', 'target', 'set', 'dfly-patch'],
    ['file', 'materialize', 'dragonfly/patch-a', '->', 'dragonfly/patch-a'],
  ]);
  expect(statements.slice(3, 5).map(({from, to}) => [from, to])).toEqual([
    [4, 7],
    [8, 12],
  ]);
  const gone = withoutStatements(TEXT, statements.slice(3, 5)).split('\n');
  expect(gone.slice(3)).toEqual([TEXT.split('\n')[3], '', 'file materialize dragonfly/patch-a->dragonfly/patch-a', '']);
});

test.each(['mk set A "open\n', "mk target set x <<'MK'\n\ttrue\n", "mk set A 'single'\n"])('%j cannot be read', (text) => {
  expect(dopsStatements(text)).toBeUndefined();
});

test('it is for a target if its one scope says so', () => {
  const applies = (text: string) => dopsAppliesTo(dopsStatements(text) ?? [], '@2026Q2');
  expect(['', 'target @any\n', 'target @main,@2026Q2\n'].map(applies)).toEqual([true, true, true]);
  expect(['target @main\n', 'target @any\ntarget @main\n', 'target @2026Q20\n'].map(applies)).toEqual([false, false, false]);
});

test('operations come at the end, and a string is read as it was written', () => {
  expect(withOperations('port a/b', ['mk unset A'])).toBe('port a/b\nmk unset A\n');
  const odd = 'a "b" \\ c\td # e';
  expect(dopsStatements(`mk set A ${quoteString(odd)}`)?.[0]?.tokens[3]).toBe(odd);
});
