import {usesOf} from '../check/overlay-files.ts';
import type {Overlay} from '../syntax/parse-overlay.ts';
import {removeStatement, sourceOf} from './edit-overlay.ts';

/** Removes the statements that use a file of the overlay, from the last to the first. Returns the texts of those, in order. */
export function forgetFile(overlay: Overlay, path: string): {readonly overlay: Overlay; readonly removed: readonly string[]} {
  const [last] = usesOf(overlay, path).slice(-1);
  if (last === undefined) return {overlay, removed: []};
  const rest = forgetFile(removeStatement(overlay, overlay.statements.indexOf(last)), path);
  return {overlay: rest.overlay, removed: [...rest.removed, sourceOf(overlay, last)]};
}
