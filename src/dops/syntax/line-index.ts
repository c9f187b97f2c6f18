/** Line and column, both from 1. A column counts code points; a tab counts 1. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

const TERMINATOR = /\r\n?|\n/g;

/** Converts offsets of a text to lines and columns. CRLF, CR and LF end a line. Fast for offsets in ascending order. */
export class LineIndex {
  readonly #text: string;
  readonly #starts: number[] = [0];
  /** Whether a column is the difference of two offsets. */
  readonly #isNarrow: boolean;
  /** Line of the last query, from 0. */
  #last = 0;

  constructor(text: string) {
    this.#text = text;
    for (const match of text.matchAll(TERMINATOR)) this.#starts.push(match.index + match[0].length);
    this.#isNarrow = !/[\ud800-\udfff]/.test(text);
  }

  at(offset: number): LineColumn {
    const line = this.#lineOf(offset);
    const start = this.#starts[line] ?? 0;
    const width = this.#isNarrow ? offset - start : [...this.#text.slice(start, offset)].length;
    return {line: line + 1, column: width + 1};
  }

  #lineOf(offset: number): number {
    while (this.#last > 0 && (this.#starts[this.#last] ?? 0) > offset) this.#last--;
    while ((this.#starts[this.#last + 1] ?? Number.POSITIVE_INFINITY) <= offset) this.#last++;
    return this.#last;
  }
}
