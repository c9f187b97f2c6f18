export interface LogLines {
  readonly total: number;
  readonly complete: boolean;
  readonly lines: readonly string[];
}

export interface LogHits {
  readonly hits: readonly {readonly line: number; readonly text: string}[];
  readonly more: boolean;
  readonly searchedTo: number;
}

/** Requests to the server about one log. Throws its error texts. */
export class LogApi {
  readonly #base: string;
  readonly #file: string | undefined;

  constructor(base: string, file: string | undefined) {
    this.#base = base;
    this.#file = file;
  }

  lines(from: number, count: number): Promise<LogLines> {
    return this.#get<LogLines>('', {from, count});
  }

  search(query: Readonly<Record<string, string | number | boolean>>, signal: AbortSignal): Promise<LogHits> {
    return this.#get<LogHits>('/search', query, signal);
  }

  async #get<T>(path: string, query: Readonly<Record<string, string | number | boolean>>, signal?: AbortSignal): Promise<T> {
    const params = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
    if (this.#file !== undefined) params.set('file', this.#file);
    const answer = await fetch(`${this.#base}${path}?${params}`, signal === undefined ? {} : {signal});
    const body = (await answer.json().catch(() => ({}))) as T & {error?: unknown};
    if (!answer.ok) throw new Error(typeof body.error === 'string' ? body.error : `HTTP ${answer.status}`);
    return body;
  }
}
