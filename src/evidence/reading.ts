import type {Readable} from 'node:stream';
import {openBundleFile} from './bundle.ts';
import {unreadable} from './unavailable.ts';
import {DamagedLog, unpacked} from './unpack.ts';

/** Text of a file of a bundle; `truncated` if it has more than was asked for. */
export interface BundleText {
  readonly text: string;
  readonly truncated: boolean;
}

const FULL_LOG = ['logs/full.log.gz', 'logs/full.log'];

/** Opens a file of a bundle as a stream; undefined without one. The full log is found under either of its names, and comes unpacked. */
export async function openContent(dir: string, relpath: string): Promise<Readable | undefined> {
  for (const name of FULL_LOG.includes(relpath) ? [...FULL_LOG, FULL_LOG[0] as string] : [relpath]) {
    const file = await openBundleFile(dir, name);
    if (!file) continue;
    const stream = file.createReadStream();
    return FULL_LOG.includes(relpath) ? unpacked(stream) : stream;
  }
  return undefined;
}

/**
 * Returns the first `maxBytes` of a file of a bundle as text, bytes that are no UTF-8 replaced; undefined if there is no such file.
 * `relpath` is relative to the bundle; links are not followed. Throws `EvidenceUnavailable` if it cannot be read.
 */
export async function readBundleFile(dir: string, relpath: string, maxBytes: number): Promise<BundleText | undefined> {
  const stream = await openContent(dir, relpath);
  if (!stream) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) break;
    }
  } catch (error) {
    throw isFromSystem(error) ? unreadable(`${dir}/${relpath}`, error) : error;
  }
  return {text: Buffer.concat(chunks).subarray(0, maxBytes).toString('utf8'), truncated: bytes > maxBytes};
}

/** Whether the file system refused a read, and not a decompression. */
function isFromSystem(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined;
}

/** Most bytes of a line, and most lines, that `logLines` returns. */
const MAX_LINE_BYTES = 4000;
const MAX_LINES = 2000;

/**
 * Returns lines `start` to `end` of the full log, 1-based and inclusive, each cut at 4000 bytes, at most 2000 of them.
 * Fewer where the log ends or a packed one is cut; none without a log. Reads as a stream: memory does not grow with the log or its lines.
 */
export async function logLines(dir: string, start: number, end: number): Promise<string[]> {
  const last = Math.min(end, start + MAX_LINES - 1);
  if (!(start >= 1) || last < start)
    throw new Error(`Lines count from 1, and the end is not before the start; got ${start} to ${end}.`);
  const stream = await openContent(dir, 'logs/full.log');
  if (!stream) return [];
  const wanted = new WantedLines(start, last);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      wanted.take(chunk);
      if (wanted.complete) break;
    }
  } catch (error) {
    if (!(error instanceof DamagedLog)) throw error;
  }
  return wanted.finish();
}

class WantedLines {
  readonly #start: number;
  readonly #last: number;
  readonly #lines: string[] = [];
  #number = 1;
  #parts: Buffer[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(start: number, last: number) {
    this.#start = start;
    this.#last = last;
  }

  get complete(): boolean {
    return this.#number > this.#last;
  }

  take(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.complete) {
      const newline = chunk.indexOf(10, at);
      const end = newline < 0 ? chunk.length : newline;
      if (this.#number >= this.#start) this.#append(chunk.subarray(at, end));
      if (newline >= 0) this.#endLine();
      at = end + 1;
    }
  }

  /** The last line may lack its newline. */
  finish(): string[] {
    if (!this.complete && this.#bytes > 0) this.#endLine();
    return this.#lines;
  }

  #append(part: Buffer): void {
    const room = MAX_LINE_BYTES - (this.#bytes - this.#dropped);
    const fitting = part.subarray(0, Math.max(0, room));
    if (fitting.length > 0) this.#parts.push(Buffer.from(fitting));
    this.#bytes += part.length;
    this.#dropped += part.length - fitting.length;
  }

  #endLine(): void {
    if (this.#number >= this.#start) {
      const more = this.#dropped > 0 ? ` [... ${this.#dropped} more bytes ...]` : '';
      this.#lines.push(Buffer.concat(this.#parts).toString('utf8') + more);
    }
    this.#parts = [];
    this.#bytes = 0;
    this.#dropped = 0;
    this.#number += 1;
  }
}
