import {pluralize} from '../text/plural.ts';

/** What is left to an attempt at a turn, and what its model is to know; sent with the results of the turn before. */
export interface Standing {
  /** Turns with tools that are left. */
  readonly turns: number;
  /** Attempts of the case after this one. */
  readonly attempts: number;
  /** Minutes of work that are left; missing without a limit. */
  readonly minutes?: number | undefined;
  /** Warning, or the announcement of a last turn. */
  readonly notice?: string | undefined;
}

/** Returns what is left in short, `27 turns, 310k tokens, 40 min, 3 attempts`: each result has it. */
export function leftText({turns, attempts, minutes}: Standing, tokens: number): string {
  return [
    pluralize(turns, 'turn'),
    `${Math.floor(Math.max(0, tokens) / 1000)}k tokens`,
    ...(minutes === undefined ? [] : [`${Math.floor(Math.max(0, minutes))} min`]),
    pluralize(attempts, 'attempt'),
  ].join(', ');
}

/**
 * Returns the texts of a turn's tool results with what is left in each, hints in those that they are for, and the notice in the last.
 *
 * @param results JSON objects
 * @param hints by result; undefined where there is none
 */
export function withStanding(
  results: readonly string[],
  {standing, tokens, hints}: {standing: Standing | undefined; tokens: number; hints: readonly (string | undefined)[]},
): string[] {
  return results.map((text, at) => {
    const {notice} = standing ?? {};
    const isLast = at === results.length - 1;
    const added = {
      ...(hints[at] === undefined ? {} : {advice: hints[at]}),
      ...(isLast && notice !== undefined ? {notice} : {}),
      ...(standing === undefined ? {} : {left: leftText(standing, tokens)}),
    };
    return Object.keys(added).length === 0 ? text : JSON.stringify({...(JSON.parse(text) as object), ...added});
  });
}
