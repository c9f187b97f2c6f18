import {foldText} from './literals.ts';

/**
 * Finds many texts in one pass, in time that does not depend on their number; letters and quotes count as by `foldText`.
 * Source: Aho and Corasick, Efficient String Matching: An Aid to Bibliographic Search, 1975, as a complete table of transitions.
 */
export class TextSearch {
  /** The class of each UTF-16 code unit: 0 for those that no text has. */
  readonly #classes = new Uint8Array(65536);
  readonly #width: number;
  readonly #next: Int32Array;
  /** The numbers of the texts that end in a state; undefined for most states. */
  readonly #found: (readonly number[] | undefined)[];
  readonly #isFinal: Uint8Array;

  /** The texts must be folded, each is known by its place. Line breaks separate: no text may have one. */
  constructor(texts: readonly string[]) {
    this.#width = this.#classify(texts);
    const states = 1 + texts.reduce((sum, text) => sum + text.length, 0);
    this.#next = new Int32Array(states * this.#width);
    this.#found = new Array(states);
    this.#isFinal = new Uint8Array(states);
    this.#connect(this.#insert(texts));
  }

  /** Returns the offset of the last character of the first text that ends at or after `from`; -1 if there is none. */
  endOfNext(text: string, from: number): number {
    const classes = this.#classes;
    const next = this.#next;
    const isFinal = this.#isFinal;
    const width = this.#width;
    let state = 0;
    for (let at = from; at < text.length; at += 1) {
      state = next[state * width + (classes[text.charCodeAt(at)] as number)] as number;
      if (isFinal[state] === 1) return at;
    }
    return -1;
  }

  /** Returns the numbers of all texts in a line. */
  allIn(line: string): ReadonlySet<number> {
    const found = new Set<number>();
    let state = 0;
    for (let at = 0; at < line.length; at += 1) {
      state = this.#next[state * this.#width + (this.#classes[line.charCodeAt(at)] as number)] as number;
      for (const one of this.#found[state] ?? []) found.add(one);
    }
    return found;
  }

  /** Assigns a class to each character of the texts, and the same to those that fold to it; returns the number of classes. */
  #classify(texts: readonly string[]): number {
    const characters = [...new Set(texts.join(''))];
    characters.forEach((character, at) => {
      this.#classes[character.charCodeAt(0)] = at + 1;
      this.#classes[character.toUpperCase().charCodeAt(0)] = at + 1;
    });
    for (const quote of '‘’`´') this.#classes[quote.charCodeAt(0)] = this.#classes[foldText(quote).charCodeAt(0)] as number;
    return characters.length + 1;
  }

  /** Builds the tree of the texts; returns its number of states. */
  #insert(texts: readonly string[]): number {
    let states = 1;
    texts.forEach((text, number) => {
      let state = 0;
      for (const character of text) {
        const at = state * this.#width + (this.#classes[character.charCodeAt(0)] as number);
        if (this.#next[at] === 0) {
          this.#next[at] = states;
          states += 1;
        }
        state = this.#next[at] as number;
      }
      this.#found[state] = [...(this.#found[state] ?? []), number];
    });
    return states;
  }

  /** Completes the tree to a table of transitions, in breadth-first order: a missing one is that of the longest suffix. */
  #connect(states: number): void {
    const suffix = new Int32Array(states);
    const queue = [0];
    for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
      const fallback = suffix[state] as number;
      this.#found[state] = state === 0 ? undefined : join(this.#found[state], this.#found[fallback]);
      this.#isFinal[state] = this.#found[state] === undefined ? 0 : 1;
      for (let one = 1; one < this.#width; one += 1) {
        const at = state * this.#width + one;
        const onward = state === 0 ? 0 : (this.#next[fallback * this.#width + one] as number);
        const child = this.#next[at] as number;
        if (child === 0) this.#next[at] = onward;
        else {
          suffix[child] = onward;
          queue.push(child);
        }
      }
    }
  }
}

function join(own: readonly number[] | undefined, others: readonly number[] | undefined): readonly number[] | undefined {
  return own === undefined ? others : [...own, ...(others ?? [])];
}
