import {isEffective} from './check-dops.ts';
import {type Changes, gitDiff, type Overlay, type Texts} from './overlay.ts';

/**
 * Returns the diff of a recipe's changes. Undefined without a change, or if the engine finds that the changed overlay.dops does
 * not do what it should, such as to compose the port that is `expected`.
 */
export function fixDiff(overlay: Overlay, changes: Changes | undefined, expected?: (port: Texts) => boolean): string | undefined {
  if (changes === undefined) return undefined;
  return overlay.form === 'compat' || isEffective(overlay, changes, expected) ? gitDiff(overlay, changes) : undefined;
}
