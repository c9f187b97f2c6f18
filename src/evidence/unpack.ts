import {type Duplex, Readable, Transform} from 'node:stream';
import {createGunzip, createZstdDecompress} from 'node:zlib';
import {execa} from 'execa';
import {HEAD_BYTES, type Packing, packingOf} from './packing.ts';
import {ZstdFrames} from './zstd-frames.ts';

/** Formats that the system's own program unpacks where Node cannot. */
const BY_PROGRAM: ReadonlySet<string> = new Set(['zstd', 'xz', 'bzip2']);

/** A packed log is cut or damaged. It is thrown after all that could be unpacked was read. */
export class DamagedLog extends Error {
  override readonly name = 'DamagedLog';
  /** What the decompressor reported. */
  readonly reason: string;

  constructor({name}: Packing, reason: string) {
    super(`its ${name} data is cut or damaged: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Returns the content of a stream: gzip, zstd, xz and bzip2 are unpacked, recognised by the first bytes. The source is closed with the
 * returned stream, which fails with a `DamagedLog` behind the last bytes of data that is cut or damaged.
 */
export function unpacked(source: Readable): Readable {
  const content = Readable.from(contentOf(source), {objectMode: false});
  content.on('close', () => source.destroy());
  return content;
}

async function* contentOf(source: Readable): AsyncGenerator<Buffer> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head = Buffer.alloc(0);
  while (head.length < HEAD_BYTES) {
    const {value, done} = await chunks.next();
    if (done) break;
    head = Buffer.concat([head, value]);
  }
  const packing = packingOf(head);
  const all = joined(head, chunks);
  yield* packing === undefined ? all : unpackBy(packing, all);
}

async function* joined(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

async function* unpackBy(packing: Packing, packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const frames = packing.name === 'zstd' ? new ZstdFrames() : undefined;
  const input = Readable.from(frames === undefined ? packed : followed(packed, frames), {objectMode: false});
  const output = unpackerOf(packing);
  input.on('error', (error) => output.destroy(error));
  let isFirst = true;
  try {
    for await (const chunk of input.pipe(output) as AsyncIterable<Buffer>) {
      if (isFirst) refusePacked(chunk);
      isFirst = false;
      yield chunk;
    }
  } catch (error) {
    throw isDamage(error) ? new DamagedLog(packing, reasonOf(error)) : error;
  } finally {
    input.destroy();
    output.destroy();
  }
  if (frames?.isComplete === false) throw new DamagedLog(packing, 'unexpected end of file');
}

async function* followed(packed: AsyncIterable<Buffer>, frames: ZstdFrames): AsyncGenerator<Buffer> {
  for await (const chunk of packed) {
    frames.take(chunk);
    yield chunk;
  }
}

function unpackerOf({name, unpack}: Packing): Duplex {
  if (name === 'gzip') return createGunzip();
  // Node has it since 22.15.
  if (name === 'zstd' && typeof createZstdDecompress === 'function') return createZstdDecompress();
  if (!BY_PROGRAM.has(name)) return failing(`Portwright does not unpack ${name}`);
  const [program = '', ...options] = unpack.split(' ');
  return execa(program, options, {buffer: {stdout: false}}).duplex();
}

function failing(reason: string): Duplex {
  return new Transform({transform: (_chunk, _encoding, done) => done(new Error(reason))});
}

function refusePacked(chunk: Buffer): void {
  const again = packingOf(chunk);
  if (again !== undefined) throw new Error(`its content is packed again, by ${again.name}`);
}

/** Whether a decompressor refused the data: Node's by its error code, a program by its exit code. */
function isDamage(error: unknown): boolean {
  const {code, exitCode} = error as {code?: unknown; exitCode?: unknown};
  return /^(?:Z_|ZSTD_)/.test(String(code)) || typeof exitCode === 'number';
}

/** Returns the first line of what a decompressor reported. */
export function reasonOf(error: unknown): string {
  if (error instanceof DamagedLog) return error.reason;
  const {message, shortMessage, stderr} = error as Error & {shortMessage?: string; stderr?: string};
  return (stderr?.trim().split('\n')[0] || shortMessage || message).slice(0, 300);
}
