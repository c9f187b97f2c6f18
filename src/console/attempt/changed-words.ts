import {diffWordsWithSpace} from 'diff';

/** From and to, characters of a line. */
export type Range = readonly [from: number, to: number];

/** Characters of a line, and words that differ, up to which two lines are compared word by word. */
const LONGEST = 1000;
const MOST_EDITS = 60;
/** What two lines must have in common, of the shorter, for their difference to be worth marking. */
const COMMON = 0.3;

/** Where two versions of a line differ; undefined where they are too long or too different. */
export function changedRanges(before: string, after: string): {before: Range[]; after: Range[]} | undefined {
  if (Math.max(before.length, after.length) > LONGEST) return undefined;
  const parts = diffWordsWithSpace(before, after, {maxEditLength: MOST_EDITS});
  if (parts === undefined) return undefined;
  const same = parts.filter(({added, removed}) => !added && !removed).reduce((sum, {value}) => sum + value.trim().length, 0);
  if (same < COMMON * Math.min(before.trim().length, after.trim().length) || same === 0) return undefined;
  return {
    before: rangesOf(parts.filter(({added}) => !added).map(({value, removed}) => [value, removed])),
    after: rangesOf(parts.filter(({removed}) => !removed).map(({value, added}) => [value, added])),
  };
}

function rangesOf(parts: readonly (readonly [value: string, changed: boolean])[]): Range[] {
  let at = 0;
  return parts.flatMap(([value, changed]) => {
    const range: Range = [at, at + value.length];
    at = range[1];
    return changed ? [range] : [];
  });
}
