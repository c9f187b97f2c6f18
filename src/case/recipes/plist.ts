import {composedFileBase, composedFileChanges} from './composed-file.ts';
import {factsOf} from './facts.ts';
import {appendValues, assignments, removeValues} from './makefile.ts';
import {type Changes, gitDiff, type Overlay, overlayOf} from './overlay.ts';
import {dopsPlistChanges} from './plist-dops.ts';
import {editPlist, findEntry, isDir, isEntry, type Mismatch, type PlistEdit, pathOf, restoreLines} from './plist-lines.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** Up to this many orphans are listed in Makefile.DragonFly, more of them in the plist itself, as in the playbook. */
const FRAGMENT_LIMIT = 15;
/** Findings list at most this many entries; with more, some may be missing. */
const MAX_ENTRIES = 200;
const FRAGMENT = 'Makefile.DragonFly';
const VARIABLES = ['PLIST_FILES', 'PLIST_DIRS'] as const;

/** Lists orphaned entries and removes missing ones; a missing entry that the overlay lists is removed there. */
export const plistMismatch: Recipe = {
  name: 'error-plist-mismatch',
  wants: (input) => (mismatchOf(input) === undefined ? undefined : []),
  fix(input): RecipeFix | undefined {
    const mismatch = mismatchOf(input);
    const overlay = overlayOf(input);
    if (mismatch === undefined || overlay === undefined || removesTooMuch(overlay, mismatch)) return undefined;
    const changes =
      overlay.dops === undefined ? plistChanges(overlay, mismatch) : dopsPlistChanges(overlay, mismatch, input.port);
    const diff = changes && gitDiff(overlay, changes);
    if (diff === undefined) return undefined;
    const review = reviewOf(mismatch);
    return {diff, note: noteOf(mismatch), review};
  },
};

/** Returns the entries that the log names, if all of them can safely be written into a plist and a Makefile. */
function mismatchOf(input: RecipeInput): Mismatch | undefined {
  const keys = ['orphaned', 'missing'];
  const orphaned = factsOf(input, 'orphaned', keys);
  const listed = factsOf(input, 'missing', keys);
  const missing = orphaned.length + listed.length > 0 ? listed : unstaged(input);
  const all = [...orphaned, ...missing];
  const plain = all.every((entry) => /^(@(dir|dirrm|dirrmtry|sample) )?[\w%./+@~,:=()[\]&!-]+$/.test(entry));
  const safe = all.every((entry) => !pathOf(entry).split('/').includes('..'));
  return all.length > 0 && all.length < MAX_ENTRIES && plain && safe ? {orphaned, missing} : undefined;
}

