import {addStatement, removeStatement} from '../../dops/edit/edit-overlay.ts';
import type {Emittable} from '../../dops/edit/emit-statement.ts';
import {type Overlay, parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import type {Statement} from '../../dops/syntax/statement.ts';

/** Errors that leave no doubt about what the statements are: of the overlay as such, or operations that this engine does not know. */
const HARMLESS = /^E_SEM_|^E_PARSE_(EXPECTED_STATEMENT|UNEXPECTED_TOKEN)$/;

/** Parses an overlay.dops for a recipe; undefined if a statement of it cannot be read for sure. */
export function readDops(text: string): Overlay | undefined {
  const overlay = parseOverlay(text);
  const isMalformed = overlay.statements.some((one) => one.kind === 'unknown' && one.problem === 'malformed');
  return isMalformed || overlay.diagnostics.some(({code}) => !HARMLESS.test(code)) ? undefined : overlay;
}

/** Returns whether all operations apply to this target: there is at most one scope, and it names the target or @any. */
export function dopsAppliesTo({statements}: Overlay, target: string): boolean {
  const scopes = statements.filter((one) => one.kind === 'target');
  const selectors = scopes.flatMap((scope) => scope.selectors);
  return scopes.length <= 1 && (selectors.length === 0 || selectors.includes('@any') || selectors.includes(target));
}

/** Returns the overlay without these statements of it. */
export function withoutStatements(overlay: Overlay, removed: readonly Statement[]): Overlay {
  const starts = new Set(removed.map(({place}) => place.start));
  const indices = overlay.statements.flatMap((one, index) => (starts.has(one.place.start) ? [index] : []));
  return indices.reduceRight(removeStatement, overlay);
}

/** Returns the overlay with operations at its end, a line each. */
export function withOperations(overlay: Overlay, operations: readonly Emittable[]): Overlay {
  return operations.reduce((edited, operation) => addStatement(edited, operation), overlay);
}
