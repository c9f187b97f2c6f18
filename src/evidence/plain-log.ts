import {createWriteStream} from 'node:fs';
import {type FileHandle, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Readable, Transform} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {HEAD_BYTES, type Packing, packingOf} from './packing.ts';
import {openRegularFile} from './regular-file.ts';
import {reasonOf, unpacked} from './unpack.ts';

/** Unpacked bytes of one log; what a small file can be unpacked to has no end. */
const MAX_UNPACKED = 2 ** 31;

export interface PlainLog {
  /** The log itself, or a temporary file with the unpacked log. */
  readonly path: string;
  /** Deletes the temporary file. */
  remove(): Promise<void>;
}

/**
 * Returns a log as plain text: gzip, zstd, xz and bzip2 are unpacked, recognised by the first bytes and not by the name. Throws an Error,
 * which names the command to unpack it with, for a log that cannot be unpacked to its end, and for anything but a regular file.
 */
export async function plainLog(path: string, maxBytes = MAX_UNPACKED): Promise<PlainLog> {
  const file = await openRegularFile(path);
  try {
    const packing = await readPacking(file);
    if (packing === undefined) return {path, remove: async () => undefined};
    return await unpackToFile(path, file, packing, maxBytes);
  } finally {
    await file.close();
  }
}

/** Opens a log for reading; a packed one is unpacked while it is read. Throws for anything but a regular file. */
export async function openLog(path: string): Promise<Readable> {
  return unpacked((await openRegularFile(path)).createReadStream());
}

async function readPacking(file: FileHandle): Promise<Packing | undefined> {
  const {buffer, bytesRead} = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return packingOf(buffer.subarray(0, bytesRead));
}

async function unpackToFile(path: string, file: FileHandle, packing: Packing, maxBytes: number): Promise<PlainLog> {
  const dir = await mkdtemp(join(tmpdir(), 'portwright-log-'));
  const remove = (): Promise<void> => rm(dir, {recursive: true, force: true});
  const plain = join(dir, 'plain.log');
  try {
    await pipeline(unpacked(file.createReadStream({start: 0})), checkedOutput(maxBytes), createWriteStream(plain, {mode: 0o600}));
    return {path: plain, remove};
  } catch (error) {
    await remove();
    throw new Error(
      `${path} is packed by ${packing.name} and cannot be unpacked: ${reasonOf(error)}. Run \`${packing.unpack} ${path} >plain.log\`, and give plain.log.`,
    );
  }
}

/** Passes unpacked bytes on. Fails if they are more than `maxBytes`. */
function checkedOutput(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new Error(`it has more than ${maxBytes} bytes when unpacked`));
      else done(null, chunk);
    },
  });
}
