import type {Finding} from '../types.ts';
import {findingOf} from './rules.ts';
import {deltaOf} from './words.ts';

/** Makefiles of a port's own directory that composers and frameworks read. */
const OWN = /^Makefile(?:\.[\w-]+)*$/;

/** Returns the findings for the list of files that make read: new ones from elsewhere, and the framework's that are missing. */
export function makefileFindings(before: readonly string[], after: readonly string[]): Finding[] {
  if (before.length === 0 || after.length === 0) return [];
  const {added, removed} = deltaOf(before, after);
  const roots = frameworkRoots(before);
  const strange = added.filter((path) => !isOfFramework(path, roots) && !OWN.test(path));
  const lost = removed.filter((path) => path.startsWith('/') && !/\/(?:Uses|Features)\//.test(path));
  return [...strange.map(foundAt), ...lost.map((path) => findingOf('include', '', `make no longer reads ${path}.`))];
}

function foundAt(path: string): Finding {
  const where = path.startsWith('/') ? 'from outside the port and the framework' : 'of a name that no framework reads by itself';
  return findingOf('include', path.startsWith('/') ? '' : path, `make reads a Makefile ${where}: ${path}`);
}

/** Directories of `*.mk` files that make read before: those of the framework and the system. */
function frameworkRoots(makefiles: readonly string[]): string[] {
  const outside = makefiles.filter((path) => path.startsWith('/') && path.endsWith('.mk'));
  return [...new Set(outside.map((path) => path.slice(0, path.lastIndexOf('/') + 1)))];
}

function isOfFramework(path: string, roots: readonly string[]): boolean {
  return (
    path.endsWith('.mk') && !path.includes('/../') && roots.some((root) => path.startsWith(root) && /\/(?:Mk|mk)\//.test(root))
  );
}
