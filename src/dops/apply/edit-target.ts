import {targetBlocks} from '../makefile/query-makefile.ts';
import type {Makefile} from '../makefile/read-makefile.ts';
import {replaceLines} from '../makefile/rewrite-lines.ts';
import {changed, type Edit, editOnly} from './edit.ts';
import {insertBlock} from './edit-block.ts';

/** `mk target set`: the dependencies of a target that exists are lost, and `::` becomes `:`. */
export function setTarget(makefile: Makefile, name: string, recipe: readonly string[]): Edit {
  const lines = [`${name}:`, ...recipe];
  const found = targetBlocks(makefile, name);
  if (found.length === 0) return insertBlock(makefile, lines, ['']);
  return editOnly(found, `the target ${name}`, ({from, to}) => changed(replaceLines(makefile, from, to, lines)));
}

/** `mk target append`: adds lines below the recipe. */
export function appendTarget(makefile: Makefile, name: string, recipe: readonly string[]): Edit {
  return editOnly(targetBlocks(makefile, name), `the target ${name}`, ({to}) => changed(replaceLines(makefile, to, to, recipe)));
}

/** `mk target remove`: deletes the target with its recipe. */
export function removeTarget(makefile: Makefile, name: string): Edit {
  return editOnly(targetBlocks(makefile, name), `the target ${name}`, ({from, to}) =>
    changed(replaceLines(makefile, from, to, [])),
  );
}

/** `mk target rename`: replaces the first line only; a target that has the new name already is not noticed. */
export function renameTarget(makefile: Makefile, old: string, renamed: string): Edit {
  return editOnly(targetBlocks(makefile, old), `the target ${old}`, ({from}) =>
    changed(replaceLines(makefile, from, from + 1, [`${renamed}:`])),
  );
}
