import {randomUUID} from 'node:crypto';
import {constants} from 'node:fs';
import {type FileHandle, open, unlink} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Readable} from 'node:stream';
import {createGunzip, constants as zlib} from 'node:zlib';
import {Refusal} from '../refusal.ts';
import {LineIndex} from './line-index.ts';
import {CutLine} from './shown-line.ts';

const BLOCK = 1 << 16;
const CHUNK = 1 << 18;
/** A damaged .gz is unpacked again in pieces of so many bytes, since all of the piece with the damage is lost. */
const SMALL_CHUNK = 1 << 10;
/** Unpacked bytes of one log; what a small file can be unpacked to has no end. */
const MOST = 2 ** 31;

export interface UnpackOptions {
  /** Called whenever more has been unpacked. */
  readonly grown?: () => void;
  /** Unpacked bytes at most; default 2 GiB. */
  readonly most?: number;
  /** Directory of the file for them; default the system's. */
  readonly tmp?: string;
}

/**
 * The bytes of a log, to be read from any line on. A packed one is unpacked once, into a file that has no name any more, so that
 * nothing stays behind when the process dies. It can be read while that goes on.
 */
export class UnpackedLog {
  /** Resolves when all is unpacked; never rejects. */
  readonly unpacked: Promise<void>;
  readonly #source: FileHandle;
  readonly #file: FileHandle;
  readonly #index = new LineIndex();
  readonly #options: Required<UnpackOptions>;
  readonly #memos = new Map<string, Promise<unknown>>();
  #waiting: {readonly line: number; readonly done: () => void}[] = [];
  #isComplete = false;
  #stopped = false;
  #failed = false;
  #note: string | null = null;

  private constructor(source: FileHandle, file: FileHandle, options: Required<UnpackOptions>) {
    this.#source = source;
    this.#file = file;
    this.#options = options;
    this.unpacked = this.#unpack();
  }

  /** Takes over the open file of a log, and closes it. */
  static async of(source: FileHandle, isPacked: boolean, options: UnpackOptions = {}): Promise<UnpackedLog> {
    const all = {grown: () => {}, most: MOST, tmp: tmpdir(), ...options};
    return new UnpackedLog(source, isPacked ? await nameless(source, all.tmp) : source, all);
  }

