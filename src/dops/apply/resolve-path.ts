import {OperationFailure} from './failure.ts';
import type {Tree} from './tree.ts';

/** As many links as Linux follows. */
const MOST_LINKS = 40;

/**
 * Resolves a path of an operation to one without links, below the root of the tree. Links are followed, `..` behind a link
 * starts at its target, and what does not exist counts as a plain name. Throws E_APPLY_INVALID_PATH for an absolute path, and
 * for one that leaves the root at any point.
 */
export function resolvePath(tree: Tree, path: string): string {
  if (path.includes('\0')) throw new OperationFailure('E_APPLY_INVALID_PATH', 'The path contains a NUL character.');
  const resolved: string[] = [];
  const rest = split(path, path);
  for (let links = 0; rest.length > 0; ) {
    const name = rest.shift();
    if (name === undefined || name === '' || name === '.') continue;
    if (name === '..') {
      if (resolved.pop() === undefined) throw leaves(path);
      continue;
    }
    const entry = tree.get([...resolved, name].join('/'));
    if (entry?.kind !== 'link') resolved.push(name);
    else if (++links > MOST_LINKS) throw new OperationFailure('E_APPLY_INVALID_PATH', `${path} goes through too many links.`);
    else rest.unshift(...split(entry.target, path));
  }
  return resolved.join('/');
}

function split(path: string, origin: string): string[] {
  if (path.startsWith('/')) throw leaves(origin);
  return path.split('/');
}

function leaves(path: string): OperationFailure {
  return new OperationFailure(
    'E_APPLY_INVALID_PATH',
    `${path} is absolute or leads outside of the directory. Name a path below it.`,
  );
}
