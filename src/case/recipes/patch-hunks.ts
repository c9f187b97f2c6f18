import type {StructuredPatch, StructuredPatchHunk} from 'diff';
import {type HunkPlace, isDistinctive, side} from './hunk-lines.ts';
import {applyExactly, revertExactly} from './overlay.ts';
import {rewordHunk} from './patch-words.ts';

/** State of a patch in relation to a source. */
export type PatchState =
  | {readonly kind: 'applies'}
  | {readonly kind: 'upstream'}
  /** `text` is the source with all changes of the patch; `dropped` hunks were already in it, `reworded` ones changed by words. */
  | {readonly kind: 'moved'; readonly text: string; readonly dropped: number; readonly reworded: number};

/** Returns whether a patch applies without fuzz, is already in the source, or can be relocated; undefined if in doubt. */
export function patchState(source: string, patch: StructuredPatch): PatchState | undefined {
  if (applyExactly(source, patch) !== undefined) return {kind: 'applies'};
  if (patch.hunks.every(isIdentifiable) && revertExactly(source, patch) !== undefined) return {kind: 'upstream'};
  return relocate(source, patch);
}

/**
 * Returns whether a hunk is specific enough: one with little context, or with removals only, would match many sources by
 * chance.
 */
function isIdentifiable({lines}: StructuredPatchHunk): boolean {
  const added = lines.some((line) => line.startsWith('+') && isDistinctive(line.slice(1)));
  return side(lines, '+').filter(isDistinctive).length >= (added ? 2 : 4);
}

function relocate(source: string, {hunks}: StructuredPatch): PatchState | undefined {
  if (hunks.some(({lines}) => lines.some((line) => line.startsWith('\\')))) return undefined;
  const lines = source.split('\n');
  const places: HunkPlace[] = [];
  let [dropped, reworded] = [0, 0];
  for (const hunk of hunks) {
    const place = placeOf(lines, hunk);
    const words = place === undefined ? rewordHunk(lines, hunk) : undefined;
    if (place !== undefined) places.push(place);
    else if (isPresent(lines, hunk) || words?.isPresent === true) dropped += 1;
    else if (words !== undefined) {
      places.push(...words.places);
      reworded += 1;
    } else return undefined;
  }
  places.sort((a, b) => a.at - b.at);
  const overlaps = places.some(({at, old}, index) => at + old.length > (places[index + 1]?.at ?? Number.POSITIVE_INFINITY));
  if (overlaps || places.length === 0) return undefined;
  for (const {at, old, replacement} of places.toReversed()) lines.splice(at, old.length, ...replacement);
  return {kind: 'moved', text: lines.join('\n'), dropped, reworded};
}

/**
 * Returns the only place of a hunk: its complete old text is there once, or its changed lines are, with enough matching
 * context.
 */
function placeOf(lines: readonly string[], hunk: StructuredPatchHunk): HunkPlace | undefined {
  const old = side(hunk.lines, '-');
  const complete = find(lines, old);
  if (complete.length > 1 || old.length === 0) return undefined;
  if (complete[0] !== undefined) return {at: complete[0], old, replacement: side(hunk.lines, '+')};
  const first = hunk.lines.findIndex((line) => !line.startsWith(' '));
  const last = hunk.lines.findLastIndex((line) => !line.startsWith(' '));
  const above = hunk.lines.slice(0, first);
  const core = hunk.lines.slice(first, last + 1);
  const below = hunk.lines.slice(last + 1);
  const removed = side(core, '-');
  const inner = removed.length > 0 ? core : [...above.slice(-1), ...core, ...below.slice(0, 1)];
  if (removed.length === 0 && (above.length === 0 || below.length === 0)) return undefined;
  const wanted = side(inner, '-');
  const [at, ...others] = find(lines, wanted);
  if (at === undefined || others.length > 0) return undefined;
  const around = matchingContext(
    lines,
    at,
    wanted.length,
    removed.length > 0 ? [above, below] : [above.slice(0, -1), below.slice(1)],
  );
  return wanted.filter(isDistinctive).length + around >= 2 ? {at, old: wanted, replacement: side(inner, '+')} : undefined;
}

/** Returns how many distinctive lines directly above and below match the hunk's context. */
function matchingContext(
  lines: readonly string[],
  at: number,
  count: number,
  [above, below]: readonly (readonly string[])[],
): number {
  const text = (line: string) => line.slice(1);
  const up = (above ?? []).map(text).toReversed();
  const down = (below ?? []).map(text);
  const same = (hunk: readonly string[], source: (index: number) => string | undefined) => {
    const end = hunk.findIndex((line, index) => source(index) !== line);
    return hunk.slice(0, end < 0 ? hunk.length : end).filter(isDistinctive).length;
  };
  return same(up, (index) => lines[at - 1 - index]) + same(down, (index) => lines[at + count + index]);
}

/** Returns whether the source already contains a hunk: its new text is there exactly once. */
function isPresent(lines: readonly string[], hunk: StructuredPatchHunk): boolean {
  return isIdentifiable(hunk) && find(lines, side(hunk.lines, '+')).length === 1;
}

function find(lines: readonly string[], block: readonly string[]): number[] {
  if (block.length === 0) return [];
  const starts = lines.flatMap((line, index) => (line === block[0] ? [index] : []));
  return starts.filter((at) => block.every((line, index) => lines[at + index] === line));
}
