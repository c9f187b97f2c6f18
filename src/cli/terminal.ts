import {styleText} from 'node:util';
import {table} from '../case/text/table.ts';

export type Style = Parameters<typeof styleText>[0];

type Stream = Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>;

/** Returns whether a stream gets colours: FORCE_COLOR decides first, then NO_COLOR and TERM=dumb prevent them, and else terminals get them. */
export function hasColors({isTTY}: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  const {FORCE_COLOR: forced = '', NO_COLOR: none = '', TERM: term} = env;
  if (forced !== '') return !['0', 'false'].includes(forced);
  return none === '' && term !== 'dumb' && isTTY === true;
}

/** Returns text in a style, where the stream gets colours. */
export function styled(style: Style, text: string, stream: Stream = process.stdout): string {
  return hasColors(stream) ? styleText(style, text, {validateStream: false}) : text;
}

/** Returns the columns of a terminal; undefined where the output is no terminal, and nothing is shortened. */
export function columnsOf(stream: Stream = process.stdout): number | undefined {
  if (!stream.isTTY) return undefined;
  return stream.columns > 0 ? stream.columns : 80;
}

/** Returns a line that fits into the columns; as it is without a limit. */
export function fitted(line: string, columns: number | undefined): string {
  if (columns === undefined || line.length <= columns) return line;
  return `${line.slice(0, Math.max(0, columns - 1)).toWellFormed()}…`;
}

const LEAST_WIDTH = 8;
const GAP = 2;

/**
 * Returns rows as aligned columns. On a terminal the heading is bold, and the widest columns are shortened, down to 8 characters, until a line
 * fits into its columns.
 */
export function terminalTable(rows: readonly (readonly string[])[], columns: number | undefined = columnsOf()): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const widthOf = (): number => widths.reduce((sum, width) => sum + width + GAP, -GAP);
  while (columns !== undefined && widthOf() > columns && Math.max(...widths) > LEAST_WIDTH) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  const shown = rows.map((row) => row.map((cell, at) => fitted(cell, widths[at])));
  const [head = '', ...lines] = table(shown).split('\n');
  return [styled('bold', head), ...lines].join('\n');
}

const DIFF_STYLES: readonly (readonly [RegExp, Style])[] = [
  [/^(?:diff |index |--- |\+\+\+ |new file|deleted file|old mode|new mode|rename |similarity )/, 'bold'],
  [/^@@/, 'cyan'],
  [/^\+/, 'green'],
  [/^-/, 'red'],
];

/** Returns a diff with its lines in the usual colours, where the stream takes colours. */
export function styledDiff(diff: string, stream: Stream = process.stdout): string {
  return diff
    .split('\n')
    .map((line) => {
      const style = DIFF_STYLES.find(([form]) => form.test(line.trimStart()))?.[1];
      return style === undefined || line === '' ? line : styled(style, line, stream);
    })
    .join('\n');
}

const CLEAR = '\r\u001b[K';
const EACH_MS = 1000;

/**
 * Runs `work` and shows on standard error what it does and for how long, once it has taken a second; nothing is written unless that is a
 * terminal. `work` gets a function that replaces the text.
 */
export async function withProgress<T>(text: string, work: (show: (text: string) => void) => Promise<T>): Promise<T> {
  const {stderr} = process;
  if (!stderr.isTTY) return work(() => undefined);
  const since = Date.now();
  let shown = text;
  let isShown = false;
  const timer = setInterval(() => {
    isShown = true;
    const line = `${shown}, ${elapsed(Date.now() - since)}`;
    stderr.write(`${CLEAR}${styled('dim', fitted(line, columnsOf(stderr)), stderr)}`);
  }, EACH_MS);
  try {
    return await work((next) => {
      shown = next;
    });
  } finally {
    clearInterval(timer);
    if (isShown) stderr.write(CLEAR);
  }
}

/** Returns a time as `12 s`, `3 min 5 s` or `2 h 3 min`. */
export function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