  /** How many lines there are so far. */
  get lines(): number {
    return this.#isComplete ? this.#index.lines : this.#index.completeLines;
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  /** Bytes that the unpacked copy takes on the disk. */
  get held(): number {
    return this.#file === this.#source ? 0 : this.#index.bytes;
  }

  get index(): LineIndex {
    return this.#index;
  }

  get isComplete(): boolean {
    return this.#isComplete;
  }

  /** Whether it was left undone for a reason that another try may not meet. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Why this is not all of the log. */
  get note(): string | null {
    return this.#note;
  }

  /** Resolves once a line can be read, or all is unpacked. */
  reached(line: number): Promise<void> {
    if (this.#isComplete || this.#stopped || this.#index.completeLines >= line) return Promise.resolve();
    return new Promise((done) => this.#waiting.push({line, done}));
  }

  /** What is computed once from all of the log, by its name. */
  memo<T>(name: string, make: () => Promise<T>): Promise<T> {
    const known = this.#memos.get(name);
    if (known !== undefined) return known as Promise<T>;
    const made = make();
    this.#memos.set(name, made);
    made.catch(() => this.#memos.delete(name));
    return made;
  }

  /** Bytes from an offset on, at most `length`; a copy. */
  async read(offset: number, length: number): Promise<Buffer> {
    return readAt(this.#file, offset, length);
  }

  /** All of it, once it is unpacked. */
  async *content(): AsyncGenerator<Buffer> {
    await this.unpacked;
    yield* blocksOf(this.#file);
  }

  /** Lines as they are shown, from 1, each cut at 4000 bytes; fewer where the log ends. */
  async linesFrom(from: number, count: number): Promise<string[]> {
    const last = Math.min(from + count - 1, this.lines);
    if (from > last) return [];
    const taken: string[] = [];
    const cut = new CutLine();
    let {line, offset} = this.#index.before(from);
    while (line <= last) {
      const block = await this.read(offset, BLOCK);
      offset += block.length;
      for (let at = 0; at < block.length && line <= last; ) {
        const newline = block.indexOf(10, at);
        const end = newline < 0 ? block.length : newline;
        if (line >= from) cut.take(block.subarray(at, end));
        if (newline >= 0) {
          if (line >= from) taken.push(cut.end());
          line += 1;
        }
        at = end + 1;
      }
      const ended = block.length === 0;
      const after = line <= last && (ended || cut.isFull) ? this.#endOf(line) : undefined;
      if (after === undefined && ended) return taken;
      if (after === undefined) continue;
      cut.drop(Math.max(0, after - offset));
      taken.push(cut.end());
      line += 1;
      offset = after + 1;
    }
    return taken;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    await this.unpacked;
    await this.#file.close();
  }

  /** Where a line ends, before its newline, if the index knows; for the last line it does. */
  #endOf(line: number): number | undefined {
    const next = this.#index.startOf(line + 1);
    if (next !== undefined) return next - 1;
    if (!this.#isComplete || line < this.lines) return undefined;
    return this.bytes - (this.#index.completeLines === this.lines ? 1 : 0);
  }

  async #unpack(): Promise<void> {
    try {
      if (this.#file === this.#source) await this.#takeAll(blocksOf(this.#source));
      else await this.#gunzip();
    } catch (error) {
      this.#failed = true;
      this.#note = `The log could not be read to its end: ${(error as Error).message}. These lines were; is there room in ${this.#options.tmp}?`;
    } finally {
      if (this.#file !== this.#source) await this.#source.close();
      this.#isComplete = !this.#stopped;
      for (const {done} of this.#waiting) done();
    }
  }

  async #gunzip(): Promise<void> {
    try {
      await this.#takeAll(this.#gunzipped(createGunzip({chunkSize: CHUNK})));
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#note = 'The packed log is damaged or was cut. These are the lines that could be unpacked.';
      const small = {chunkSize: SMALL_CHUNK, readableHighWaterMark: SMALL_CHUNK, finishFlush: zlib.Z_SYNC_FLUSH};
      await this.#takeAll(this.#gunzipped(createGunzip(small)), this.bytes).catch((again) => {
        if (!isDamage(again)) throw again;
      });
    }
  }

  #gunzipped(gunzip: ReturnType<typeof createGunzip>): AsyncIterable<Buffer> {
    const packed = Readable.from(blocksOf(this.#source), {objectMode: false});
    packed.on('error', (error: Error) => gunzip.destroy(error));
    gunzip.on('close', () => packed.destroy());
    return packed.pipe(gunzip);
  }

  /** Takes what comes after the first `known` bytes. */
  async #takeAll(source: AsyncIterable<Buffer>, known = 0): Promise<void> {
    let skip = known;
    for await (const chunk of source) {
      if (this.#stopped) return;
      const fresh = chunk.subarray(Math.min(skip, chunk.length));
      skip -= chunk.length - fresh.length;
      const copied = this.#file !== this.#source;
      const taken = copied ? fresh.subarray(0, this.#options.most - this.bytes) : fresh;
      if (copied) await this.#file.appendFile(taken);
      this.#index.take(taken);
      this.#notify();
      if (taken.length === fresh.length) continue;
      this.#note = `The log has more than ${Math.floor(this.#options.most / 1e6)} MB when unpacked. These are its first lines.`;
      return;
    }
  }

  #notify(): void {
    this.#options.grown();
    if (this.#waiting.length === 0) return;
    const isThere = ({line}: {line: number}): boolean => this.#index.completeLines >= line;
    for (const {done} of this.#waiting.filter(isThere)) done();
    this.#waiting = this.#waiting.filter((one) => !isThere(one));
  }
}

async function readAt(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const {buffer, bytesRead} = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

async function* blocksOf(file: FileHandle): AsyncGenerator<Buffer> {
  for (let offset = 0; ; ) {
    const block = await readAt(file, offset, CHUNK);
    if (block.length === 0) return;
    yield block;
    offset += block.length;
  }
}

/** A file for the unpacked bytes, whose name is gone before a byte is in it. Without one it closes `source`, and throws an Error with the reason. */
async function nameless(source: FileHandle, tmp: string): Promise<FileHandle> {
  const path = join(tmp, `portwright-log-${randomUUID()}`);
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, 0o600);
    await unlink(path);
    return file;
  } catch (error) {
    await file?.close();
    await source.close();
    const why = (error as Error).message;
    throw new Refusal(
      503,
      `A packed log is unpacked into ${tmp}, where no file can be made: ${why}. Set TMPDIR to a directory with room.`,
    );
  }
}

/** A .gz that was cut or damaged: what could be unpacked is all that there will ever be. */
function isDamage(error: unknown): boolean {
  return ['Z_BUF_ERROR', 'Z_DATA_ERROR'].includes(String((error as NodeJS.ErrnoException).code));
}
