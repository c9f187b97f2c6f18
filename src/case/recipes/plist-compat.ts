import {composedFileBase, composedFileChanges} from './composed-file.ts';
import {appendWords, hasContent, removeWords, wordsAssigned} from './fragment.ts';
import {type Changes, FRAGMENT, type Overlay} from './overlay.ts';
import {editPlist, findEntry, isDir, type Mismatch, type PlistEdit, pathOf, plistName, restoreLines} from './plist-lines.ts';

/** Up to this many orphans are listed in Makefile.DragonFly, more of them in the plist itself, as in the playbook. */
const FRAGMENT_LIMIT = 15;
const VARIABLES = ['PLIST_FILES', 'PLIST_DIRS'] as const;

/** Returns the plist fix for a compat overlay: Makefile.DragonFly, and diffs of the plist and the Makefile. */
export function plistCompatChanges(overlay: Overlay, {orphaned, missing}: Mismatch): Changes | undefined {
  const own = removeFromFragment(overlay.files.get(FRAGMENT) ?? '', missing);
  const plist = plistName(overlay.composed, own.left);
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
  return {text: hasContent(updated) ? updated : '', left};
}

/** Returns the Makefile without a path in its plist variables; undefined if they do not list it unambiguously. */
function withoutPath(text: string, path: string): string | undefined {
  for (const name of VARIABLES) {
    const words = wordsAssigned(text, name);
    const entries = words.map((word) => (name === 'PLIST_DIRS' ? `@dir ${word}` : word.replace(/^"(.*)"$/, '$1')));
    const entry = findEntry([...new Set(entries)], path);
    const cut = entry === undefined ? undefined : removeWords(text, name, (word) => word === words[entries.indexOf(entry)]);
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

function addToFragment(text: string, orphaned: readonly string[]): string {
  const files = orphaned.filter((entry) => !isDir(entry)).map((entry) => makefileWord(entry));
  const dirs = orphaned.filter(isDir).map((entry) => makefileWord(pathOf(entry)));
  const withFiles = files.length > 0 ? appendWords(text, 'PLIST_FILES', files) : text;
  return dirs.length > 0 ? appendWords(withFiles, 'PLIST_DIRS', dirs) : withFiles;
}

function makefileWord(entry: string): string {
  return entry.includes(' ') ? `"${entry}"` : entry;
}
