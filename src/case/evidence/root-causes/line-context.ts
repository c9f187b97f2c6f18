import {plainLine} from './normalise.ts';

/** Characters of the log that are retained before and after a line. */
export const CONTEXT_CHARS = 8192;
const LINES_BEFORE = 40;
const LINES_AFTER = 60;
const LINE_CHARS = 400;

/** The lines around a candidate, and the index of the candidate's line. */
export interface Surroundings {
  lines(): {readonly lines: readonly string[]; readonly at: number};
}

/** The log around a candidate line. Splitting into lines is deferred until `lines()`, since most candidates are dropped. */
export class LineContext implements Surroundings {
  readonly #before: string;
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  #following = '';

  /** The line is `text` from `start` to `end`; `before` is the log that precedes `text`. */
  constructor(before: string, text: string, start: number, end: number) {
    this.#before = before;
    this.#text = text;
    this.#start = start;
    this.#end = end;
  }

  /** Appends the text that follows; returns false once the context is complete. */
  append(text: string): boolean {
    const wanted = CONTEXT_CHARS - (this.#text.length - this.#end) - this.#following.length;
    if (wanted > 0) this.#following += text.slice(0, wanted);
    return text.length < wanted;
  }

  /** Returns up to 40 lines before and 60 after, each at most 400 characters, and the index of the line itself. */
  lines(): {lines: string[]; at: number} {
    const start = Math.max(0, this.#start - CONTEXT_CHARS);
    const head = (this.#before + this.#text.slice(start, this.#start)).slice(-CONTEXT_CHARS).split('\n');
    const before = head.slice(head.length > 1 ? -1 - LINES_BEFORE : 0, -1);
    const tail = (this.#text.slice(this.#end + 1) + this.#following).slice(0, CONTEXT_CHARS).split('\n');
    if (tail.at(-1) === '') tail.pop();
    const lines = [...before, this.#text.slice(this.#start, this.#end), ...tail.slice(0, LINES_AFTER)];
    return {lines: lines.map(shortenLine), at: before.length};
  }
}

function shortenLine(line: string): string {
  return plainLine(line.slice(0, 4000)).slice(0, LINE_CHARS);
}
