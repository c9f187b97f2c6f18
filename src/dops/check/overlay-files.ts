import {isOperation} from '../plan.ts';
import type {Overlay} from '../syntax/parse-overlay.ts';
import type {Operation, Statement} from '../syntax/statement.ts';

/** Returns the file of the overlay that a statement brings into the port or applies to it, as a path without `.`, `..` and empty names. */
export function overlayFileOf(statement: Statement): string | undefined {
  if (statement.kind === 'file.materialize') return plainPath(statement.src);
  return statement.kind === 'patch.apply' ? plainPath(statement.path) : undefined;
}

/** Returns the operations that use a file of the overlay. */
export function usesOf({statements}: Overlay, path: string): Operation[] {
  return statements.filter(isOperation).filter((one) => overlayFileOf(one) === plainPath(path));
}

/** Returns the path itself where it leaves the directory, which no operation may. */
function plainPath(path: string): string {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..' && names.pop() === undefined) return path;
    if (name !== '' && name !== '.' && name !== '..') names.push(name);
  }
  return names.join('/');
}
