import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {installRoot} from '../setup/paths.ts';

/** Where the build writes the id, beside the compiled code. */
export const BUILD_ID_FILE = new URL('../build-id', import.meta.url);

/** Returns the version in package.json. */
export function version(): string {
  return (JSON.parse(readFileSync(join(installRoot(), 'package.json'), 'utf8')) as {version: string}).version;
}

/** Returns version and commit of the compiled code, as `0.1.0+acfec02`, so that a history shows which code ran it; from source, `0.1.0+source`. */
export function buildId(): string {
  try {
    return readFileSync(BUILD_ID_FILE, 'utf8').trim();
  } catch {
    return `${version()}+source`;
  }
}
