/** Result of an edit of a text. */
export type Edit =
  | {readonly kind: 'changed'; readonly text: string}
  | {readonly kind: 'unchanged'}
  | {readonly kind: 'missing'; readonly message: string}
  | {readonly kind: 'ambiguous'; readonly message: string};

export function changed(text: string): Edit {
  return {kind: 'changed', text};
}

export const UNCHANGED: Edit = {kind: 'unchanged'};

export function missing(message: string): Edit {
  return {kind: 'missing', message};
}

/** Returns the edit of the only match; `missing` for none and `ambiguous` for several. */
export function editOnly<T>(matches: readonly T[], what: string, edit: (match: T) => Edit): Edit {
  const [first] = matches;
  if (matches.length > 1) return {kind: 'ambiguous', message: `${matches.length} matches for ${what}; one was expected.`};
  return first === undefined ? missing(`No match for ${what}.`) : edit(first);
}
