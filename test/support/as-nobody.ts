import {execFileSync} from 'node:child_process';

const NOBODY = 65_534;

/** Makes a directory and all in it that user's. */
export function giveToNobody(dir: string): void {
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', String(NOBODY), dir]);
}

/** Does something as a user that permissions bind, which root is not. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
