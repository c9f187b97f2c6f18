import type {PortId} from '../types.ts';
import {composedFileChanges} from './composed-file.ts';
import {type DopsStatement, dopsAppliesTo, dopsStatements, quoted, withOperations, withoutStatements} from './dops.ts';
import {assignments} from './makefile.ts';
import type {Changes, Overlay} from './overlay.ts';
import {editPlist, entryFor, isDir, type Mismatch, type PlistEdit, pathOf} from './plist-lines.ts';

const FILE = 'overlay.dops';
const PLIST = 'pkg-plist';
const APPLY = ['patch', 'apply', `diffs/${PLIST}.diff`];

/** Verbs of mk and of text, and where the line stands in the latter. */
const PUTS_IN = ['add', 'line-insert-after', 7] as const;
const TAKES_OUT = ['remove', 'line-remove', 5] as const;

/** The same fix where overlay.dops alone counts: its own entries go, others go and come by text operations; undefined where it is in doubt. */
export function dopsPlistChanges(overlay: Overlay, mismatch: Mismatch, port: PortId): Changes | undefined {
  const text = overlay.dops ?? '';
  const statements = dopsStatements(text);
  if (statements === undefined || !dopsAppliesTo(statements, port.target)) return undefined;
  const own = ownStatements(statements, mismatch);
  const stale = [...own.values()];
  const others = statements.filter((one) => !stale.includes(one));
  if (others.some(({words}) => words[0] === 'text' && words.some((word) => own.has(word)))) return undefined;
  const fresh = withoutStatements(text, stale);
  const unnamed = (paths: readonly string[]) => paths.filter((path) => !own.has(path));
  const rest = {orphaned: unnamed(mismatch.orphaned), missing: unnamed(mismatch.missing)};
  const plist = overlay.composed.get(PLIST)?.split('\n');
  if (plist === undefined) return listedInMakefile(overlay, fresh, rest);
  return inPlist(overlay, others, fresh, unnamed(plist).join('\n'), rest);
}

/** Statements of the overlay's own that are the cause, by the path that each is about. */
function ownStatements(statements: readonly DopsStatement[], {orphaned, missing}: Mismatch): Map<string, DopsStatement> {
  return new Map([
    ...missing.flatMap((path) => ownStatement(statements, path, PUTS_IN) ?? []),
    ...orphaned.flatMap((path) => ownStatement(statements, path, TAKES_OUT) ?? []),
  ]);
}

/** `fresh` is overlay.dops without its own stale statements, `plist` the plist that it then makes. */
function inPlist(
  overlay: Overlay,
  statements: readonly DopsStatement[],
  fresh: string,
  plist: string,
  rest: Mismatch,
): Changes | undefined {
  const edit = editPlist(plist, rest);
  if (edit.notThere.length > 0) return undefined;
  const applied = statements.find(({words}) => APPLY.every((word, index) => words[index] === word));
  if (applied !== undefined && rest.missing.length > 0)
    return fresh === overlay.dops ? byDiff(overlay, applied, edit) : undefined;
  const operations = textOperations(plist, edit);
  if (operations === undefined) return undefined;
  return new Map([[FILE, operations.length > 0 ? withOperations(fresh, operations) : fresh]]);
}

/** The statement that puts just this path into the plist, or takes it out. */
function ownStatement(
  statements: readonly DopsStatement[],
  path: string,
  [mk, text, value]: readonly [string, string, number],
): [string, DopsStatement][] | undefined {
  const found = statements.filter(({words}) => {
    const [kind, verb, name, word] = words;
    if (kind === 'mk')
      return verb === mk && name === 'PLIST_FILES' && word === path && [undefined, 'on-missing'].includes(words[4]);
    return (
      kind === 'text' &&
      verb === text &&
      words[3] === PLIST &&
      words[value] === path &&
      [undefined, 'on-missing'].includes(words[value + 1])
    );
  });
  const [one, ...others] = found;
  return one !== undefined && others.length === 0 ? [[path, one]] : undefined;
}

/** The diff that overlay.dops applies, cut anew; its statement goes where nothing is left of it. */
function byDiff(overlay: Overlay, applied: DopsStatement, edit: PlistEdit): Changes | undefined {
  const changes = composedFileChanges(overlay, PLIST, edit.text);
  if (changes?.get(`diffs/${PLIST}.diff`) !== undefined || changes === undefined) return changes;
  return new Map([...changes, [FILE, withoutStatements(overlay.dops ?? '', [applied])]]);
}

/** Lines are put behind one that is there but once; what goes is taken out afterwards, so that it can still be such a line. */
function textOperations(plist: string, edit: PlistEdit): string[] | undefined {
  const old = plist.split('\n');
  const fresh = edit.text.split('\n');
  const known = new Set(old.filter((line) => line.trim() !== '' && old.indexOf(line) === old.lastIndexOf(line)));
  const operations: string[] = [];
  for (const line of fresh.filter((one) => edit.added.includes(one))) {
    const above = fresh.slice(0, fresh.indexOf(line)).findLast((one) => known.has(one)) ?? [...known][0];
    if (above === undefined) return undefined;
    operations.push(`text line-insert-after file ${PLIST} anchor ${quoted(above)} line ${quoted(line)}`);
    known.add(line);
  }
  return [...operations, ...edit.removed.map((line) => `text line-remove file ${PLIST} exact ${quoted(line)}`)];
}

/** A port whose files stand in its Makefile. */
function listedInMakefile(overlay: Overlay, fresh: string, {orphaned, missing}: Mismatch): Changes | undefined {
  const [listed, ...others] = assignments(overlay.composed.get('Makefile') ?? '', 'PLIST_FILES');
  const sure = missing.every((path) => entryFor(listed?.words ?? [], path) === pathOf(path));
  if ([...orphaned, ...missing].some((path) => isDir(path) || path.includes(' ')) || !sure) return undefined;
  if (orphaned.length + missing.length > 0 && (listed === undefined || others.length > 0)) return undefined;
  const operations = [
    ...orphaned.map((path) => `mk add PLIST_FILES ${quoted(path)}`),
    ...missing.map((path) => `mk remove PLIST_FILES ${quoted(path)}`),
  ];
  return new Map([[FILE, operations.length > 0 ? withOperations(fresh, operations) : fresh]]);
}
