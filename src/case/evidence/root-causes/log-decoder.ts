/** Bytes by which UTF-16 without a byte order mark is recognised. */
const HEAD_BYTES = 8;

/**
 * Decodes a log from bytes in chunks of any size: UTF-8, or UTF-16 by its byte order mark or the zeros between its letters. A byte order
 * mark is dropped.
 */
export class LogDecoder {
  #head: Uint8Array | undefined = new Uint8Array(0);
  #decoder = new TextDecoder();

  decode(chunk: Uint8Array): string {
    if (this.#head === undefined) return this.#decoder.decode(chunk, {stream: true});
    const head = new Uint8Array(this.#head.length + chunk.length);
    head.set(this.#head);
    head.set(chunk, this.#head.length);
    if (head.length < HEAD_BYTES) {
      this.#head = head;
      return '';
    }
    return this.#begin(head);
  }

  /** Returns what is left at the end of the log. */
  finish(): string {
    return (this.#head === undefined ? '' : this.#begin(this.#head)) + this.#decoder.decode();
  }

  #begin(head: Uint8Array): string {
    this.#head = undefined;
    this.#decoder = new TextDecoder(encodingOf(head.subarray(0, HEAD_BYTES)));
    return this.#decoder.decode(head, {stream: true});
  }
}

function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const zeros = (first: 0 | 1): number => head.filter((byte, at) => at % 2 === first && byte === 0).length;
  const half = Math.floor(head.length / 2);
  if (half < 4) return 'utf-8';
  if (zeros(1) === half && zeros(0) === 0) return 'utf-16le';
  return zeros(0) === half && zeros(1) === 0 ? 'utf-16be' : 'utf-8';
}
