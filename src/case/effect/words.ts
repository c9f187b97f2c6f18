import {splitWords} from '../../dops/makefile/value-words.ts';

/** What a change adds to a list and takes from it; a repeated item counts each time. */
export interface Delta {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** Splits a value at blanks; a quoted or escaped part stays in its item. */
export function itemsOf(value: string): string[] {
  return splitWords(value.replaceAll('\u0001', '\n'));
}

/** Returns the items that `after` has and `before` has not, and the reverse. */
export function deltaOf(before: readonly string[], after: readonly string[]): Delta {
  return {added: without(after, before), removed: without(before, after)};
}

/** Returns whether nothing was added or removed. */
export function isEmpty({added, removed}: Delta): boolean {
  return added.length === 0 && removed.length === 0;
}

function without(items: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const one of others) left.set(one, (left.get(one) ?? 0) + 1);
  return items.filter((one) => {
    const count = left.get(one) ?? 0;
    left.set(one, count - 1);
    return count <= 0;
  });
}
