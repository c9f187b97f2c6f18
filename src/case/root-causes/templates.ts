import {normaliseLine} from './normalise.ts';

interface Template {
  words: string[];
  count: number;
}

const SIMILAR = 0.6;
const MOST = 500;

/**
 * Counts lines by their form. A tree of fixed depth, the number of words and then the first of them, leads to a few templates; a line
 * joins the most similar one, whose differing words become wildcards. Source: He et al., Drain: An Online Log Parsing Approach with Fixed Depth Tree, 2017.
 */
export class Templates {
  readonly #leaves = new Map<string, Template[]>();
  #size = 0;

  /** Takes a line, and returns its template, whose `count` goes on growing. */
  take(line: string): {readonly words: readonly string[]; readonly count: number} {
    const words = normaliseLine(line).split(' ').slice(0, 40);
    const key = `${words.length} ${words[0] ?? ''}`;
    const leaf = this.#leaves.get(key) ?? [];
    const best = leaf.map((one) => ({one, share: similarity(one.words, words)})).sort((a, b) => b.share - a.share)[0];
    if (best !== undefined && (best.share >= SIMILAR || this.#size >= MOST)) {
      best.one.words = best.one.words.map((word, at) => (word === words[at] ? word : '*'));
      best.one.count += 1;
      return best.one;
    }
    const fresh = {words, count: 1};
    if (this.#size >= MOST) return fresh;
    this.#leaves.set(key, [...leaf, fresh]);
    this.#size += 1;
    return fresh;
  }

  /** All forms so far. */
  forms(): Set<string> {
    return new Set([...this.#leaves.values()].flat().map((one) => one.words.join(' ')));
  }
}

function similarity(template: readonly string[], words: readonly string[]): number {
  return template.filter((word, at) => word === words[at]).length / template.length;
}
