import type {Emittable} from '../../dops/edit/emit-statement.ts';
import {assignmentsOf} from '../../dops/makefile/query-makefile.ts';
import {readMakefile} from '../../dops/makefile/read-makefile.ts';
import type {Overlay as Dops} from '../../dops/syntax/parse-overlay.ts';
import type {Statement} from '../../dops/syntax/statement.ts';
import {composedFileChanges} from './composed-file.ts';
import {dopsChanges, editableDops, withOperations, withoutStatements} from './dops-overlay.ts';
import {wordsAssigned} from './fragment.ts';
import {type Changes, DOPS, type Overlay, type Texts} from './overlay.ts';
import {
  editPlist,
  findEntry,
  isDir,
  isEntry,
  isPlist,
  listVariable,
  type Mismatch,
  type PlistEdit,
  pathOf,
  plistName,
} from './plist-lines.ts';
import {withTokens} from './plist-tokens.ts';

const REASON = 'the files that the port installs on DragonFly';

/**
 * Returns the plist fix for an overlay.dops, which is created for a port without an overlay: the overlay's own faulty statements are
 * removed, other entries change by operations. Undefined if in doubt.
 */
export function plistOperationChanges(overlay: Overlay, mismatch: Mismatch): Changes | undefined {
  const dops = editableDops(overlay, REASON);
  if (dops === undefined) return undefined;
  const name = plistName(overlay.composed, mismatch.missing);
  const own = ownStatements(dops.statements, mismatch, name);
  const stale = [...own.values()];
  const others = dops.statements.filter((one) => !stale.includes(one));
  if (others.some((one) => one.kind.startsWith('text.') && one.place.tokens.some(({value}) => own.has(value)))) return undefined;
  const unhandled = (paths: readonly string[]) => paths.filter((path) => !own.has(path));
  const orphaned = unhandled(mismatch.orphaned).map((path) => withTokens(overlay, path));
  const rest = {orphaned, missing: unhandled(mismatch.missing)};
  const edited = withoutStatements(dops, stale);
  const lines = name === undefined ? undefined : unhandled((overlay.composed.get(name) ?? '').split('\n'));
  const list = name === undefined || lines === undefined ? undefined : {name, text: lines.join('\n')};
  return listChanges(overlay, edited, list, rest);
}

/** Returns whether a composed port lists the orphans, and no longer what is missing. */
export function isListed(port: Texts, {orphaned, missing}: Mismatch): boolean {
  const entries = [...port].flatMap(([path, text]) => (isPlist(path) ? text.split('\n').filter(isEntry) : []));
  const makefile = port.get('Makefile') ?? '';
  const dirs = wordsAssigned(makefile, 'PLIST_DIRS').map((path) => `@dir ${path}`);
  const listed = [...entries, ...wordsAssigned(makefile, 'PLIST_FILES'), ...dirs];
  const has = (path: string): boolean => listed.some((one) => pathOf(one) === pathOf(path) && isDir(one) === isDir(path));
  const isWritten = (path: string): boolean =>
    has(path) || has(withTokens({composed: port}, path)) || findEntry(listed, path) !== undefined;
  return orphaned.every(isWritten) && !missing.some(has);
}

