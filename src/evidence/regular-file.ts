import {constants, type Stats} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';

/** A path that must be a regular file is something else: its message names both. */
export class NotRegularFile extends Error {
  override readonly name = 'NotRegularFile';
}

/**
 * Opens a regular file for reading. Throws a `NotRegularFile` for a directory, a FIFO, a socket or a device, without waiting for a writer
 * of it, and the error of `open` for what is missing or not readable.
 */
export async function openRegularFile(path: string): Promise<FileHandle> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
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
