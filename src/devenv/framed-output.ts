const CODE_LENGTH = 3;

/** Output of the wrapper on a host: what is between `began` and `ended <code>`, which are marked with a token that nobody can guess. */
export class FramedOutput {
  readonly #begin: Buffer;
  readonly #end: Buffer;
  #held: Buffer = Buffer.alloc(0);
  #began = false;
  #code: string | undefined;

  constructor(token: string) {
    this.#begin = Buffer.from(`\u001e${token} began\n`);
    this.#end = Buffer.from(`\u001e${token} ended `);
  }

  get began(): boolean {
    return this.#began;
  }

  /** Three characters; undefined until the command has ended. */
  get code(): string | undefined {
    return this.#code;
  }

  /** What was printed before the command began, or the last bytes that may be part of the end mark. */
  get held(): string {
    return this.#held.toString('utf8');
  }

  /** Returns the bytes of the command's own output that are complete. */
  take(chunk: Buffer): Buffer {
    if (this.#code !== undefined) return chunk;
    this.#held = Buffer.concat([this.#held, chunk]);
    if (!this.#began && !this.#findBegin()) return Buffer.alloc(0);
    const at = this.#held.indexOf(this.#end);
    const length = this.#end.length + CODE_LENGTH + 1;
    if (at < 0) return this.#release(this.#startOfEnd());
    if (this.#held.length < at + length) return this.#release(at);
    this.#code = this.#held.toString('latin1', at + this.#end.length, at + length - 1);
    const passed = Buffer.concat([this.#held.subarray(0, at), this.#held.subarray(at + length)]);
    this.#held = Buffer.alloc(0);
    return passed;
  }

  #findBegin(): boolean {
    const at = this.#held.indexOf(this.#begin);
    this.#began = at >= 0;
    this.#held = this.#began ? this.#held.subarray(at + this.#begin.length) : this.#held.subarray(-65536);
    return this.#began;
  }

  /** Where the last bytes may be the first ones of the end mark; the number of bytes held if they are not. */
  #startOfEnd(): number {
    const at = this.#held.lastIndexOf(this.#end[0] ?? 0);
    return at >= 0 && this.#end.subarray(0, this.#held.length - at).equals(this.#held.subarray(at)) ? at : this.#held.length;
  }

  #release(bytes: number): Buffer {
    const passed = this.#held.subarray(0, bytes);
    this.#held = this.#held.subarray(bytes);
    return passed;
  }
}
