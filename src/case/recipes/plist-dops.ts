import type {Emittable} from '../../dops/edit/emit-statement.ts';
import type {Overlay as Dops} from '../../dops/syntax/parse-overlay.ts';
import type {Statement} from '../../dops/syntax/statement.ts';
import type {PortId} from '../types.ts';
import {composedFileChanges} from './composed-file.ts';
import {dopsAppliesTo, readDops, withOperations, withoutStatements} from './dops.ts';
import {assignments} from './makefile.ts';
import type {Changes, Overlay} from './overlay.ts';
import {editPlist, findEntry, isDir, type Mismatch, type PlistEdit, pathOf} from './plist-lines.ts';

const FILE = 'overlay.dops';
const PLIST = 'pkg-plist';
const DIFF = `diffs/${PLIST}.diff`;

/**
 * Returns the plist fix for an overlay.dops: the overlay's own faulty statements are removed, other entries change by text
 * operations. Undefined if in doubt.
 */
export function dopsPlistChanges(overlay: Overlay, mismatch: Mismatch, port: PortId): Changes | undefined {
  const read = readDops(overlay.dops ?? '');
  if (read === undefined || !dopsAppliesTo(read, port.target)) return undefined;
  const own = ownStatements(read.statements, mismatch);
  const stale = [...own.values()];
  const others = read.statements.filter((one) => !stale.includes(one));
  if (others.some((one) => one.kind.startsWith('text.') && one.place.tokens.some(({value}) => own.has(value)))) return undefined;
  const updated = withoutStatements(read, stale);
  const unhandled = (paths: readonly string[]) => paths.filter((path) => !own.has(path));
  const rest = {orphaned: unhandled(mismatch.orphaned), missing: unhandled(mismatch.missing)};
  const plist = overlay.composed.get(PLIST)?.split('\n');
  if (plist === undefined) return editMakefileByOperations(overlay, updated, rest);
  return editPlistByOperations(overlay, others, updated, unhandled(plist).join('\n'), rest);
}

/** Returns the overlay's own faulty statements, by plist path. */
function ownStatements(statements: readonly Statement[], {orphaned, missing}: Mismatch): Map<string, Statement> {
  return new Map([
    ...missing.flatMap((path) => ownStatement(statements, path, addedPath) ?? []),
    ...orphaned.flatMap((path) => ownStatement(statements, path, removedPath) ?? []),
  ]);
}

/** `fresh` is overlay.dops without its faulty statements, `plist` the resulting plist. */
function editPlistByOperations(
  overlay: Overlay,
  statements: readonly Statement[],
  updated: Dops,
  plist: string,
  rest: Mismatch,
): Changes | undefined {
  const edit = editPlist(plist, rest);
  if (edit.notFound.length > 0) return undefined;
  const applied = statements.find((one) => one.kind === 'patch.apply' && one.path === DIFF);
  if (applied !== undefined && rest.missing.length > 0)
    return updated.text === overlay.dops ? changeDiff(overlay, applied, edit) : undefined;
  const operations = textOperations(plist, edit);
  if (operations === undefined) return undefined;
  return new Map([[FILE, withOperations(updated, operations).text]]);
}

/** Returns the only statement that `read` takes this path from. */
function ownStatement(
  statements: readonly Statement[],
  path: string,
  read: (statement: Statement) => string | undefined,
): [string, Statement][] | undefined {
  const [one, ...others] = statements.filter((statement) => read(statement) === path);
  return one !== undefined && others.length === 0 ? [[path, one]] : undefined;
}

/** Returns the path that a statement adds to the plist. */
function addedPath(statement: Statement): string | undefined {
  if (statement.kind === 'mk.var.token_add' && statement.name === 'PLIST_FILES') return statement.value;
  return statement.kind === 'text.line_insert_after' && statement.file === PLIST ? statement.line : undefined;
}

/** Returns the path that a statement removes from the plist. */
function removedPath(statement: Statement): string | undefined {
  if (statement.kind === 'mk.var.token_remove' && statement.name === 'PLIST_FILES') return statement.value;
  return statement.kind === 'text.line_remove' && statement.file === PLIST ? statement.exact : undefined;
}

/** Regenerates the diff that overlay.dops applies, and removes its statement if the diff becomes empty. */
function changeDiff(overlay: Overlay, applied: Statement, edit: PlistEdit): Changes | undefined {
  const changes = composedFileChanges(overlay, PLIST, edit.text);
  const read = readDops(overlay.dops ?? '');
  if (read === undefined || changes === undefined || changes.get(DIFF) !== undefined) return changes;
  return new Map([...changes, [FILE, withoutStatements(read, [applied]).text]]);
}

/** Inserts each line after an anchor that occurs once. Removals come last, so that removed lines can serve as anchors. */
function textOperations(plist: string, edit: PlistEdit): Emittable[] | undefined {
  const old = plist.split('\n');
  const updated = edit.text.split('\n');
  const known = new Set(old.filter((line) => line.trim() !== '' && old.indexOf(line) === old.lastIndexOf(line)));
  const operations: Emittable[] = [];
  for (const line of updated.filter((one) => edit.added.includes(one))) {
    const above = updated.slice(0, updated.indexOf(line)).findLast((one) => known.has(one)) ?? [...known][0];
    if (above === undefined) return undefined;
    operations.push({kind: 'text.line_insert_after', file: PLIST, anchor: above, line});
    known.add(line);
  }
  return [...operations, ...edit.removed.map((exact) => ({kind: 'text.line_remove', file: PLIST, exact}) as const)];
}

/** Returns the fix for a port whose files are listed in its Makefile. */
function editMakefileByOperations(overlay: Overlay, updated: Dops, {orphaned, missing}: Mismatch): Changes | undefined {
  const [listed, ...others] = assignments(overlay.composed.get('Makefile') ?? '', 'PLIST_FILES');
  const exact = missing.every((path) => findEntry(listed?.values ?? [], path) === pathOf(path));
  if ([...orphaned, ...missing].some((path) => isDir(path) || path.includes(' ')) || !exact) return undefined;
  if (orphaned.length + missing.length > 0 && (listed === undefined || others.length > 0)) return undefined;
  const operations = [
    ...orphaned.map((value) => ({kind: 'mk.var.token_add', name: 'PLIST_FILES', value}) as const),
    ...missing.map((value) => ({kind: 'mk.var.token_remove', name: 'PLIST_FILES', value}) as const),
  ];
  return new Map([[FILE, withOperations(updated, operations).text]]);
}
