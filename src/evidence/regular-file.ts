import {constants, type Stats} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';

/** A path that must be a regular file is something else: its message names both. */
export class NotRegularFile extends Error {
  override readonly name = 'NotRegularFile';
}

/**
 * Opens a regular file for reading. Throws a `NotRegularFile` for a directory, a FIFO, a socket or a device, without waiting for a writer
 * of it, and the error of `open` for what is missing or not readable. A link is followed, for the path is an operator's.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  return openRegular(path, 0);
}

/** Does the same for a path in a directory that others may write: throws ELOOP for a link. */
export async function openUnlinkedFile(path: string): Promise<FileHandle> {
  return openRegular(path, constants.O_NOFOLLOW);
}

/** Returns the first `maxBytes` of a regular file that is no link, as text. Throws as `openUnlinkedFile` does. */
export async function readUnlinkedFile(path: string, maxBytes: number): Promise<string> {
  const file = await openUnlinkedFile(path);
  try {
    if ((await file.stat()).size <= maxBytes) return await file.readFile('utf8');
    const {buffer, bytesRead} = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Returns all bytes of a regular file; a link is refused as a device is. */
export async function readUnlinkedBytes(path: string): Promise<Buffer> {
  const file = await openUnlinkedFile(path);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function openRegular(path: string, flags: number): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | flags).catch((error: NodeJS.ErrnoException) => {
    // A socket cannot be opened at all.
    if (error.code === 'ENXIO') throw new NotRegularFile(`${path} is a socket or a device, not a regular file.`);
    throw error;
  });
  const found = await file.stat();
  if (found.isFile()) return file;
  await file.close();
  throw new NotRegularFile(`${path} is ${kindOf(found)}, not a regular file.`);
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a directory';
  return found.isFIFO() ? 'a FIFO' : 'a device';
}
