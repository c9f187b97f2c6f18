import {mkdir, readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {EVIDENCE_DIR} from '../modes.ts';

/** Directory of an evidence root in which streams arrive; readers skip its dot name. */
const INCOMING = '.incoming';
const DAY_MS = 86_400_000;

/** Creates a directory for one stream, and deletes those of receivers that were killed. */
export async function openIncoming(root: string, unique: string): Promise<string> {
  const incoming = join(root, INCOMING);
  await mkdir(incoming, EVIDENCE_DIR);
  for (const name of await readdir(incoming)) {
    const path = join(incoming, name);
    if (await isLeft(path, name)) await rm(path, {recursive: true, force: true});
  }
  const dir = join(incoming, `${process.pid}-${unique}`);
  await mkdir(dir, EVIDENCE_DIR);
  return dir;
}

async function isLeft(path: string, name: string): Promise<boolean> {
  const pid = Number(/^\d+/.exec(name)?.[0]);
  const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
  return !Number.isInteger(pid) || !isRunning(pid) || age > DAY_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
