import type {PortId} from '../types.ts';
import {composedFileChanges} from './composed-file.ts';
import {type DopsStatement, dopsAppliesTo, dopsStatements, quoteString, withOperations, withoutStatements} from './dops.ts';
import {assignments} from './makefile.ts';
import type {Changes, Overlay} from './overlay.ts';
import {editPlist, findEntry, isDir, type Mismatch, type PlistEdit, pathOf} from './plist-lines.ts';

const FILE = 'overlay.dops';
const PLIST = 'pkg-plist';
const APPLY = ['patch', 'apply', `diffs/${PLIST}.diff`];

/** Verbs of mk and of text, and the token index of the line in the latter. */
const ADD_VERBS = ['add', 'line-insert-after', 7] as const;
const REMOVE_VERBS = ['remove', 'line-remove', 5] as const;

/**
 * Returns the plist fix for an overlay.dops: the overlay's own faulty statements are removed, other entries change by text
 * operations. Undefined if in doubt.
 */
export function dopsPlistChanges(overlay: Overlay, mismatch: Mismatch, port: PortId): Changes | undefined {
  const text = overlay.dops ?? '';
  const statements = dopsStatements(text);
  if (statements === undefined || !dopsAppliesTo(statements, port.target)) return undefined;
  const own = ownStatements(statements, mismatch);
  const stale = [...own.values()];
  const others = statements.filter((one) => !stale.includes(one));
  if (others.some(({tokens}) => tokens[0] === 'text' && tokens.some((token) => own.has(token)))) return undefined;
  const updated = withoutStatements(text, stale);
  const unhandled = (paths: readonly string[]) => paths.filter((path) => !own.has(path));
  const rest = {orphaned: unhandled(mismatch.orphaned), missing: unhandled(mismatch.missing)};
  const plist = overlay.composed.get(PLIST)?.split('\n');
  if (plist === undefined) return editMakefileByOperations(overlay, updated, rest);
  return editPlistByOperations(overlay, others, updated, unhandled(plist).join('\n'), rest);
}

/** Returns the overlay's own faulty statements, by plist path. */
function ownStatements(statements: readonly DopsStatement[], {orphaned, missing}: Mismatch): Map<string, DopsStatement> {
  return new Map([
    ...missing.flatMap((path) => ownStatement(statements, path, ADD_VERBS) ?? []),
    ...orphaned.flatMap((path) => ownStatement(statements, path, REMOVE_VERBS) ?? []),
  ]);
}

/** `fresh` is overlay.dops without its faulty statements, `plist` the resulting plist. */
function editPlistByOperations(
  overlay: Overlay,
  statements: readonly DopsStatement[],
  updated: string,
  plist: string,
  rest: Mismatch,
): Changes | undefined {
  const edit = editPlist(plist, rest);
  if (edit.notFound.length > 0) return undefined;
  const applied = statements.find(({tokens}) => APPLY.every((token, index) => tokens[index] === token));
  if (applied !== undefined && rest.missing.length > 0)
    return updated === overlay.dops ? changeDiff(overlay, applied, edit) : undefined;
  const operations = textOperations(plist, edit);
  if (operations === undefined) return undefined;
  return new Map([[FILE, operations.length > 0 ? withOperations(updated, operations) : updated]]);
}

/** Returns the only statement that adds exactly this path to the plist, or removes it. */
function ownStatement(
  statements: readonly DopsStatement[],
  path: string,
  [mk, text, value]: readonly [string, string, number],
): [string, DopsStatement][] | undefined {
  const found = statements.filter(({tokens}) => {
    const [kind, verb, name, path_] = tokens;
    if (kind === 'mk')
      return verb === mk && name === 'PLIST_FILES' && path_ === path && [undefined, 'on-missing'].includes(tokens[4]);
    return (
      kind === 'text' &&
      verb === text &&
      tokens[3] === PLIST &&
      tokens[value] === path &&
      [undefined, 'on-missing'].includes(tokens[value + 1])
    );
  });
  const [one, ...others] = found;
  return one !== undefined && others.length === 0 ? [[path, one]] : undefined;
}

/** Regenerates the diff that overlay.dops applies, and removes its statement if the diff becomes empty. */
function changeDiff(overlay: Overlay, applied: DopsStatement, edit: PlistEdit): Changes | undefined {
  const changes = composedFileChanges(overlay, PLIST, edit.text);
  if (changes?.get(`diffs/${PLIST}.diff`) !== undefined || changes === undefined) return changes;
  return new Map([...changes, [FILE, withoutStatements(overlay.dops ?? '', [applied])]]);
}

/** Inserts each line after an anchor that occurs once. Removals come last, so that removed lines can serve as anchors. */
function textOperations(plist: string, edit: PlistEdit): string[] | undefined {
  const old = plist.split('\n');
  const updated = edit.text.split('\n');
  const known = new Set(old.filter((line) => line.trim() !== '' && old.indexOf(line) === old.lastIndexOf(line)));
  const operations: string[] = [];
  for (const line of updated.filter((one) => edit.added.includes(one))) {
    const above = updated.slice(0, updated.indexOf(line)).findLast((one) => known.has(one)) ?? [...known][0];
    if (above === undefined) return undefined;
    operations.push(`text line-insert-after file ${PLIST} anchor ${quoteString(above)} line ${quoteString(line)}`);
    known.add(line);
  }
  return [...operations, ...edit.removed.map((line) => `text line-remove file ${PLIST} exact ${quoteString(line)}`)];
}

/** Returns the fix for a port whose files are listed in its Makefile. */
function editMakefileByOperations(overlay: Overlay, updated: string, {orphaned, missing}: Mismatch): Changes | undefined {
  const [listed, ...others] = assignments(overlay.composed.get('Makefile') ?? '', 'PLIST_FILES');
  const exact = missing.every((path) => findEntry(listed?.values ?? [], path) === pathOf(path));
  if ([...orphaned, ...missing].some((path) => isDir(path) || path.includes(' ')) || !exact) return undefined;
  if (orphaned.length + missing.length > 0 && (listed === undefined || others.length > 0)) return undefined;
  const operations = [
    ...orphaned.map((path) => `mk add PLIST_FILES ${quoteString(path)}`),
    ...missing.map((path) => `mk remove PLIST_FILES ${quoteString(path)}`),
  ];
  return new Map([[FILE, operations.length > 0 ? withOperations(updated, operations) : updated]]);
}
