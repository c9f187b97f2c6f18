import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';

/** A file of a bundle. */
export interface BundleFile {
  readonly relpath: string;
  /** What it holds, by its name: `diff`, `gzip`, `json`, `log`, `markdown` or `text`. */
  readonly kind: string;
  /** Bytes. */
  readonly size: number;
}

const MAX_FILES = 5000;
const MAX_DEPTH = 12;

/** Regular files of a bundle, sorted by path, at most 5000; links and dot names, which are work in progress, are skipped. */
export async function bundleFiles(dir: string): Promise<BundleFile[]> {
  const files: BundleFile[] = [];
  const walk = async (relpath: string, depth: number): Promise<void> => {
    const entries = await readdir(join(dir, relpath), {withFileTypes: true}).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || files.length >= MAX_FILES) continue;
      const path = relpath === '' ? entry.name : `${relpath}/${entry.name}`;
      if (entry.isDirectory() && depth < MAX_DEPTH) await walk(path, depth + 1);
      else if (entry.isFile()) {
        const found = await lstat(join(dir, path)).catch(() => undefined);
        if (found !== undefined) files.push({relpath: path, kind: kindOf(path), size: found.size});
      }
    }
  };
  await walk('', 0);
  return files;
}

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\.gz$/, 'gzip'],
  [/\.jsonl?$/, 'json'],
  [/\.md$/, 'markdown'],
  [/\.(diff|patch)$|(^|\/)patch-[^/]*$/, 'diff'],
  [/\.log$/, 'log'],
];

/** Returns the kind of a file by its name. */
export function kindOf(relpath: string): string {
  return KINDS.find(([form]) => form.test(relpath))?.[1] ?? 'text';
}
