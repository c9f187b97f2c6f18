import {existsSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** Directory of the installation, the one with package.json; the same whether this runs from src/ or from dist/. */
export function installRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json'))) {
    const up = dirname(dir);
    if (up === dir)
      throw new Error(
        'The installation of Portwright is not whole: no package.json above its code. Install it again with `npm ci`.',
      );
    dir = up;
  }
  return dir;
}

/** Where the embedded server, the cache and the demo keep their files: PORTWRIGHT_STATE_DIR, else .portwright in the installation. */
export function stateDir(env: NodeJS.ProcessEnv): string {
  return env.PORTWRIGHT_STATE_DIR || join(installRoot(), '.portwright');
}
