import {createHash} from 'node:crypto';
import {open} from 'node:fs/promises';
import {EVIDENCE_FILE} from '../modes.ts';
import {HashMismatch} from './refused.ts';

/**
 * Writes what arrives to a new file, and on to the disk. Returns its size. Throws `HashMismatch`, once all has been read, if it is not what the
 * manifest names.
 */
export async function writeVerified(
  path: string,
  body: AsyncIterable<Uint8Array>,
  {hash: named, name}: {hash: string; name: string},
): Promise<number> {
  const file = await open(path, 'wx', EVIDENCE_FILE);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of body) {
      bytes += chunk.length;
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    const got = hash.digest('hex');
    if (got !== named) throw new HashMismatch(name, named, got);
    await file.sync();
    return bytes;
  } finally {
    await file.close();
  }
}

/** Writes the names in a directory on to the disk. */
export async function syncDir(path: string): Promise<void> {
  const dir = await open(path, 'r');
  try {
    await dir.sync();
  } finally {
    await dir.close();
  }
}
