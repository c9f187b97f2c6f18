import type {PortFile} from '../case/prompt/playbooks.ts';
import type {DevEnv} from './client.ts';
import {readTrees} from './read-trees.ts';

/** Most bytes of a file, as in the snapshot of a bundle. */
const FILE_BYTES = 65_535;
const MOST_FILES = 1000;

/**
 * Returns the files of a port as FreeBSD has it, by paths relative to its directory, without those of 64 KB or more; undefined if the
 * dev-env has no such port.
 */
export async function readFreebsdPort(env: DevEnv, origin: string, signal?: AbortSignal): Promise<PortFile[] | undefined> {
  const [port] = (await readTrees(env, [`/work/freebsd-ports/${origin}`], signal)).trees ?? [];
  const files = port?.entries().flatMap(([path, entry]) => {
    const isTaken = entry.kind === 'file' && entry.bytes.length <= FILE_BYTES && /^[\w.+@%,=~:#/-]+$/.test(path);
    return isTaken ? [{path, text: new TextDecoder('utf-8', {ignoreBOM: true}).decode(entry.bytes)}] : [];
  });
  return files === undefined || files.length === 0 ? undefined : files.slice(0, MOST_FILES);
}
