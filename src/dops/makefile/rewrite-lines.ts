import type {Makefile} from './read-makefile.ts';

/** Returns the text with the lines from `from` up to `to` replaced. All line ends become LF; whether the last line has one stays. */
export function replaceLines({text, lines}: Makefile, from: number, to: number, inserted: readonly string[]): string {
  const rewritten = [...lines.slice(0, from), ...inserted, ...lines.slice(to)];
  if (rewritten.length === 0) return '';
  return rewritten.join('\n') + (text.endsWith('\n') ? '\n' : '');
}

/** Returns the text with lines at its end, each with LF. */
export function appendLines({text}: Makefile, appended: readonly string[]): string {
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  return `${start}${appended.join('\n')}\n`;
}

/** Returns the text with lines inserted before the first target or include, conditional or not; else at the end. */
export function insertBeforeFirst(makefile: Makefile, inserted: readonly string[]): string {
  const first = makefile.nodes.find(({kind}) => kind === 'target' || kind === 'include');
  const at = first?.from ?? makefile.lines.length;
  return replaceLines(makefile, at, at, inserted);
}

/** Returns the line of the last include, conditional or not. */
export function lastInclude(makefile: Makefile): number | undefined {
  return makefile.nodes.findLast(({kind}) => kind === 'include')?.from;
}
