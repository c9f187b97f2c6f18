import {type Makefile, type MakeNodeOf, readMakefile} from '../../dops/makefile/read-makefile.ts';
import {appendLines, replaceLines} from '../../dops/makefile/rewrite-lines.ts';
import {assignedWords, depthsOf, wordsOf} from '../../dops/makefile/value-words.ts';

/** Edits of a Makefile without reformatting, for the fragments and diffs of a compat overlay. */

const SEPARATOR = ' \\\n\t\t';

/** Returns the words that a Makefile assigns to the variable, by any operator and under any condition. */
export function wordsAssigned(text: string, name: string): string[] {
  return assignedWords(readMakefile(text), name).flatMap(({words}) => words);
}

/**
 * Returns the text without the unwanted words of the variable, and without assignments that would be empty; undefined if it has
 * none of them.
 */
export function removeWords(text: string, name: string, unwanted: (word: string) => boolean): string | undefined {
  const makefile = readMakefile(text);
  const found = assignedWords(makefile, name).filter(
    ({operator, words}) => ['=', '+=', '?='].includes(operator) && words.some(unwanted),
  );
  if (found.length === 0) return undefined;
  return found.reduceRight((result, {node, words}) => {
    const lines = words.every(unwanted) ? [] : cutWords(makefile, node, unwanted);
    return replaceLines(readMakefile(result), node.from, node.to, lines);
  }, makefile.text);
}

/** Returns whether a Makefile has more than blank lines and comments. */
export function hasContent(text: string): boolean {
  const {nodes, lines} = readMakefile(text);
  return nodes.some(({kind, from}) => kind !== 'raw' || !/^\s*(#|$)/.test(lines[from] ?? ''));
}

/** Cuts each unwanted word with the blanks and backslash before it; of the first words of a value, with those behind it. */
function cutWords(makefile: Makefile, node: MakeNodeOf<'assignment'>, unwanted: (word: string) => boolean): string[] {
  const {value} = node;
  const words = wordsOf(value);
  const first = words.findIndex(({text}) => !unwanted(text));
  let out = value.slice(0, words[0]?.start ?? 0);
  let at = words[first]?.start ?? value.length;
  for (const {text, end} of words.slice(first)) {
    if (!unwanted(text)) out += value.slice(at, end);
    at = end;
  }
  return (headOf(makefile, node) + out + value.slice(at)).split('\n');
}

/** Returns what stands before the value: the name, the operator and blanks. */
function headOf({lines}: Makefile, {from, to, value}: MakeNodeOf<'assignment'>): string {
  const group = lines.slice(from, to).join('\n');
  return group.slice(0, group.length - value.length);
}

/**
 * Returns the text with words added to the variable by `+=`, one a line: to its last such assignment outside of conditions, or
 * in a new one before the first target.
 */
export function appendWords(text: string, name: string, words: readonly string[]): string {
  const makefile = readMakefile(text);
  const last = assignedWords(makefile, name).findLast(
    (one) => one.operator === '+=' && !one.isConditional && one.words.length > 0,
  );
  if (last === undefined) return insertBeforeTargets(text, `${name}+=\t${words.join(SEPARATOR)}`);
  const {node} = last;
  const end = wordsOf(node.value).at(-1)?.end ?? 0;
  const value = node.value.slice(0, end) + SEPARATOR + words.join(SEPARATOR) + node.value.slice(end);
  return replaceLines(makefile, node.from, node.to, (headOf(makefile, node) + value).split('\n'));
}

/** Returns the text with lines before its first target and the target's comment; at its end if that target is inside of a condition. */
export function insertBeforeTargets(text: string, inserted: string): string {
  const makefile = readMakefile(text);
  const at = firstTarget(makefile);
  if (at === undefined) return appendLines(makefile, [inserted]);
  let from = at;
  while (from > 0 && makefile.lines[from - 1] === '') from -= 1;
  return replaceLines(makefile, from, at, [inserted, '']);
}

/** Returns the line of the first target, or of the comment directly above it; undefined if there is none, or it is conditional. */
function firstTarget(makefile: Makefile): number | undefined {
  const index = makefile.nodes.findIndex(({kind}) => kind === 'target');
  const target = makefile.nodes[index];
  if (target === undefined || (depthsOf(makefile).get(target.from) ?? 0) > 0) return undefined;
  let {from} = target;
  for (let above = index - 1; above >= 0; above--) {
    const node = makefile.nodes[above];
    if (node === undefined || !(makefile.lines[node.from] ?? '').startsWith('#')) break;
    from = node.from;
  }
  return from;
}
