import {normaliseLine} from './normalise.ts';

interface Template {
  words: string[];
  count: number;
}

const MIN_SIMILARITY = 0.6;
const MAX_TEMPLATES = 200;

/**
 * Counts lines by template. A tree of fixed depth (number of words, then the first word unless it is a name) leads to a few
 * templates; a line joins the most similar one, whose differing words become wildcards. Source: He et al., Drain: An Online Log
 * Parsing Approach with Fixed Depth Tree, 2017.
 */
export class Templates {
  readonly #leaves = new Map<string, Template[]>();
  #size = 0;

  /** Adds a line and returns its template, whose `count` continues to grow. */
  take(line: string): {readonly words: readonly string[]; readonly count: number} {
    const words = normaliseLine(line.slice(0, 400)).split(' ').slice(0, 40);
    const key = `${words.length} ${/^[A-Za-z]+:?$/.test(words[0] ?? '') ? words[0] : '*'}`;
    const leaf = this.#leaves.get(key) ?? [];
    const {best, share} = mostSimilar(leaf, words);
    if (best !== undefined && (share >= MIN_SIMILARITY || this.#size >= MAX_TEMPLATES)) {
      if (share < 1) best.words = best.words.map((word, at) => (word === words[at] ? word : '*'));
      best.count += 1;
      return best;
    }
    const created = {words, count: 1};
    if (this.#size >= MAX_TEMPLATES) return created;
    this.#leaves.set(key, [...leaf, created]);
    this.#size += 1;
    return created;
  }

  /** Returns all templates so far. */
  forms(): Set<string> {
    return new Set([...this.#leaves.values()].flat().map((one) => one.words.join(' ')));
  }
}

/** Returns whether a successful log has lines of this template; a wildcard on either side matches any word. */
export function isKnown(words: readonly string[], forms: ReadonlySet<string>): boolean {
  if (forms.has(words.join(' '))) return true;
  for (const form of forms) {
    const others = form.split(' ');
    const same =
      others.length === words.length && words.every((word, at) => word === others[at] || word === '*' || others[at] === '*');
    if (same) return true;
  }
  return false;
}

function mostSimilar(leaf: readonly Template[], words: readonly string[]): {best: Template | undefined; share: number} {
  let best: Template | undefined;
  let share = -1;
  for (const one of leaf) {
    const same = one.words.reduce((sum, word, at) => (word === words[at] ? sum + 1 : sum), 0) / words.length;
    if (same <= share) continue;
    best = one;
    share = same;
  }
  return {best, share};
}
