import {treeOf} from '../../dops/apply/text-tree.ts';
import {firstOverlay} from '../../dops/edit/create-overlay.ts';
import {addStatement, removeStatement} from '../../dops/edit/edit-overlay.ts';
import type {Emittable} from '../../dops/edit/emit-statement.ts';
import {planText} from '../../dops/plan.ts';
import type {Overlay as Dops} from '../../dops/syntax/parse-overlay.ts';
import type {Statement} from '../../dops/syntax/statement.ts';
import {type Changes, DOPS, type Overlay} from './overlay.ts';

/**
 * Returns overlay.dops as a recipe may edit it, or a new one for a port without an overlay. Undefined for a compat overlay, for
 * an overlay.dops with errors or with operations that do not apply to the case's target, and for a masked port.
 */
export function editableDops(overlay: Overlay, reason: string): Dops | undefined {
  if (overlay.form === 'none') {
    const first = firstOverlay(treeOf(overlay.files), overlay.origin, reason);
    return first.ok ? first.overlay : undefined;
  }
  const {overlay: dops, plan} = planText(overlay.files.get(DOPS) ?? '');
  return plan !== undefined && appliesTo(dops, overlay.target) ? dops : undefined;
}

/** Returns whether all operations apply to this target: there is at most one scope, and it names the target or @any. */
function appliesTo({statements}: Dops, target: string): boolean {
  const scopes = statements.filter((one) => one.kind === 'target');
  const selectors = scopes.flatMap((scope) => scope.selectors);
  return scopes.length <= 1 && (selectors.length === 0 || selectors.includes('@any') || selectors.includes(target));
}

/** Returns the change to this overlay.dops. STATUS goes where overlay.dops is new, since it has no effect beside it. */
export function dopsChanges({form, files}: Overlay, edited: Dops): Changes {
  const replaced = form === 'none' && files.has('STATUS') ? [['STATUS', undefined] as const] : [];
  return new Map([[DOPS, edited.text], ...replaced]);
}

/** Returns the overlay without these statements of it. */
export function withoutStatements(dops: Dops, removed: readonly Statement[]): Dops {
  const starts = new Set(removed.map(({place}) => place.start));
  const indices = dops.statements.flatMap((one, index) => (starts.has(one.place.start) ? [index] : []));
  return indices.reduceRight(removeStatement, dops);
}

/** Returns the overlay with operations at its end, a line each. */
export function withOperations(dops: Dops, operations: readonly Emittable[]): Dops {
  return operations.reduce((edited, operation) => addStatement(edited, operation), dops);
}
