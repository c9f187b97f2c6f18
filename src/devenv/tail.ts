/** Keeps the last bytes of a stream, however long it gets. */
export class Tail {
  readonly #keep: number;
  #chunks: Buffer[] = [];
  #held = 0;
  #total = 0;

  constructor(tailBytes: number) {
    this.#keep = tailBytes;
  }

  get truncated(): boolean {
    return this.#total > this.#keep;
  }

  push(chunk: Buffer): void {
    const part = chunk.length > this.#keep ? Buffer.from(chunk.subarray(chunk.length - this.#keep)) : chunk;
    this.#chunks.push(part);
    this.#held += part.length;
    this.#total += chunk.length;
    if (this.#held > 2 * this.#keep + 65536) this.#compact();
  }

  bytes(): Buffer {
    this.#compact();
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  /** The kept bytes as text; a character that the cut went through is dropped. */
  text(encoding: 'utf8' | 'latin1'): string {
    const bytes = this.bytes();
    if (encoding === 'latin1' || !this.truncated) return bytes.toString(encoding);
    let start = 0;
    while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
    return bytes.toString('utf8', start);
  }

  #compact(): void {
    const all = Buffer.concat(this.#chunks);
    // A copy, so that the cut part is not kept alive by the view.
    const kept = all.length > this.#keep ? Buffer.from(all.subarray(all.length - this.#keep)) : all;
    this.#chunks = [kept];
    this.#held = kept.length;
  }
}
