import {randomUUID} from 'node:crypto';
import {type FileHandle, mkdir, open, readFile, rename, rm, stat} from 'node:fs/promises';
import {dirname} from 'node:path';
import type {HostEntry, HostsFile} from '../case/host/host.ts';
import {parseHosts} from './hosts.ts';

/** Its readers are the worker's user and group: it has addresses, and paths of keys. */
const MODE = 0o640;
/** In a directory that is closed to the group, as the state directory is, no file is open to it. */
const PRIVATE_MODE = 0o600;
const DIR_MODE = 0o700;
const OF_OTHERS = 0o077;

/** Adds a host to a hosts file, which is created if need be. Throws an Error with the rule, and writes nothing, if it or the file would not be valid. */
export async function addHost(file: string, name: string, entry: HostEntry): Promise<void> {
  const {hosts = {}, ...rest} = await readFileOf(file);
  if (Object.hasOwn(hosts, name))
    throw new Error(`${file} already has a host ${name}. Choose another name, or run \`portwright host remove ${name}\` first.`);
  await replace(file, {...rest, hosts: {...hosts, [name]: entry}});
}

/** Removes a host from a hosts file. Throws an Error if the file does not have it. */
export async function removeHost(file: string, name: string): Promise<void> {
  const {hosts = {}, ...rest} = await readFileOf(file);
  if (!Object.hasOwn(hosts, name)) throw new Error(unknownHost(file, name, Object.keys(hosts)));
  await replace(file, {...rest, hosts: Object.fromEntries(Object.entries(hosts).filter(([one]) => one !== name))});
}

/** Returns the error of a name that the hosts file does not have. */
export function unknownHost(file: string, name: string, names: readonly string[]): string {
  return `${file} has no host ${JSON.stringify(name)}; it has ${names.join(', ') || 'none'}. Correct the name, or run \`portwright host add\`.`;
}

/** Returns what the file has, after a check: an invalid one is corrected by hand, not written over. */
async function readFileOf(file: string): Promise<Partial<HostsFile>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  parseHosts(file, text);
  return text.trim() === '' ? {} : (JSON.parse(text) as HostsFile);
}

/** Writes a new file and renames it, so that readers see all of it, or what was there before. */
async function replace(file: string, content: HostsFile): Promise<void> {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  parseHosts(file, text);
  await mkdir(dirname(file), {recursive: true, mode: DIR_MODE});
  const aside = `${file}.${randomUUID()}`;
  try {
    await write(aside, text, await accessOf(file));
    await rename(aside, file);
  } catch (error) {
    await rm(aside, {force: true});
    throw error;
  }
}

interface Access {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Returns the owner and group of the file, or for a new one the group of its directory: root writes what the worker's group reads. */
async function accessOf(file: string): Promise<Access> {
  const dir = await stat(dirname(file));
  const mode = (dir.mode & OF_OTHERS) === 0 ? PRIVATE_MODE : MODE;
  const found = await stat(file).catch(() => undefined);
  return {uid: found?.uid ?? process.getuid?.() ?? -1, gid: (found ?? dir).gid, mode};
}

async function write(path: string, text: string, {uid, gid, mode}: Access): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'wx', mode);
    await handle.writeFile(text);
    // Only root gives files away, and the umask of the shell does not matter.
    await handle.chown(uid, gid).catch(() => undefined);
    await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle?.close();
  }
}
