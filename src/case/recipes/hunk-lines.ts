import type {StructuredPatchHunk} from 'diff';

/** Part of a source that a hunk replaces. */
export interface HunkPlace {
  /** Index of the first line, from 0. */
  readonly at: number;
  readonly old: readonly string[];
  readonly replacement: readonly string[];
}

/** Returns the lines of a hunk before (`-`) or after (`+`) the change. */
export function side(lines: readonly string[], sign: '-' | '+'): string[] {
  return lines.filter((line) => line.startsWith(' ') || line.startsWith(sign)).map((line) => line.slice(1));
}

/** Returns whether a line is specific enough to be found by: braces and blank lines are not. */
export function isDistinctive(line: string): boolean {
  return (line.match(/\w/g)?.length ?? 0) >= 4;
}

/** A line that a hunk replaces by one other. */
export interface LinePair {
  readonly old: string;
  readonly updated: string;
}

/** Returns the replaced lines of a hunk; undefined if it also only adds or only removes lines. */
export function linePairs({lines}: StructuredPatchHunk): LinePair[] | undefined {
  const pairs: LinePair[] = [];
  for (let from = 0; from < lines.length; ) {
    const removed = runOf(lines, from, '-');
    const added = runOf(lines, from + removed.length, '+');
    if (removed.length !== added.length) return undefined;
    pairs.push(...removed.map((old, index) => ({old, updated: added[index] ?? ''})));
    from += Math.max(1, removed.length + added.length);
  }
  return pairs;
}

/** Returns the lines with this sign from an index on, without the sign. */
function runOf(lines: readonly string[], from: number, sign: string): string[] {
  const rest = lines.slice(from);
  const end = rest.findIndex((line) => !line.startsWith(sign));
  return rest.slice(0, end < 0 ? rest.length : end).map((line) => line.slice(1));
}
