import type {PortFile} from '../case/prompt/playbooks.ts';
import {listPortFiles} from './bundle.ts';
import {readBundleFile} from './reading.ts';

const FILE_BYTES = 65_536;
/** Of a port's directory; few have more, and those are lists of patches. */
const FILES = 120;

/** The bundle's snapshot of the port: at most 120 files below `port/` and `overlay/`, the first 64 KB of each. */
export async function readPortFiles(dir: string): Promise<PortFile[]> {
  const listed = (await listPortFiles(dir)).slice(0, FILES);
  return Promise.all(listed.map(async ({path}) => ({path, text: (await readBundleFile(dir, path, FILE_BYTES))?.text ?? ''})));
}
