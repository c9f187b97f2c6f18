import {readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {UsageError} from './usage-error.ts';

const MOST_FILES = 500;
const FILE_BYTES = 1_048_576;

/** Returns the text files below a directory that an option names, by their path below it; larger files than 1 MB are left out. */
export async function directoryFiles(option: string, dir: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(dir, {recursive: true}).catch(() => {
    throw new UsageError(`${option} wants a directory; ${dir} cannot be read.`);
  });
  const files = new Map<string, string>();
  for (const name of names.sort().slice(0, MOST_FILES)) {
    const found = await stat(join(dir, name)).catch(() => undefined);
    if (found?.isFile() && found.size <= FILE_BYTES) files.set(name, await readFile(join(dir, name), 'utf8'));
  }
  return files;
}
