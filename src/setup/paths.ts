import {existsSync} from 'node:fs';
import {homedir} from 'node:os';
import {dirname, isAbsolute, join} from 'node:path';
import {fileURLToPath} from 'node:url';

/** Returns the directory of the installation, the one with package.json, from src/ and from dist/ alike. */
export function installRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'package.json'))) {
    const up = dirname(dir);
    if (up === dir)
      throw new Error(
        'The installation of Portwright is incomplete: no package.json above its code. Install it again: `npm ci` in a checkout, `npm install --global` of the package elsewhere.',
      );
    dir = up;
  }
  return dir;
}

/**
 * Returns the directory of the embedded server, the cache and the demo: PORTWRIGHT_STATE_DIR, else .portwright in a checkout. An
 * installed package may be read-only and shared by users, so there it is `portwright` in XDG_STATE_HOME, by default ~/.local/state.
 */
export function stateDir(env: NodeJS.ProcessEnv, root = installRoot()): string {
  if (env.PORTWRIGHT_STATE_DIR) return env.PORTWRIGHT_STATE_DIR;
  return isCheckout(root) ? join(root, '.portwright') : join(stateHome(env), 'portwright');
}

/** npm packs no package-lock.json. */
function isCheckout(root: string): boolean {
  return existsSync(join(root, 'package-lock.json'));
}

/** The XDG base directory specification ignores relative paths. */
function stateHome({XDG_STATE_HOME = ''}: NodeJS.ProcessEnv): string {
  return isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : join(homedir(), '.local', 'state');
}

/** Returns a file of a dependency. npm installs a dependency inside of the package or beside it. Throws if it is in neither place. */
export function dependencyFile(name: string, path: string, root = installRoot()): string {
  const places = [join(root, 'node_modules', name, path), join(dirname(root), name, path)];
  const found = places.find((place) => existsSync(place));
  if (found === undefined)
    throw new Error(
      `The installation of Portwright is incomplete: neither ${places.join(' nor ')} exists. Install it again: \`npm ci\` in a checkout, \`npm install --global\` of the package elsewhere.`,
    );
  return found;
}
