import {readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

const FILE = 'temporal-address';

/** Writes the address of the embedded server to its state directory, for commands and operators. */
export async function writeAddress(stateDir: string, address: string): Promise<void> {
  await writeFile(join(stateDir, FILE), `${address}\n`, {mode: 0o600});
}

export async function deleteAddress(stateDir: string): Promise<void> {
  await rm(join(stateDir, FILE), {force: true});
}

/** Returns `host:port` of the embedded server of a state directory, also of one that was killed; undefined if there is none. */
export async function readAddress(stateDir: string): Promise<string | undefined> {
  return readFile(join(stateDir, FILE), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}
