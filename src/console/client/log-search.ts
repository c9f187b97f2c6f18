import type {LogApi} from './log-api.ts';

/** Hits that are listed and counted; next and previous know no limit. */
const COUNTED = 1000;

export interface Hit {
  readonly line: number;
  readonly text: string;
}

/** A search in the log, with all that has been found of it so far. */
export class LogSearch {
  readonly q: string;
  readonly cased: boolean;
  readonly hits: Hit[] = [];
  /** Whether `hits` are all. */
  complete = false;
  readonly #api: LogApi;
  readonly #over = new AbortController();
  #step = new AbortController();

  constructor(api: LogApi, q: string, cased: boolean) {
    this.#api = api;
    this.q = q;
    this.cased = cased;
  }

  /** Lists the first hits; `found` is called as they come. */
  async list(found: () => void): Promise<void> {
    for (let after = 0; !this.complete && this.hits.length < COUNTED; ) {
      const answer = await this.#ask({after, limit: COUNTED - this.hits.length}, this.#over.signal);
      this.hits.push(...answer.hits);
      this.complete = !answer.more;
      after = answer.searchedTo;
      found();
    }
  }

  /** The nearest hit from a line on, also in that line; undefined if there is none up to the log's end. */
  from(line: number): Promise<Hit | undefined> {
    return this.#nearest({after: line - 1});
  }

  /** The nearest hit before a line. */
  before(line: number): Promise<Hit | undefined> {
    return this.#nearest({before: line});
  }

  /** `3 of 57`; empty for a line that is no hit among those counted. */
  place(line: number): string {
    const at = this.hits.findIndex((hit) => hit.line === line);
    return at < 0 ? '' : `${at + 1} of ${this.count}`;
  }

  get count(): string {
    return `${this.complete ? '' : 'more than '}${this.hits.length}`;
  }

  stop(): void {
    this.#over.abort();
    this.#step.abort();
  }

  /** A new step ends one that is still looking. */
  async #nearest(where: {after: number} | {before: number}): Promise<Hit | undefined> {
    this.#step.abort();
    this.#step = new AbortController();
    const {signal} = this.#step;
    for (let at = where; ; ) {
      if ('before' in at && at.before <= 1) return undefined;
      const {hits, more, searchedTo} = await this.#ask({...at, limit: 1}, signal);
      if (hits[0] !== undefined || !more) return hits[0];
      at = 'before' in at ? {before: searchedTo} : {after: searchedTo};
    }
  }

  #ask(where: Readonly<Record<string, number>>, signal: AbortSignal): ReturnType<LogApi['search']> {
    return this.#api.search({...where, q: this.q, cased: this.cased}, signal);
  }
}
