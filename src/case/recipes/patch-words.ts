import {diffArrays, type StructuredPatchHunk} from 'diff';
import {type HunkPlace, isDistinctive, linePairs} from './hunk-lines.ts';

/** A hunk whose lines changed upstream, re-applied by words. */
export interface Reworded {
  readonly places: readonly HunkPlace[];
  /** Whether the source has all of its words already. */
  readonly isPresent: boolean;
}

/** Tokens of a line that replace others. */
interface TokenEdit {
  /** Index of the first replaced token of the old line. */
  readonly at: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

/** Share of equal tokens by which a changed line is taken for the same one. */
const SAME_LINE = 0.6;
/** Lines above and below a changed line in which one of the hunk's context must be. */
const NEAR = 6;

/**
 * Returns the places at which the word changes of a hunk belong, where upstream changed other words of the same lines. Undefined unless
 * one of the lines changed, each replaced line has one line in the source that is like it, near to the hunk's context, and each change has its neighbours there.
 */
export function rewordHunk(lines: readonly string[], hunk: StructuredPatchHunk): Reworded | undefined {
  const pairs = linePairs(hunk);
  if (pairs === undefined || pairs.length === 0) return undefined;
  const context = new Set(
    hunk.lines
      .filter((line) => line.startsWith(' '))
      .map((line) => line.trim())
      .filter(isDistinctive),
  );
  const found = pairs.map(({old, updated}) => {
    const at = similarLine(lines, old, context);
    const source = at === undefined ? undefined : lines[at];
    const text = source === undefined ? undefined : rewordLine(old, updated, source);
    return at === undefined || source === undefined || text === undefined ? undefined : {at, old: [source], replacement: [text]};
  });
  const places = found.flatMap((place) => place ?? []);
  const isDistinct = new Set(places.map(({at}) => at)).size === pairs.length;
  const isChanged = places.some(({old}, index) => old[0] !== pairs[index]?.old);
  if (places.length !== pairs.length || !isDistinct || !isChanged) return undefined;
  return {places, isPresent: places.every(({old, replacement}) => old[0] === replacement[0])};
}

/** Returns the index of the only line that is like another, near to one of the context. */
function similarLine(lines: readonly string[], wanted: string, context: ReadonlySet<string>): number | undefined {
  const tokens = tokensOf(wanted);
  if (!isDistinctive(wanted)) return undefined;
  const alike = lines.flatMap((line, index) => (isAlike(tokens, tokensOf(line)) && isNear(lines, index, context) ? [index] : []));
  return alike.length === 1 ? alike[0] : undefined;
}

function isAlike(one: readonly string[], other: readonly string[]): boolean {
  const [a, b] = [one, other].map((tokens) => tokens.filter((token) => token.trim() !== ''));
  if (a === undefined || b === undefined || a.length === 0 || a[0] !== b[0]) return false;
  const equal = diffArrays(a, b).reduce((sum, {added, removed, value}) => (added || removed ? sum : sum + value.length), 0);
  return equal >= SAME_LINE * a.length && equal >= 3;
}

function isNear(lines: readonly string[], index: number, context: ReadonlySet<string>): boolean {
  const near = lines.slice(Math.max(0, index - NEAR), index + NEAR + 1);
  return near.some((line) => context.has(line.trim()));
}

/** Returns a line of the source with the word changes between two others; the line itself if it has them already. */
export function rewordLine(old: string, updated: string, source: string): string | undefined {
  const [before, now] = [tokensOf(old), tokensOf(source)];
  const edits = editsBetween(before, tokensOf(updated));
  const places = placesBetween(before, now);
  let result = now;
  for (const edit of edits.toReversed()) {
    if (isDone(edit, source, old)) continue;
    const next = applyEdit(result, edit, places);
    if (next === undefined) return undefined;
    result = next;
  }
  return result.join('');
}

/** Returns whether the source's line has the words that an edit brings into the old one. */
function isDone({added}: TokenEdit, source: string, old: string): boolean {
  const [there, before] = [new Set(tokensOf(source)), new Set(tokensOf(old))];
  const fresh = added.filter((token) => isDistinctive(token) && !before.has(token));
  return fresh.length > 0 && fresh.every((token) => there.has(token));
}

/** Applies an edit where its removed tokens are unchanged; an insertion goes behind its left neighbour, or before its right one. */
function applyEdit(
  tokens: readonly string[],
  {at, removed, added}: TokenEdit,
  places: ReadonlyMap<number, number>,
): string[] | undefined {
  const replaced = removed.map((_token, index) => places.get(at + index));
  const [first] = replaced;
  if (replaced.some((place, index) => place === undefined || place !== (first ?? 0) + index)) return undefined;
  const left = places.get(at - 1);
  const right = places.get(at + removed.length);
  const start = first ?? (left === undefined ? right : left + 1);
  if (start === undefined || (left === undefined && right === undefined)) return undefined;
  return [...tokens.slice(0, start), ...added, ...tokens.slice(start + removed.length)];
}

function editsBetween(before: readonly string[], after: readonly string[]): TokenEdit[] {
  const edits: TokenEdit[] = [];
  let at = 0;
  let open: {at: number; removed: string[]; added: string[]} | undefined;
  for (const {added, removed, value} of diffArrays([...before], [...after])) {
    if (added || removed) open ??= {at, removed: [], added: []};
    if (added) open?.added.push(...value);
    else at += value.length;
    if (removed) open?.removed.push(...value);
    if (added || removed || open === undefined) continue;
    edits.push(open);
    open = undefined;
  }
  return open === undefined ? edits : [...edits, open];
}

/** Returns where the tokens of one line are in another, by index. */
function placesBetween(before: readonly string[], now: readonly string[]): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  let [from, to] = [0, 0];
  for (const {added, removed, value} of diffArrays([...before], [...now])) {
    const unchanged = added || removed ? [] : value;
    for (const index of unchanged.keys()) places.set(from + index, to + index);
    if (!added) from += value.length;
    if (!removed) to += value.length;
  }
  return places;
}

function tokensOf(line: string): string[] {
  return line.match(/\w+|\s+|[^\w\s]/g) ?? [];
}
