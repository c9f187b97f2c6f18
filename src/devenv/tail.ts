/** Returns the last lines of what a program printed, in one line for an error. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-3).join(' | ').slice(-500) || '(nothing)';
}

/** Holds the last bytes of a stream of any length. */
export class Tail {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #held = 0;
  #total = 0;

  constructor(tailBytes: number) {
    this.#limit = tailBytes;
  }

  get truncated(): boolean {
    return this.#total > this.#limit;
  }

  push(chunk: Buffer): void {
    const part = chunk.length > this.#limit ? Buffer.from(chunk.subarray(chunk.length - this.#limit)) : chunk;
    this.#chunks.push(part);
    this.#held += part.length;
    this.#total += chunk.length;
    if (this.#held > 2 * this.#limit + 65536) this.#compact();
  }

  bytes(): Buffer {
    this.#compact();
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  /** Returns the held bytes as text; a character that was cut in two is dropped. */
  text(encoding: 'utf8' | 'latin1'): string {
    const bytes = this.bytes();
    if (encoding === 'latin1' || !this.truncated) return bytes.toString(encoding);
    let start = 0;
    while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
    return bytes.toString('utf8', start);
  }

  #compact(): void {
    const all = Buffer.concat(this.#chunks);
    // A copy, so that the cut part can be garbage-collected.
    const held = all.length > this.#limit ? Buffer.from(all.subarray(all.length - this.#limit)) : all;
    this.#chunks = [held];
    this.#held = held.length;
  }
}
