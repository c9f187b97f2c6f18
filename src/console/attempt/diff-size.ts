/** Number of files and of changed lines of a diff. */
export interface DiffSize {
  readonly files: number;
  readonly added: number;
  readonly removed: number;
}

/** Counts the files and changed lines of a diff that git wrote. */
export function diffSize(diff: string): DiffSize {
  const size = {files: 0, added: 0, removed: 0};
  let inHunk = false;
  for (const line of diff.split('\n')) {
    if (line.startsWith('diff --git ')) {
      size.files += 1;
      inHunk = false;
    } else if (line.startsWith('@@ ')) inHunk = true;
    else if (inHunk && line.startsWith('+')) size.added += 1;
    else if (inHunk && line.startsWith('-')) size.removed += 1;
  }
  return size;
}
