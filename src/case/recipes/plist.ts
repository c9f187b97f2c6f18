import {factsOf} from './facts.ts';
import {fixDiff} from './fix-diff.ts';
import {wordsAssigned} from './fragment.ts';
import {FRAGMENT, type Overlay, overlayOf} from './overlay.ts';
import {plistCompatChanges} from './plist-compat.ts';
import {isListed, plistOperationChanges} from './plist-dops.ts';
import {isDir, isEntry, isOutsidePrefix, type Mismatch, pathOf} from './plist-lines.ts';
import {hasToken, tokenChange, tokenChanges, tokenLines} from './plist-tokens.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** Findings list at most this many entries; with more, some may be missing. */
const MAX_ENTRIES = 200;

/** Lists orphaned entries and removes missing ones; a missing entry that the overlay lists is removed there. */
export const plistMismatch: Recipe = {
  name: 'error-plist-mismatch',
  wants: (input) => (mismatchOf(input) === undefined ? undefined : []),
  fix(input): RecipeFix | undefined {
    const mismatch = mismatchOf(input);
    const overlay = overlayOf(input);
    if (mismatch === undefined || overlay === undefined || removesTooMuch(overlay, mismatch)) return undefined;
    if (hasOtherFlavors(overlay, input.port)) return undefined;
    if (tokenLines(overlay, mismatch).size > 0) return tokenFix(overlay, mismatch);
    const isCompat = overlay.form === 'compat';
    const changes = isCompat ? plistCompatChanges(overlay, mismatch) : plistOperationChanges(overlay, mismatch);
    const diff = fixDiff(overlay, changes, (port) => isListed(port, mismatch));
    if (diff === undefined) return undefined;
    const review = reviewOf(mismatch);
    return {diff, note: noteOf(mismatch), review};
  },
};

/** Returns the fix of a plist variable's value. Entries that differ by a variable are never written as literals; undefined without such a fix. */
function tokenFix(overlay: Overlay, mismatch: Mismatch): RecipeFix | undefined {
  const change = overlay.form === 'compat' ? undefined : tokenChange(overlay, mismatch);
  const diff = change && fixDiff(overlay, tokenChanges(overlay, change), (port) => hasToken(port, change));
  if (change === undefined || diff === undefined) return undefined;
  const {name, from, to} = change;
  const note = `The plist is wrong: ${name} of PLIST_SUB is ${from}, and the installed files have ${to}.`;
  return {diff, note, review: `Check why ${name} is ${to} on DragonFly, and whether other variables have the same value.`};
}

/**
 * Returns whether a port has other flavors than that of the log: what is installed for this one may be missing for the
 * others, which nothing builds here, and share plist and Makefile.
 */
function hasOtherFlavors({composed}: Overlay, {flavor}: RecipeInput['port']): boolean {
  return flavor !== undefined && wordsAssigned(composed.get('Makefile') ?? '', 'FLAVORS').length > 1;
}

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

/**
 * Returns missing files of a build without check-plist, which fails where pkg packs them. Such a log does not name orphans. None
 * if one has a variable of the plist that was not replaced: the entry is right, and its variable is not defined; and none if one is named
 * for a version of FreeBSD: the file is there under DragonFly's name.
 */
function unstaged(input: RecipeInput): string[] {
  const paths = factsOf(input, 'unstaged');
  return paths.some((path) => /%%\w*%%|freebsd_?\d/i.test(path)) ? [] : paths.map((path) => path.replace(/^\/usr\/local\//, ''));
}

/** Returns whether a list would lose more than half of its entries: that indicates a failed install step, not stale entries. */
function removesTooMuch({composed, files}: Overlay, {orphaned, missing}: Mismatch): boolean {
  const makefiles = [composed.get('Makefile'), files.get(FRAGMENT)];
  const listed = makefiles.flatMap((text) => wordsAssigned(text ?? '', 'PLIST_FILES')).length;
  const entries = (composed.get('pkg-plist') ?? '').split('\n').filter(isEntry).length;
  return missing.length - orphaned.length > Math.max((entries + listed) / 2, 3);
}

function noteOf({orphaned, missing}: Mismatch): string {
  const parts = [
    ...(orphaned.length > 0 ? [`installed but not listed, now listed: ${listFirst(orphaned)}`] : []),
    ...(missing.length > 0 ? [`listed but not installed, now removed from the list: ${listFirst(missing)}`] : []),
  ];
  return `The plist is wrong: files ${parts.join('; and files ')}.`;
}

/** Returns what a reviewer checks: a missing program may have to be built, and a file outside PREFIX may be there by mistake. */
function reviewOf({orphaned, missing}: Mismatch): string | undefined {
  const outside = orphaned.filter(isOutsidePrefix);
  const names = new Set(orphaned.map((path) => pathOf(path).replace(/^\//, '')));
  const unlisted = missing.filter((path) => !isDir(path) && !names.has(pathOf(path).replace(/^\//, '')));
  const points = [
    ...(unlisted.length === 0
      ? []
      : [`Check whether these should have been built or installed on DragonFly: ${listFirst(unlisted)}.`]),
    ...(outside.length === 0 ? [] : [`Check whether these belong outside PREFIX: ${listFirst(outside)}.`]),
  ];
  return points.length === 0 ? undefined : points.join(' ');
}

function listFirst(paths: readonly string[]): string {
  return paths.slice(0, 5).join(', ') + (paths.length > 5 ? ` and ${paths.length - 5} more` : '');
}
