import {splitLines, splitLinesWithEnds, universalNewlines} from '../syntax/lines.ts';
import {BLANK_CLASS, strip, stripEnd} from '../syntax/unicode-blank.ts';

/** Lines of a node: index of the first, from 0, and behind the last. */
interface Range {
  readonly from: number;
  readonly to: number;
}

/** A logical line of a Makefile. `text` of `include` and `condition` are of its first physical line. */
export type MakeNode = Range &
  (
    | {
        readonly kind: 'assignment';
        readonly name: string;
        readonly operator: string;
        /** With the continuation lines, joined by LF; comments and backslashes included. */
        readonly value: string;
      }
    | {readonly kind: 'if' | 'elif'; readonly condition: string; readonly text: string}
    | {readonly kind: 'include'; readonly text: string}
    | {readonly kind: 'target'; readonly name: string}
    | {readonly kind: 'else' | 'endif' | 'recipe' | 'raw'}
  );

/** A node of one kind. */
export type MakeNodeOf<K extends MakeNode['kind']> = Extract<MakeNode, {readonly kind: K}>;

/** A Makefile as the reference reads it: logical lines, not what make evaluates. */
export interface Makefile {
  readonly text: string;
  /** Physical lines without their ends. */
  readonly lines: readonly string[];
  readonly nodes: readonly MakeNode[];
  /** Errors with their line, from 1. With one, no operation on the Makefile is possible. */
  readonly errors: readonly {readonly line: number; readonly message: string}[];
}

const DIRECTIVE = new RegExp(`^\\.[${BLANK_CLASS}]*(if|elif|else|endif|include)?`);
const ASSIGNMENT = new RegExp(
  `^[${BLANK_CLASS}]*([A-Za-z0-9_.$(){}/-]+(?:\\+(?!=))?)[${BLANK_CLASS}]*(\\+=|\\?=|:=|!=|=)[${BLANK_CLASS}]*([\\s\\S]*)$`,
);
const TARGET = new RegExp(`^[${BLANK_CLASS}]*([^${BLANK_CLASS}:#][^:]*):`);

/** Splits a Makefile into logical lines. */
export function readMakefile(source: string): Makefile {
  const text = universalNewlines(source);
  // An end that is not LF counts as a blank of its line.
  const physical = splitLinesWithEnds(text).map((line) => (line.endsWith('\n') ? line.slice(0, -1) : line));
  const nodes: MakeNode[] = [];
  const errors: {line: number; message: string}[] = [];
  for (let at = 0; at < physical.length; ) {
    const to = groupEnd(physical, at);
    if (to > physical.length) errors.push({line: at + 1, message: 'The last line ends in a backslash.'});
    const node = readGroup(physical.slice(at, to), at);
    if (node === undefined) errors.push({line: at + 1, message: 'The line looks like an assignment and is none.'});
    nodes.push(node ?? {kind: 'raw', from: at, to: Math.min(to, physical.length)});
    at = to;
  }
  return {text, lines: splitLines(text), nodes, errors: [...errors, ...unbalanced(nodes)]};
}

/** Returns the line behind the group that begins here; beyond the last line if the group is still open there. */
function groupEnd(lines: readonly string[], from: number): number {
  if (lines[from]?.startsWith('\t')) return from + 1;
  let to = from + 1;
  while (to <= lines.length && isContinued(lines[to - 1] ?? '')) to++;
  return to;
}

function isContinued(line: string): boolean {
  let end = line.length;
  while (end > 0 && ' \t'.includes(line.charAt(end - 1))) end--;
  return line.charAt(end - 1) === '\\';
}

/** Returns undefined for a line that looks like an assignment and is none. */
function readGroup(group: readonly string[], from: number): MakeNode | undefined {
  const range = {from, to: from + group.length};
  const first = group[0] ?? '';
  const stripped = strip(first);
  if (first.startsWith('\t')) return {kind: 'recipe', ...range};
  if (stripped === '' || stripped.startsWith('#')) return {kind: 'raw', ...range};
  if (stripped.startsWith('.')) return readDirective(stripped, group, range);
  const assignment = ASSIGNMENT.exec(first);
  if (assignment !== null) {
    const [, name = '', operator = '', value = ''] = assignment;
    return {kind: 'assignment', name, operator, value: [value, ...group.slice(1)].join('\n'), ...range};
  }
  const target = TARGET.exec(first)?.[1];
  if (target !== undefined) return {kind: 'target', name: stripEnd(target), ...range};
  return first.includes('=') ? undefined : {kind: 'raw', ...range};
}

function readDirective(stripped: string, group: readonly string[], range: Range): MakeNode {
  const [head = '', keyword] = DIRECTIVE.exec(stripped) ?? [];
  const rest = strip(stripped.slice(head.length));
  switch (keyword) {
    case 'if':
    case 'elif':
      return {kind: keyword, condition: rest, text: group.join('\n'), ...range};
    case 'else':
    case 'endif':
      return {kind: keyword, ...range};
    case 'include':
      return {kind: 'include', text: rest, ...range};
    default:
      return {kind: 'raw', ...range};
  }
}

function unbalanced(nodes: readonly MakeNode[]): {line: number; message: string}[] {
  const open: number[] = [];
  const errors: {line: number; message: string}[] = [];
  for (const {kind, from} of nodes) {
    if (kind === 'if') open.push(from);
    if ((kind === 'elif' || kind === 'else' || kind === 'endif') && open.length === 0)
      errors.push({line: from + 1, message: `.${kind} without .if.`});
    if (kind === 'endif') open.pop();
  }
  return [...errors, ...open.map((from) => ({line: from + 1, message: '.if without .endif.'}))];
}
