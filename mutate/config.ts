import type {Mutation} from './operators.ts';

/** A folder whose mutants are counted, with the tests that must notice them. */
export interface Folder {
  readonly path: string;
  /** Folders of the tests. */
  readonly tests: readonly string[];
  /** `unit` tests run many mutants in one process, `jest` starts Jest for each one, with servers and workers. */
  readonly runner: 'unit' | 'jest';
  /** How many mutants are drawn unless `--sample` says otherwise; all if left out. */
  readonly sample?: number;
  /** Least share of killed mutants in percent; below it the run fails. */
  readonly atLeast?: number;
}

export const FOLDERS: readonly Folder[] = [
  {path: 'src/case', tests: ['test/case'], runner: 'unit', atLeast: 85},
  {path: 'src/workflows', tests: ['test/workflows', 'test/integration/workflows'], runner: 'jest', sample: 20},
  {path: 'src/devenv/tools', tests: ['test/devenv/tools'], runner: 'unit', sample: 200},
];

/** Tests that are left out because each run of them starts hundreds of processes. Leaving them out only lowers the score. */
export const LEFT_OUT: readonly string[] = [
  'every orphan is listed and every missing entry gone, whoever listed it',
  'a patch cut anew applies with no fuzz and gives what the old one meant',
];

/** Four words in a row: a sentence for readers, not a key or a mark that code compares. */
const PROSE = /\p{L}+(?:[ ,:;]+\p{L}+){3}/u;

/** Values that stand in for a missing element of a list or a group of a match: the type checker demands them where there always is one. */
const EMPTY = new Set(["''", '``', '0']);

/**
 * Whether a mutation counts. Two kinds do not. Emptied sentences, as in descriptions, prompts and error texts: tests check that
 * a message is given, with its facts, and not how it is worded. And other values for an empty fallback, which seldom can be reached.
 */
export function accepts({operator, node, fallback}: Mutation, source: string): boolean {
  const text = source.slice(node.start, node.end);
  if (fallback && EMPTY.has(text)) return false;
  return operator !== 'string' || !PROSE.test(text);
}
