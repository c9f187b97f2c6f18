const DICTIONARY_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const MAGIC = 0xfd2fb528;

/** Part of a frame whose bytes are collected next, and their number. */
type Part = {readonly name: 'magic' | 'skippable' | 'descriptor' | 'block'; readonly bytes: number};
const START: Part = {name: 'magic', bytes: 4};
const BLOCK: Part = {name: 'block', bytes: 3};

/**
 * Follows the frames of zstd data without unpacking them, since Node's decompressor takes data that was cut for complete. Feed all bytes
 * to `take`. Source: RFC 8878, section 3.1.
 */
export class ZstdFrames {
  #part: Part = START;
  #collected: number[] = [];
  #skip = 0;
  #hasChecksum = false;

  /** Whether the bytes so far end with a frame. */
  get isComplete(): boolean {
    return this.#part === START && this.#collected.length === 0 && this.#skip === 0;
  }

  take(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      this.#collected.push(chunk[at] as number);
      at += 1;
      if (this.#collected.length === this.#part.bytes) this.#endPart();
    }
  }

  #endPart(): void {
    const value = this.#collected.reduceRight((sum, byte) => sum * 256 + byte, 0);
    const {name} = this.#part;
    this.#collected = [];
    if (name === 'magic') this.#part = value === MAGIC ? {name: 'descriptor', bytes: 1} : {name: 'skippable', bytes: 4};
    else if (name === 'skippable') [this.#part, this.#skip] = [START, value];
    else if (name === 'descriptor') this.#readDescriptor(value);
    else this.#readBlock(value);
  }

  #readDescriptor(descriptor: number): void {
    const isSingle = (descriptor & 0x20) !== 0;
    const sizeFlag = descriptor >> 6;
    const contentSize = sizeFlag === 0 && isSingle ? 1 : (CONTENT_SIZE_BYTES[sizeFlag] ?? 0);
    this.#skip = (isSingle ? 0 : 1) + (DICTIONARY_BYTES[descriptor & 3] ?? 0) + contentSize;
    this.#hasChecksum = (descriptor & 4) !== 0;
    this.#part = BLOCK;
  }

  #readBlock(header: number): void {
    const isLast = (header & 1) === 1;
    const isRepeated = ((header >> 1) & 3) === 1;
    this.#skip = (isRepeated ? 1 : header >> 3) + (isLast && this.#hasChecksum ? 4 : 0);
    if (isLast) this.#part = START;
  }
}
