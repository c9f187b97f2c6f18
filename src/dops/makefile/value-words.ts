import {assignmentsOf} from './query-makefile.ts';
import type {Makefile, MakeNodeOf} from './read-makefile.ts';

/** A word of a value, with its quotes, and its offsets in the value. */
export interface ValueWord {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** An assignment with its words as the shell and make's modifiers split them: without a comment. */
export interface AssignedWords {
  readonly node: MakeNodeOf<'assignment'>;
  readonly operator: string;
  readonly words: readonly string[];
  /** Whether it is inside .if or .for. */
  readonly isConditional: boolean;
}

/** Blanks and continuations, a comment, or a word, in which quotes join. */
const PART = /(?:\\\n|[ \t\r\n]|\\$)+|#.*|(?:"[^"\n]*"|'[^'\n]*'|\\[^\n]|[^\s\\"'#]|["'])+/gy;

/** A word without regard to comments: characters other than blanks, of which a quoted or escaped part is one. */
const WORD = /(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\]|["'\\])+/g;

/** Splits a value without comments, such as that of a statement of overlay.dops, at blanks; a quoted or escaped part stays in its word, with its quotes. */
export function splitWords(value: string): string[] {
  return value.match(WORD) ?? [];
}

/** Returns the words of a value in a Makefile, up to a comment. */
export function wordsOf(value: string): ValueWord[] {
  const words: ValueWord[] = [];
  for (const {0: text, index} of value.matchAll(PART)) {
    if (text.startsWith('#')) break;
    if (/^[^\s\\]|^\\[^\n]/.test(text)) words.push({text, start: index, end: index + text.length});
  }
  return words;
}

/** Returns the assignments to a variable, in order, conditional ones too. */
export function assignedWords(makefile: Makefile, name: string): AssignedWords[] {
  const depths = depthsOf(makefile);
  return assignmentsOf(makefile, name).map((node) => ({
    node,
    operator: node.operator,
    words: wordsOf(node.value).map(({text}) => text),
    isConditional: (depths.get(node.from) ?? 0) > 0,
  }));
}

/** Returns, by the first line of each node, how many .if and .for are open there. */
export function depthsOf({nodes, lines}: Makefile): ReadonlyMap<number, number> {
  let depth = 0;
  return new Map(
    nodes.map(({kind, from}) => {
      const isRaw = kind === 'raw';
      const line = lines[from] ?? '';
      if (kind === 'endif' || (isRaw && /^\.[ \t]*endfor\b/.test(line))) depth = Math.max(0, depth - 1);
      const here = depth;
      if (kind === 'if' || (isRaw && /^\.[ \t]*for\b/.test(line))) depth += 1;
      return [from, here] as const;
    }),
  );
}
