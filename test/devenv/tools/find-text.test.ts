import {findText} from '../../../src/devenv/tools/find-text.ts';

const FILE = 'a = 1\n\tif (x)  {\n\t\tf();\n\t}\nb = 2\n\tif (y) {\n\t\tf();\n\t}\n';

test('exact before whitespace, and only when unique', () => {
  expect(findText(FILE, 'b = 2')).toMatchObject({kind: 'found', how: 'exact', line: 5});
  expect(findText(FILE, 'f();')).toMatchObject({kind: 'several', how: 'exact', lines: [3, 7]});
  expect(findText(FILE, ' f(); ')).toMatchObject({kind: 'several', how: 'whitespace', lines: [3, 7]});
});

test('whitespace: complete lines, surrounding blank ones dropped', () => {
  const found = findText(FILE, '\n  if (x) {\n    f();\n');
  expect(found).toMatchObject({kind: 'found', how: 'whitespace', line: 2});
  if (found.kind === 'found') expect(FILE.slice(found.start, found.end)).toBe('\tif (x)  {\n\t\tf();');
});

test('a miss shows the nearest lines', () => {
  expect(findText(FILE, 'if (y) {\n  g();')).toMatchObject({
    kind: 'missing',
    nearest: {line: 6, text: expect.stringContaining('if (y)')},
  });
  expect(findText(FILE, 'unheard of')).toEqual({kind: 'missing'});
  expect(findText(FILE, ' \n ')).toEqual({kind: 'missing'});
});

test('is quick on a large file', () => {
  const large = 'the same line again\n'.repeat(50000);
  const started = Date.now();
  expect(findText(large, 'the same line  again\nand another')).toMatchObject({kind: 'missing'});
  expect(Date.now() - started).toBeLessThan(2000);
});
