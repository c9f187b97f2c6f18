import {columnsOf, elapsed, fitted, hasColors, styledDiff, terminalTable, withProgress} from '../../src/cli/terminal.ts';

const terminal = (columns = 80) => ({isTTY: true, columns});
const file = {isTTY: false, columns: 0};

test('colours go to terminals only, unless the environment has another opinion', () => {
  expect([hasColors(terminal(), {}), hasColors(file, {})]).toEqual([true, false]);
  for (const env of [{NO_COLOR: '1'}, {TERM: 'dumb'}, {FORCE_COLOR: '0'}, {FORCE_COLOR: 'false'}])
    expect(hasColors(terminal(), env)).toBe(false);
  for (const env of [{FORCE_COLOR: '1'}, {FORCE_COLOR: '3', NO_COLOR: '1'}]) expect(hasColors(file, env)).toBe(true);
  expect(hasColors(terminal(), {NO_COLOR: '', FORCE_COLOR: ''})).toBe(true);
});

test('lines are shortened for terminals only', () => {
  expect(columnsOf(terminal(40))).toBe(40);
  expect(columnsOf(terminal(0))).toBe(80);
  expect(columnsOf(file)).toBeUndefined();
  expect(fitted('abcdef', 4)).toBe('abc…');
  expect(fitted('abcd', 4)).toBe('abcd');
  expect(fitted('abcdef', undefined)).toBe('abcdef');
});

test('a table fits into a terminal by its widest columns, and is complete elsewhere', () => {
  const rows = [
    ['Case', 'State'],
    ['port:@2026Q2:net/foo', 'Needs you: raise the token budget?'],
  ];
  expect(terminalTable(rows, undefined)).toBe(
    'Case                  State\nport:@2026Q2:net/foo  Needs you: raise the token budget?',
  );
  expect(terminalTable(rows, 40)).toBe('Case                 State\nport:@2026Q2:net/f…  Needs you: raise t…');
  expect(terminalTable(rows, 4).split('\n')[1]).toBe('port:@2…  Needs y…');
});

test('a diff has its usual colours, and is the same without them', () => {
  const diff = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-one\n+two\n same\n';
  const shown = styledDiff(diff, terminal());
  expect(shown).toContain('\u001b[31m-one\u001b[39m\n\u001b[32m+two\u001b[39m\n same\n');
  expect(shown).toContain('\u001b[1m--- a/x');
  expect(styledDiff(diff, file)).toBe(diff);
});

test('times are in the largest units', () => {
  expect([9_999, 61_000, 3_600_000 + 180_000].map(elapsed)).toEqual(['9 s', '1 min 1 s', '1 h 3 min']);
});

test('progress gives the result, and the error, of what it shows', async () => {
  expect(await withProgress('working', async () => 7)).toBe(7);
  await expect(withProgress('working', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});