/** Returns the overlay's own faulty statements, by plist path. */
function ownStatements(
  statements: readonly Statement[],
  {orphaned, missing}: Mismatch,
  plist: string | undefined,
): Map<string, Statement> {
  return new Map([
    ...missing.flatMap((path) => ownStatement(statements, path, (one) => addedPath(one, plist)) ?? []),
    ...orphaned.flatMap((path) => ownStatement(statements, path, (one) => removedPath(one, plist)) ?? []),
  ]);
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
function addedPath(statement: Statement, plist: string | undefined): string | undefined {
  if (statement.kind === 'mk.var.token_add' && statement.name === 'PLIST_FILES') return statement.value;
  return statement.kind === 'text.line_insert_after' && statement.file === plist ? statement.line : undefined;
}

/** Returns the path that a statement removes from the plist. */
function removedPath(statement: Statement, plist: string | undefined): string | undefined {
  if (statement.kind === 'mk.var.token_remove' && statement.name === 'PLIST_FILES') return statement.value;
  return statement.kind === 'text.line_remove' && statement.file === plist ? statement.exact : undefined;
}

/** Changes the plist and, for entries that it does not have, the Makefile. */
function listChanges(
  overlay: Overlay,
  dops: Dops,
  list: {readonly name: string; readonly text: string} | undefined,
  {orphaned, missing}: Mismatch,
): Changes | undefined {
  if (list === undefined) return makefileChanges(overlay, dops, {orphaned, missing});
  const edit = editPlist(list.text, {orphaned, missing});
  const applied = dops.statements.find((one) => one.kind === 'patch.apply' && one.path === `diffs/${list.name}.diff`);
  if (applied !== undefined && edit.removed.length > 0)
    return edit.notFound.length === 0 ? regeneratedDiff(overlay, dops, list.name, applied, edit) : undefined;
  const operations = textOperations(list.name, list.text, edit);
  const edited = operations && withOperations(dops, operations);
  return edited && makefileChanges(overlay, edited, {orphaned: [], missing: edit.notFound});
}

/** Regenerates the diff that overlay.dops applies, and removes its statement if the diff becomes empty. */
function regeneratedDiff(overlay: Overlay, dops: Dops, name: string, applied: Statement, edit: PlistEdit): Changes | undefined {
  const changes = dops.text === overlay.files.get(DOPS) ? composedFileChanges(overlay, name, edit.text) : undefined;
  if (changes === undefined || changes.get(`diffs/${name}.diff`) !== undefined) return changes;
  return new Map([...changes, ...dopsChanges(overlay, withoutStatements(dops, [applied]))]);
}

/** Inserts each line after an anchor that occurs once. Removals come last, so that removed lines can serve as anchors. */
function textOperations(file: string, plist: string, edit: PlistEdit): Emittable[] | undefined {
  const old = plist.split('\n');
  const updated = edit.text.split('\n');
  const known = new Set(old.filter((line) => line.trim() !== '' && old.indexOf(line) === old.lastIndexOf(line)));
  const operations: Emittable[] = [];
  for (const line of updated.filter((one) => edit.added.includes(one))) {
    const above = updated.slice(0, updated.indexOf(line)).findLast((one) => known.has(one)) ?? [...known][0];
    if (above === undefined) return undefined;
    operations.push({kind: 'text.line_insert_after', file, anchor: above, line});
    known.add(line);
  }
  return [...operations, ...edit.removed.map((exact) => ({kind: 'text.line_remove', file, exact}) as const)];
}

/**
 * Lists entries in the Makefile, and removes those that it lists. A variable that it does not set may be one that a port's master
 * sets later, and is not set here for a slave.
 */
function makefileChanges(overlay: Overlay, dops: Dops, {orphaned, missing}: Mismatch): Changes | undefined {
  const text = overlay.composed.get('Makefile') ?? '';
  const isSlave = assignmentsOf(readMakefile(text), 'MASTERDIR').length > 0;
  const operations: Emittable[] = [];
  for (const path of orphaned) {
    const name = listVariable(path);
    if (path.includes(' ') && !isDir(path)) return undefined;
    if (isSlave && wordsAssigned(text, name).length === 0) return undefined;
    operations.push({kind: 'mk.var.token_add', name, value: pathOf(path)});
  }
  for (const path of missing) {
    const name = listVariable(path);
    const value = writtenWord(wordsAssigned(text, name), path);
    if (value === undefined) return undefined;
    operations.push({kind: 'mk.var.token_remove', name, value});
  }
  return dopsChanges(overlay, withOperations(dops, operations));
}

/** Returns the word by which a Makefile lists a path. */
function writtenWord(words: readonly string[], path: string): string | undefined {
  const entries = words.map((word) => (isDir(path) ? `@dir ${word}` : word));
  const entry = findEntry(entries, path);
  return entry === undefined ? undefined : words[entries.indexOf(entry)];
}
