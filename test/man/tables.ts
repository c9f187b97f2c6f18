import {argument, tagList, textLines} from './mdoc.ts';

/** Returns the rows of the first table below a heading of a Markdown document, without its head. Throws if there is none. */
export function rowsBelow(document: string, heading: string): string[][] {
  const at = `\n${document}`.indexOf(`\n${heading}`);
  const lines = at < 0 ? [] : document.slice(at).split('\n').slice(1);
  const start = lines.findIndex((line) => /^\|[-:| ]+\|$/.test(line));
  const next = lines.findIndex((line) => line.startsWith('#'));
  if (start < 0 || (next >= 0 && next < start))
    throw new Error(`The document must have a table below the heading ${JSON.stringify(heading)}.`);
  const rows = lines.slice(start + 1);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(0, end < 0 ? undefined : end).map(cellsOf);
}

function cellsOf(row: string): string[] {
  return row
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** Returns a list with an item for each row: the first cell is its term, by this macro, the others its text. */
export function rowList(
  rows: readonly (readonly string[])[],
  macro: string,
  textOf: (cells: readonly string[]) => string,
): string[] {
  return tagList(
    rows.map(([term = '', ...cells]) => ({
      term: `${macro} ${argument(term.replaceAll('`', ''))}`,
      body: textLines(textOf(cells)),
    })),
  );
}
