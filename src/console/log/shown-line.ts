import {StringDecoder} from 'node:string_decoder';
import {plainText} from '../../case/text/plain-text.ts';

/** What is shown of one line, bytes. */
export const LINE_BYTES = 4000;

/** Text of one line without sequences and controls; where a carriage return was stands `␍`. */
export function shownText(raw: string): string {
  const text = plainText(raw);
  return text.includes('\n') ? text.replace(/^\n+|\n+$/g, '').replace(/\n+/g, ' ␍ ') : text;
}

/** A line that comes in pieces: its first 4000 bytes, and how many more there were. */
export class CutLine {
  #parts: Buffer[] = [];
  #shown = 0;
  #dropped = 0;

  take(part: Buffer): void {
    const shown = part.subarray(0, LINE_BYTES - this.#shown);
    if (shown.length > 0) this.#parts.push(shown);
    this.#shown += shown.length;
    this.#dropped += part.length - shown.length;
  }

  get isFull(): boolean {
    return this.#shown === LINE_BYTES;
  }

  drop(bytes: number): void {
    this.#dropped += bytes;
  }

  /** The line as it is shown; the next one starts empty. */
  end(): string {
    const bytes = this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts);
    const dropped = this.#dropped;
    this.#parts = [];
    this.#shown = 0;
    this.#dropped = 0;
    if (dropped === 0) return shownText(bytes.toString('utf8'));
    return `${shownText(new StringDecoder('utf8').write(bytes))} [... ${dropped} more bytes ...]`;
  }
}
