import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {installRoot} from '../../src/setup/paths.ts';
import {argument, textLines, withPart} from './mdoc.ts';
import {PAGES, pagePath, renderPage} from './pages.ts';
import {rowsBelow} from './tables.ts';

test.each(PAGES)('%s has the commands, keys and tables of this version; if not, run `npm run man`', (name) => {
  expect(readFileSync(pagePath(name), 'utf8')).toBe(renderPage(name));
});

test('package.json names each page, and npm installs it', () => {
  const {man} = JSON.parse(readFileSync(join(installRoot(), 'package.json'), 'utf8')) as {man: string[]};
  expect(man.sort()).toEqual(PAGES.map((name) => `man/${name}`).sort());
});

test('mandoc has no error, warning or remark on style', () => {
  const {stdout, stderr, error} = spawnSync('mandoc', ['-Tlint', ...PAGES.map(pagePath)], {encoding: 'utf8'});
  expect(error).toBeUndefined();
  // It searches for the pages to which a page refers on this machine, not among those that it is given.
  const isOurs = (line: string): boolean =>
    PAGES.some((name) => line.includes(`referenced manual not found: Xr ${name.replace('.', ' ')}`));
  expect(`${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !isOurs(line))).toEqual([]);
});

test('Markdown becomes lines without macros, a sentence a line', () => {
  expect(textLines("**Bold** `--json`. See [this](x.md).\n'Tis a \\ test … ä")).toEqual([
    'Bold \\-\\-json.',
    'See this.',
    "\\&'Tis a \\e test ...",
    '\\[u00E4]',
  ]);
  expect(textLines(`${'a '.repeat(60)}.b`).every((line) => line.length < 80 && !line.startsWith('.'))).toBe(true);
  expect(argument('a "b"')).toBe('"a ""b"""');
});

test('a generated part that is missing, and a heading without a table, are errors', () => {
  expect(() => withPart('.Sh X\n', 'keys', [])).toThrow(/must have the lines/);
  expect(() => rowsBelow('# A\n\ntext\n\n# B\n\n| a |\n|---|\n| b |\n', '# A')).toThrow(/table below the heading "# A"/);
  expect(rowsBelow('# B\n\n| a | c |\n|---|---|\n| b \\| d | e |\n\nend', '# B')).toEqual([['b | d', 'e']]);
});
