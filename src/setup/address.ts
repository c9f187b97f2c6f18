import {readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

const FILE = 'temporal-address';

/** Notes where the embedded server of a state directory is, for `portwright report` and people. */
export async function writeAddress(stateDir: string, address: string): Promise<void> {
  await writeFile(join(stateDir, FILE), `${address}\n`);
}

export async function deleteAddress(stateDir: string): Promise<void> {
  await rm(join(stateDir, FILE), {force: true});
}

/** `host:port` of the embedded server that runs with a state directory, or did until it was killed; undefined if none does. */
export async function readAddress(stateDir: string): Promise<string | undefined> {
  return readFile(join(stateDir, FILE), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}
