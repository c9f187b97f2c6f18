import {removeStatement, replaceStatement} from '../../dops/edit/edit-overlay.ts';
import {splitWords} from '../../dops/makefile/value-words.ts';
import type {Overlay as Dops} from '../../dops/syntax/parse-overlay.ts';
import {type AliasFlags, aliasFlags, FREEBSD_CONDITIONS, hasFlags, withFlagStatements, withFlagWords} from './alias-flags.ts';
import {dopsChanges, editableDops} from './dops-overlay.ts';
import {factsOf} from './facts.ts';
import {fixDiff} from './fix-diff.ts';
import {hasContent, removeWords, wordsAssigned} from './fragment.ts';
import {type Changes, FRAGMENT, type Overlay, overlayOf} from './overlay.ts';
import {broughtWords} from './overlay-words.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** A build without it may pass and take other branches of the source. */
const ALIAS_REVIEW =
  'USES=alias defined __FreeBSD__ for the compiler. Check that DragonFly needs none of the source’s conditions on __FreeBSD__, or extend those.';

interface Removal {
  readonly isUnknown: (word: string) => boolean;
  /** What takes the place of `alias`. */
  readonly flags: AliasFlags | undefined;
}

/**
 * Removes an unknown USES (`Unknown USES=x`) from the overlay. In place of `alias`, the overlay gets the flag that it stood for, where the
 * source has conditions on FreeBSD. One in the port's own Makefile is left alone.
 */
export const unknownUses: Recipe = {
  name: 'error-unknown-uses',
  wants: (input) => (unknownUsesIn(input).length === 0 ? undefined : []),
  searches: (input) => (unknownUsesIn(input).includes('alias') ? [{pattern: FREEBSD_CONDITIONS, path: ''}] : []),
  fix(input): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const unknown = unknownUsesIn(input);
    if (overlay === undefined || unknown.length === 0) return undefined;
    const isUnknown = (word: string) => unknown.includes(word.replace(/:.*$/, ''));
    const flags = unknown.includes('alias') ? aliasFlags(input, overlay) : undefined;
    const withFlags = flags && removalDiff(overlay, {isUnknown, flags});
    const diff = withFlags ?? removalDiff(overlay, {isUnknown, flags: undefined});
    if (diff === undefined) return undefined;
    return {diff, ...noteFor(unknown, withFlags === undefined ? undefined : flags)};
  },
};

function removalDiff(overlay: Overlay, removal: Removal): string | undefined {
  const changes = overlay.form === 'dops' ? operationChanges(overlay, removal) : fragmentChanges(overlay, removal);
  const {isUnknown, flags} = removal;
  return fixDiff(overlay, changes, (port) => {
    const isGone = !wordsAssigned(port.get('Makefile') ?? '', 'USES').some(isUnknown);
    return isGone && (flags === undefined || hasFlags(port, flags));
  });
}

function noteFor(unknown: readonly string[], flags: AliasFlags | undefined): {note: string; review?: string} {
  const named = unknown.map((value) => `USES=${value}`).join(' and ');
  const note = `The framework no longer has ${named}; it is removed from the overlay.`;
  if (flags === undefined) return unknown.includes('alias') ? {note, review: ALIAS_REVIEW} : {note};
  const {flag, variables, places} = flags;
  const shown = places.slice(0, 5).join(', ') + (places.length > 5 ? ` and ${places.length - 5} more` : '');
  return {
    note: `${note} ${flag} in ${variables.join(' and ')} does what alias did for the conditions of the source (${shown}).`,
    review: `Check whether the conditions on __FreeBSD__ are right for DragonFly, or extend them in the source instead: ${shown}.`,
  };
}

function unknownUsesIn(input: RecipeInput): string[] {
  return factsOf(input, 'uses').flatMap((value) => /^([\w+-]+)(:\S*)?$/.exec(value)?.[1] ?? []);
}

/** Returns the diffs of the port's Makefile without the words in lines that they add; a line is never emptied. */
function diffChanges({files}: Overlay, isUnknown: Removal['isUnknown']): [string, string][] {
  return [...files].flatMap(([path, text]) => {
    if (!/^diffs\/[^/]+\.diff$/.test(path)) return [];
    const updated = text.replace(/^(\+[ \t]*USES[ \t]*[?+:]?=[ \t]*)(.*)$/gm, (line, head: string, value: string) => {
      const left = splitWords(value).filter((word) => !isUnknown(word));
      return left.length === 0 || left.length === splitWords(value).length ? line : `${head}${left.join(' ')}`;
    });
    return updated === text ? [] : [[path, updated]];
  });
}

function fragmentChanges(overlay: Overlay, {isUnknown, flags}: Removal): Changes | undefined {
  const found = [...overlay.files].filter(([path]) => path.startsWith(FRAGMENT));
  const cut = found.flatMap(([path, text]) => {
    const removed = removeWords(text, 'USES', isUnknown);
    if (removed === undefined) return [];
    const updated = flags === undefined ? removed : withFlagWords(removed, flags);
    return [[path, hasContent(updated) ? updated : undefined] as const];
  });
  const diffs = diffChanges(overlay, isUnknown);
  return cut.length > 0 || (diffs.length > 0 && flags === undefined) ? new Map([...diffs, ...cut]) : undefined;
}

function operationChanges(overlay: Overlay, {isUnknown, flags}: Removal): Changes | undefined {
  const dops = editableDops(overlay, '');
  const diffs = diffChanges(overlay, isUnknown);
  const indices = dops?.statements.flatMap((one, index) => (broughtWords(one, 'USES').some(isUnknown) ? [index] : [])) ?? [];
  const first = indices[0] ?? -1;
  // The flag takes the place of a word in the same file.
  if (dops === undefined || (first < 0 && (diffs.length === 0 || flags !== undefined))) return undefined;
  const flagged = flags === undefined ? dops : withFlagStatements(dops, first, flags);
  const added = flags?.variables.length ?? 0;
  const moved = indices.map((index) => (index > first ? index + added : index));
  const edited = moved.reduceRight((one, index) => withoutWords(one, index, isUnknown), flagged);
  return new Map([...diffs, ...(edited === dops ? [] : dopsChanges(overlay, edited))]);
}

/** Removes the words from a statement, and the statement if it would bring nothing else into USES. */
function withoutWords(dops: Dops, index: number, isUnknown: Removal['isUnknown']): Dops {
  const statement = dops.statements[index];
  if (statement === undefined || !('value' in statement)) return dops;
  const left = splitWords(statement.value).filter((word) => !isUnknown(word));
  return left.every((word) => word === '${USES}')
    ? removeStatement(dops, index)
    : replaceStatement(dops, index, {...statement, value: left.join(' ')});
}
