import {removeStatement, replaceStatement} from '../../dops/edit/edit-overlay.ts';
import {splitWords} from '../../dops/makefile/value-words.ts';
import type {Overlay as Dops} from '../../dops/syntax/parse-overlay.ts';
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

type IsUnknown = (word: string) => boolean;

/** Removes an unknown USES (`Unknown USES=x`) from the overlay. One in the port's own Makefile is left alone. */
export const unknownUses: Recipe = {
  name: 'error-unknown-uses',
  wants: (input) => (unknownUsesIn(input).length === 0 ? undefined : []),
  fix(input): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const unknown = unknownUsesIn(input);
    if (overlay === undefined || unknown.length === 0) return undefined;
    const isUnknown = (word: string) => unknown.includes(word.replace(/:.*$/, ''));
    const changes = overlay.form === 'dops' ? operationChanges(overlay, isUnknown) : fragmentChanges(overlay, isUnknown);
    const diff = fixDiff(overlay, changes, (port) => !wordsAssigned(port.get('Makefile') ?? '', 'USES').some(isUnknown));
    if (diff === undefined) return undefined;
    const named = unknown.map((value) => `USES=${value}`).join(' and ');
    const note = `The framework no longer has ${named}; it is removed from the overlay.`;
    return unknown.includes('alias') ? {diff, note, review: ALIAS_REVIEW} : {diff, note};
  },
};

function unknownUsesIn(input: RecipeInput): string[] {
  return factsOf(input, 'uses').flatMap((value) => /^([\w+-]+)(:\S*)?$/.exec(value)?.[1] ?? []);
}

function fragmentChanges(overlay: Overlay, isUnknown: IsUnknown): Changes | undefined {
  const found = [...overlay.files].filter(([path]) => path.startsWith(FRAGMENT));
  const cut = found.flatMap(([path, text]) => {
    const updated = removeWords(text, 'USES', isUnknown);
    return updated === undefined ? [] : [[path, hasContent(updated) ? updated : undefined] as const];
  });
  return cut.length > 0 ? new Map(cut) : undefined;
}

function operationChanges(overlay: Overlay, isUnknown: IsUnknown): Changes | undefined {
  const dops = editableDops(overlay, '');
  const indices = dops?.statements.flatMap((one, index) => (broughtWords(one, 'USES').some(isUnknown) ? [index] : [])) ?? [];
  if (dops === undefined || indices.length === 0) return undefined;
  return dopsChanges(
    overlay,
    indices.reduceRight((edited, index) => withoutWords(edited, index, isUnknown), dops),
  );
}

/** Removes the words from a statement, and the statement if it would bring nothing else into USES. */
function withoutWords(dops: Dops, index: number, isUnknown: IsUnknown): Dops {
  const statement = dops.statements[index];
  if (statement === undefined || !('value' in statement)) return dops;
  const left = splitWords(statement.value).filter((word) => !isUnknown(word));
  return left.every((word) => word === '${USES}')
    ? removeStatement(dops, index)
    : replaceStatement(dops, index, {...statement, value: left.join(' ')});
}
