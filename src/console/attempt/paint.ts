import type {Range} from './changed-words.ts';
import type {Piece} from './highlight.ts';

/** Part of a line with the classes it is shown in. */
export interface Painted {
  readonly text: string;
  readonly classes: string;
}

/** Class of words that differ from the line next to theirs. */
const CHANGED = 'changed-word';

/** The pieces of a line, cut where its changed ranges begin and end. Ranges are in order and do not overlap. */
export function paint(pieces: readonly Piece[], changed: readonly Range[]): Painted[] {
  const edges = changed.flat();
  let at = 0;
  return pieces.flatMap(({text, scope}) => {
    const from = at;
    at += text.length;
    const cuts = [from, ...edges.filter((edge) => edge > from && edge < at), at];
    return cuts.slice(0, -1).map((start, index) => {
      const inside = changed.some(([first, end]) => start >= first && start < end);
      return {
        text: text.slice(start - from, (cuts[index + 1] ?? at) - from),
        classes: [scope, inside ? CHANGED : ''].filter((one) => one !== '').join(' '),
      };
    });
  });
}
