import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {installRoot} from '../../src/setup/paths.ts';

/** What package-lock.json says of one package. */
export interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
  readonly dev?: boolean;
  readonly inBundle?: boolean;
  readonly engines?: {readonly node?: string};
}

/** The packages of package-lock.json, without the project itself, by their places such as `node_modules/ajv`. */
export async function lockedPackages(): Promise<[place: string, entry: Locked][]> {
  const lock = JSON.parse(await readFile(join(installRoot(), 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages as Record<string, Locked>).filter(([place]) => place !== '');
}

/** Those that an installation without development tools has, on any platform. */
export async function productionPackages(): Promise<[place: string, entry: Locked][]> {
  return (await lockedPackages()).filter(([, {dev}]) => dev !== true);
}

/** `node_modules/a/node_modules/@b/c` is `@b/c`. */
export function nameAt(place: string): string {
  return place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
