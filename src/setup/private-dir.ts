import {constants, type Stats} from 'node:fs';
import {type FileHandle, mkdir, open, readdir, stat} from 'node:fs/promises';
import {join, resolve} from 'node:path';

const DIR_MODE = 0o700;
const FILE_MODE = 0o600;
/** Bits by which the group and others get at a file. */
const OF_OTHERS = 0o077;
const WRITE_OF_OTHERS = 0o022;

/**
 * Creates a directory for its owner alone (0700), or closes one that is there, and the regular files directly in it (0600): they hold log lines,
 * histories and diffs. Reports each correction, and a directory of another user, by `print`. Follows no link in the directory. Throws if
 * the path is something else.
 */
export async function privateDir(path: string, print: (line: string) => void): Promise<void> {
  const dir = resolve(path);
  await mkdir(dir, {recursive: true, mode: DIR_MODE});
  const found = await stat(dir);
  if (isForeign(found)) {
    print(
      `${dir} belongs to uid ${found.uid}, and this is uid ${process.getuid?.()}: its owner can read and change everything in it. Run \`chown -R ${process.getuid?.()} ${dir}\`, or set PORTWRIGHT_STATE_DIR to a directory of this user.`,
    );
    return;
  }
  if ((found.mode & OF_OTHERS) !== 0) print(correction(dir, found, await changeMode(dir, DIR_MODE)));
  const corrected = await closeFiles(dir);
  if (corrected.length > 0)
    print(`${dir}: ${corrected.join(', ')} could be used by others than their owner; corrected to mode 0600.`);
}

/** Root may use a directory of another user, who then still owns it. */
function isForeign({uid}: Stats): boolean {
  return process.getuid !== undefined && uid !== process.getuid();
}

function correction(dir: string, {mode}: Stats, done: boolean): string {
  const could =
    (mode & WRITE_OF_OTHERS) === 0
      ? 'Others could use it'
      : 'Others could write to it: if somebody else has an account here, check what is in it, or delete it and start again';
  const change = done ? 'corrected to 0700' : 'it cannot be corrected here: close it on its file system';
  return `${dir} had mode ${octal(mode)}; ${change}. ${could}.`;
}

function octal(mode: number): string {
  return `0${(mode & 0o7777).toString(8)}`;
}

/** Returns the names of the files that others could use, and no longer can. */
async function closeFiles(dir: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(dir, {withFileTypes: true}))
    if (entry.isFile() && (await changeMode(join(dir, entry.name), FILE_MODE))) names.push(entry.name);
  return names.sort();
}

/** Returns whether a regular file or directory had another mode for others, and now has not; a link, and one that is gone, is left alone. */
async function changeMode(path: string, mode: number): Promise<boolean> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const found = await file.stat();
    if ((found.mode & OF_OTHERS) === 0) return false;
    await file.chmod(mode);
    return ((await file.stat()).mode & OF_OTHERS) === 0;
  } catch {
    return false;
  } finally {
    await file?.close();
  }
}
