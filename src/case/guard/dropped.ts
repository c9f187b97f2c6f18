import type {File} from 'gitdiff-parser';
import {readDops} from './dops-effects.ts';
import {isAppliedPatch, isDops, isPortDiff, isSourcePatch} from './names.ts';
import {readPatch} from './nested-patch.ts';
import type {Sides} from './sides.ts';

interface Dropping {
  readonly file: File;
  readonly name: string;
  readonly oldName: string;
  readonly sides: Sides;
}

/** Returns the files of the port that a changed file of the overlay removes from it. */
export function droppedBy({file, name, oldName, sides}: Dropping): string[] {
  if (isGone(file)) return [name];
  const moved = file.type === 'rename' && oldName !== name && !(isSourcePatch(oldName) && isAppliedPatch(name)) ? [oldName] : [];
  if (/(^|\/)REMOVE$/.test(name))
    return [
      ...moved,
      ...changed(sides.after)
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    ];
  if (isDops(name)) return [...moved, ...droppedByDops(sides)];
  return isPortDiff(name) ? [...moved, ...deletedByDiff(sides)] : moved;
}

/** Returns whether the file is deleted or empty; `e69de29` is git's hash of the empty file. */
export function isGone({type, newRevision}: Partial<File>): boolean {
  return type === 'delete' || newRevision?.startsWith('e69de29') === true;
}

function changed(lines: Sides['after']): string[] {
  return lines.filter((line) => line.changed).map(({text}) => text);
}

/** Files that operations remove, and those that they no longer bring in. */
function droppedByDops({before, after}: Sides): string[] {
  const now = readDops(after);
  const ofOverlay = (effects: ReturnType<typeof readDops>) =>
    effects.flatMap(({copies, applies}) => [...(copies?.ofOverlay ? [copies.from] : []), ...(applies ? [applies] : [])]);
  const still = new Set(ofOverlay(now));
  return [
    ...now.filter((one) => one.changed).flatMap((one) => one.drops ?? []),
    ...ofOverlay(readDops(before)).filter((one) => !still.has(one)),
  ];
}

/** Patches of the port that a diff deletes: `+++ /dev/null`. */
function deletedByDiff({after}: Sides): string[] {
  const isDeleting = after.some(({text, changed: isNew}) => isNew && /^\+\+\+[ \t]+\/dev\/null/.test(text));
  return isDeleting
    ? readPatch(after).flatMap(({target}) => (target !== undefined && isSourcePatch(target) ? [target] : []))
    : [];
}
