import {accessSync, constants, existsSync} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/**
 * Returns the dev-env command line (contract, section 7): `DPORTSV3_CMD` split at blanks; unset, `dportsv3` if it is on PATH,
 * else the Linux dev-env of this package. Throws if the package has none.
 */
export function devEnvCommand(env: NodeJS.ProcessEnv): string[] {
  const parts = (env.DPORTSV3_CMD ?? '').split(/\s+/).filter((part) => part !== '');
  if (parts.length > 0) return parts;
  const found = (env.PATH ?? '').split(delimiter).some((dir) => dir !== '' && isExecutable(join(dir, 'dportsv3')));
  return found ? ['dportsv3'] : [ownDevEnv()];
}

/** Whether a command line runs our own Linux dev-env, which has options that an old `dportsv3` lacks. */
export function isOwnDevEnv(command: readonly string[]): boolean {
  return (command[0] ?? '').endsWith('/src/devenv/linux/dev-env');
}

/** The package is the nearest directory above that has a package.json, from src/ and from dist/ alike. */
export function ownDevEnv(from: string = dirname(fileURLToPath(import.meta.url))): string {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'package.json'))) return join(dir, 'src', 'devenv', 'linux', 'dev-env');
    if (dir === dirname(dir))
      throw new Error(`The package's root must have a package.json; none above ${from}. Set DPORTSV3_CMD.`);
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
