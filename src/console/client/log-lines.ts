import type {LogApi} from './log-api.ts';

/** Lines that are asked for together. */
const CHUNK = 256;
/** Chunks that are held: some 15,000 lines. */
const KEPT = 60;
const AT_ONCE = 3;
const AGAIN_MS = 2000;
const UNPACKING_MS = 300;

interface Chunk {
  readonly lines: readonly string[];
  /** How many lines the log had then. */
  readonly total: number;
}

/** The lines of the log that are loaded; requests those that are in view. */
export class LineStore {
  total: number;
  readonly #api: LogApi;
  readonly #changed: (problem: string | undefined) => void;
  /** By the number of the chunk, in the order of their last use. */
  readonly #chunks = new Map<number, Chunk>();
  readonly #asked = new Set<number>();
  #isWaiting = false;

  /** `changed` is called when lines have come, or with what is wrong. */
  constructor(api: LogApi, total: number, changed: (problem: string | undefined) => void) {
    this.#api = api;
    this.total = total;
    this.#changed = changed;
  }

  get(line: number): string | undefined {
    return this.#chunks.get(chunkOf(line))?.lines[(line - 1) % CHUNK];
  }

  /** Asks for lines that are not there, and for the rest of a part that has grown. */
  want(first: number, last: number): void {
    for (let at = chunkOf(first); at <= chunkOf(last); at += 1) {
      const chunk = this.#chunks.get(at);
      if (chunk !== undefined) this.#hold(at, chunk);
      if (chunk === undefined || (chunk.lines.length < CHUNK && chunk.total < this.total)) void this.#ask(at);
    }
  }

  /** Asks how long the log is until all of it is unpacked. */
  async follow(): Promise<void> {
    for (let complete = false; !complete; ) {
      try {
        complete = (await this.#take(Math.max(1, this.total), 1)).complete;
        this.#changed(undefined);
      } catch (error) {
        this.#changed((error as Error).message);
      }
      if (!complete) await pause(UNPACKING_MS);
    }
  }

  async #ask(chunk: number): Promise<void> {
    if (this.#isWaiting || this.#asked.has(chunk) || this.#asked.size >= AT_ONCE) return;
    this.#asked.add(chunk);
    try {
      this.#hold(chunk, await this.#take(chunk * CHUNK + 1, CHUNK));
      this.#asked.delete(chunk);
      this.#changed(undefined);
    } catch (error) {
      this.#isWaiting = true;
      this.#changed(`The lines cannot be had: ${(error as Error).message}. They are asked for again.`);
      await pause(AGAIN_MS);
      this.#isWaiting = false;
      this.#asked.delete(chunk);
      this.#changed(undefined);
    }
  }

  async #take(from: number, count: number): ReturnType<LogApi['lines']> {
    const answer = await this.#api.lines(from, count);
    this.total = Math.max(this.total, answer.total);
    return answer;
  }

  #hold(at: number, chunk: Chunk): void {
    this.#chunks.delete(at);
    this.#chunks.set(at, chunk);
    for (const old of this.#chunks.keys()) {
      if (this.#chunks.size <= KEPT) return;
      this.#chunks.delete(old);
    }
  }
}

function chunkOf(line: number): number {
  return Math.floor((line - 1) / CHUNK);
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
