import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** Returns the directory of the installation, the one with package.json, from src/ and from dist/ alike. */
export function installRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json'))) {
    const up = dirname(dir);
    if (up === dir)
      throw new Error(
        'The installation of Portwright is incomplete: no package.json above its code. Install it again with `npm ci`.',
      );
    dir = up;
  }
  return dir;
}

/** Returns the directory of the embedded server, the cache and the demo: PORTWRIGHT_STATE_DIR, else .portwright in the installation. */
export function stateDir(env: NodeJS.ProcessEnv): string {
  return env.PORTWRIGHT_STATE_DIR || join(installRoot(), '.portwright');
}
