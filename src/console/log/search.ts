import {lower} from '../client/log-marks.ts';
import {shownText} from './shown-line.ts';
import type {UnpackedLog} from './unpacked-log.ts';

/** What is searched for: that text, literally, in each line as it is shown but for its cut. */
export interface LogSearch {
  readonly q: string;
  /** Whether upper and lower case differ. */
  readonly cased: boolean;
  /** Hits are behind this line, nearest first. */
  readonly after: number;
  /** With it, hits are before this line, nearest first, and `after` does not count. */
  readonly before?: number | undefined;
  readonly limit: number;
}

export interface LogHit {
  readonly line: number;
  /** The line, or of a long one 400 characters around the hit. */
  readonly text: string;
}

export interface LogHits {
  readonly hits: readonly LogHit[];
  /** Whether there may be more: the limit was reached, or the time was over. */
  readonly more: boolean;
  /** All lines up to this one, or with `before` down to it, have been searched. */
  readonly searchedTo: number;
}

/** Bytes that are searched together. */
const SPAN = 1 << 20;
/** Two pieces of a longer line have so many bytes in common, more than any text that is searched for. */
const OVERLAP = 1 << 13;
const NEWLINE = 10;
const EXCERPT = 400;
const TIME_MS = 1500;

// biome-ignore lint/suspicious/noControlCharactersInRegex: a block without them is as it is shown
const ODD = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

interface Span {
  readonly line: number;
  readonly offset: number;
  readonly end: number;
  /** The last line that is wholly in it. */
  readonly last: number;
}

/**
 * Searches a log, as far as it is unpacked, for some time and in constant memory; `searchedTo` is where to go on.
 * `timeMs`: when no further MiB is begun.
 */
export async function searchLog(log: UnpackedLog, search: LogSearch, timeMs = TIME_MS): Promise<LogHits> {
  const until = performance.now() + timeMs;
  const backward = search.before !== undefined;
  const hits: LogHit[] = [];
  let searchedTo = backward ? Math.min(search.before ?? 1, log.lines + 1) : search.after;
  for (const span of spansOf(log, search)) {
    const found = await hitsIn(log, span, search);
    for (const hit of backward ? found.reverse() : found) {
      if (hits.length === search.limit) return {hits, more: true, searchedTo: (hits.at(-1) as LogHit).line};
      hits.push(hit);
    }
    searchedTo = backward ? span.line : span.last;
    if (hits.length === search.limit || performance.now() > until) break;
  }
  const atEnd = backward ? searchedTo <= 1 : log.isComplete && searchedTo >= log.lines;
  return {hits, more: !atEnd, searchedTo};
}

/** Parts of the log of about a MiB that begin and end with a line, in the order of the search. */
function spansOf(log: UnpackedLog, {after, before}: LogSearch): Span[] {
  const starts = log.index.startsFrom(before === undefined ? after + 1 : 1, SPAN);
  const spans = starts.map(({line, offset}, at) => {
    const next = starts[at + 1];
    return {line, offset, end: next?.offset ?? log.bytes, last: next === undefined ? log.lines : next.line - 1};
  });
  return before === undefined ? spans : spans.filter(({line}) => line < before).reverse();
}

async function hitsIn(log: UnpackedLog, span: Span, search: LogSearch): Promise<LogHit[]> {
  const hits = new Hits(span, search);
  let line = span.line;
  for (let offset = span.offset; offset < span.end; ) {
    const length = Math.min(2 * SPAN, span.end - offset);
    const block = await log.read(offset, length);
    if (block.length < length) break;
    const isLast = offset + length >= span.end;
    const newline = isLast ? -1 : block.lastIndexOf(NEWLINE);
    const piece = newline < 0 ? block : block.subarray(0, newline + 1);
    line = hits.take(asShown(piece.toString('utf8')), line);
    offset += piece.length - (isLast || newline >= 0 ? 0 : OVERLAP);
  }
  return hits.found;
}

/** Hits of one span, in their order: the first or, backward, the last that are wanted, and one more. */
class Hits {
  readonly found: LogHit[] = [];
  readonly #search: LogSearch;
  readonly #span: Span;
  readonly #needle: string;

  constructor(span: Span, search: LogSearch) {
    this.#search = search;
    this.#span = span;
    this.#needle = search.cased ? search.q : lower(search.q);
  }

  /** Looks at a text whose first line is `line`; the number of the line that it ends in. */
  take(text: string, line: number): number {
    const searched = this.#search.cased ? text : lower(text);
    let now = line;
    let counted = 0;
    const count = (to: number): void => {
      for (let at = text.indexOf('\n', counted); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) now += 1;
      counted = to;
    };
    for (let at = searched.indexOf(this.#needle); at >= 0 && !this.#isFull; ) {
      count(at);
      const newline = text.indexOf('\n', at);
      if (this.#wants(now)) this.#add({line: now, text: around(text, at, newline < 0 ? text.length : newline)});
      at = newline < 0 ? -1 : searched.indexOf(this.#needle, newline);
    }
    count(text.length);
    return now;
  }

  get #isFull(): boolean {
    return this.#search.before === undefined && this.found.length > this.#search.limit;
  }

  #wants(line: number): boolean {
    const {before, after} = this.#search;
    const isNew = line !== this.found.at(-1)?.line && line <= this.#span.last;
    return isNew && (before === undefined ? line > after : line < before);
  }

  #add(hit: LogHit): void {
    this.found.push(hit);
    if (this.found.length > this.#search.limit + 1) this.found.shift();
  }
}

/** The line around a place, which ends at `end`. */
function around(text: string, at: number, end: number): string {
  const start = text.lastIndexOf('\n', at) + 1;
  if (end - start <= EXCERPT) return text.slice(start, end);
  const from = Math.max(start, Math.min(at - EXCERPT / 2, end - EXCERPT));
  const to = Math.min(end, from + EXCERPT);
  return `${from > start ? '…' : ''}${text.slice(from, to)}${to < end ? '…' : ''}`;
}

function asShown(raw: string): string {
  const text = raw.includes('\r\n') ? raw.replaceAll('\r\n', '\n') : raw;
  if (!ODD.test(text)) return text;
  return text
    .split('\n')
    .map((one) => (ODD.test(one) ? shownText(one) : one))
    .join('\n');
}