/** Returns missing files of a build without check-plist, which fails where pkg packs them. Such a log does not name orphans. */
function unstaged({causes}: RecipeInput): string[] {
  const texts = causes.findings.filter(({kind}) => kind === 'cause').map(({text}) => text);
  const paths = texts.map((text) => /Unable to access file \S*\/stage(\/[^:\s]+):\s*No such file/.exec(text)?.[1]);
  return paths[0] === undefined ? [] : [...new Set(paths.flatMap((path) => path?.replace(/^\/usr\/local\//, '') ?? []))];
}

/** A list that would lose more than half of its entries indicates a failed install step, not stale entries. */
function removesTooMuch({composed, files}: Overlay, {orphaned, missing}: Mismatch): boolean {
  const makefiles = [composed.get('Makefile'), files.get(FRAGMENT)];
  const listed = makefiles.flatMap((text) => assignments(text ?? '', 'PLIST_FILES').flatMap(({values}) => values)).length;
  const entries = (composed.get('pkg-plist') ?? '').split('\n').filter(isEntry).length;
  return missing.length - orphaned.length > Math.max((entries + listed) / 2, 3);
}

function plistChanges(overlay: Overlay, {orphaned, missing}: Mismatch): Changes | undefined {
  const own = removeFromFragment(overlay.files.get(FRAGMENT) ?? '', missing);
  const plist = plistName(overlay, own.left);
  const edit = plist === undefined ? undefined : plistEdit(overlay, plist, {orphaned, missing: own.left});
  const left = edit?.notFound ?? own.left;
  const makefile = left.length === 0 ? undefined : removeFromMakefile(overlay, left);
  if (left.length > 0 && makefile === undefined) return undefined;
  const fragment = edit === undefined ? addToFragment(own.text, orphaned) : own.text;
  const changed = edit === undefined || plist === undefined ? new Map() : composedFileChanges(overlay, plist, edit.text);
  if (changed === undefined) return undefined;
  return new Map([...(makefile ?? []), ...changed, [FRAGMENT, fragment === '' ? undefined : fragment]]);
}

/**
 * Returns the edit of the plist itself; undefined if there are only a few orphans. Orphans that the overlay's diff removed are
 * restored.
 */
function plistEdit(overlay: Overlay, plist: string, {orphaned, missing}: Mismatch): PlistEdit | undefined {
  const now = overlay.composed.get(plist) ?? '';
  const {text, left} = restoreLines(now, composedFileBase(overlay, plist) ?? '', orphaned);
  if (missing.length === 0 && left.length === orphaned.length && orphaned.length <= FRAGMENT_LIMIT) return undefined;
  return editPlist(text, {orphaned: left, missing});
}

/** Returns Makefile.DragonFly without the missing entries that it lists, and the remaining missing entries. */
function removeFromFragment(text: string, missing: readonly string[]): {text: string; left: string[]} {
  let updated = text;
  const left: string[] = [];
  for (const path of missing) {
    const cut = withoutPath(updated, path);
    if (cut === undefined) left.push(path);
    else updated = cut;
  }
  return {text: updated.trim() === '' ? '' : updated, left};
}

/** Returns the Makefile without a path in its plist variables; undefined if they do not list it unambiguously. */
function withoutPath(text: string, path: string): string | undefined {
  for (const name of VARIABLES) {
    const values = assignments(text, name).flatMap((one) => one.values);
    const entries = values.map((value) => (name === 'PLIST_DIRS' ? `@dir ${value}` : value.replace(/^"(.*)"$/, '$1')));
    const entry = findEntry([...new Set(entries)], path);
    const cut = entry === undefined ? undefined : removeValues(text, name, (value) => value === values[entries.indexOf(entry)]);
    if (cut !== undefined) return cut;
  }
  return undefined;
}

/** Removes entries of the port's own Makefile by diffs/Makefile.diff. */
function removeFromMakefile(overlay: Overlay, missing: readonly string[]): Changes | undefined {
  let text = overlay.composed.get('Makefile');
  for (const path of missing) text = text === undefined ? undefined : withoutPath(text, path);
  return text === undefined ? undefined : composedFileChanges(overlay, 'Makefile', text);
}

/** Returns the plist that has the missing entries; without such, the only plist. */
function plistName({composed}: Overlay, missing: readonly string[]): string | undefined {
  const all = [...composed.keys()].filter((path) => /^pkg-plist[\w.-]*$/.test(path));
  const having = all.filter((path) => {
    const entries = (composed.get(path) ?? '').split('\n').filter(isEntry);
    return missing.some((one) => findEntry(entries, one) !== undefined);
  });
  const [name, ...others] = having.length > 0 ? having : all;
  return others.length === 0 ? name : undefined;
}

function addToFragment(text: string, orphaned: readonly string[]): string {
  const files = orphaned.filter((entry) => !isDir(entry)).map((entry) => makefileWord(entry));
  const dirs = orphaned.filter(isDir).map((entry) => makefileWord(pathOf(entry)));
  const withFiles = files.length > 0 ? appendValues(text, 'PLIST_FILES', files) : text;
  return dirs.length > 0 ? appendValues(withFiles, 'PLIST_DIRS', dirs) : withFiles;
}

function makefileWord(entry: string): string {
  return entry.includes(' ') ? `"${entry}"` : entry;
}

function noteOf({orphaned, missing}: Mismatch): string {
  const parts = [
    ...(orphaned.length > 0 ? [`installed but not listed, now listed: ${listFirst(orphaned)}`] : []),
    ...(missing.length > 0 ? [`listed but not installed, now removed from the list: ${listFirst(missing)}`] : []),
  ];
  return `The plist is wrong: files ${parts.join('; and files ')}.`;
}

/** A missing program may be one that should have been built. */
function reviewOf({orphaned, missing}: Mismatch): string | undefined {
  const names = new Set(orphaned.map((path) => pathOf(path).replace(/^\//, '')));
  const unlisted = missing.filter((path) => !isDir(path) && !names.has(pathOf(path).replace(/^\//, '')));
  return unlisted.length === 0
    ? undefined
    : `Check whether these should have been built or installed on DragonFly: ${listFirst(unlisted)}.`;
}

function listFirst(paths: readonly string[]): string {
  return paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '');
}
