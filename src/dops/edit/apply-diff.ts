import {usesOf} from '../check/overlay-files.ts';
import type {Overlay} from '../syntax/parse-overlay.ts';
import type {StatementKind} from '../syntax/statement.ts';
import {addStatement} from './edit-overlay.ts';

const HEADER: ReadonlySet<StatementKind> = new Set(['port', 'type', 'reason', 'maintainer']);

/**
 * Adds a `patch apply` for a diff of the overlay that no operation uses, for all targets: behind the header and other patches, before any operation
 * whose edit of the same file would be staged already and written over the patched one. Throws for an overlay that cannot be edited.
 */
export function applyDiff(overlay: Overlay, path: string): Overlay {
  if (usesOf(overlay, path).length > 0) return overlay;
  return addStatement(overlay, {kind: 'patch.apply', path}, endOfPatches(overlay));
}

/** Returns the index of the last statement, in the scope of any target, with only the header and patches before it; -1 if there is none. */
function endOfPatches({statements}: Overlay): number {
  let last = -1;
  for (const [index, one] of statements.entries()) {
    const isAny = one.kind === 'target' && one.selectors.includes('@any');
    if (!isAny && !HEADER.has(one.kind) && one.kind !== 'patch.apply') break;
    last = index;
  }
  return last;
}
