import {usesOf} from '../check/overlay-files.ts';
import type {Overlay} from '../syntax/parse-overlay.ts';
import {endOfAny} from './edit-by-text.ts';
import {addStatement} from './edit-overlay.ts';

/** Adds a `file materialize` for a file of the overlay that no operation uses, for all targets. Throws for an overlay that cannot be edited. */
export function materializeFile(overlay: Overlay, path: string): Overlay {
  if (usesOf(overlay, path).length > 0) return overlay;
  return addStatement(overlay, {kind: 'file.materialize', src: path, dst: path}, endOfAny(overlay));
}
