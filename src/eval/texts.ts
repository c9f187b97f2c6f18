import {readdir, readFile} from 'node:fs/promises';
import {join, relative} from 'node:path';

/** Returns the texts of the regular files below a directory, by relative path; empty without the directory. */
export async function readTexts(dir: string): Promise<Map<string, string>> {
  const entries = await readdir(dir, {recursive: true, withFileTypes: true}).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = paths.sort().map(async (path) => [relative(dir, path), await readFile(path, 'utf8')] as const);
  return new Map(await Promise.all(texts));
}
