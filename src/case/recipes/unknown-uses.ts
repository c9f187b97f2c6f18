import type {Statement} from '../../dops/syntax/statement.ts';
import {dopsAppliesTo, readDops, withoutStatements} from './dops.ts';
import {factsOf} from './facts.ts';
import {removeValues} from './makefile.ts';
import {type Changes, gitDiff, type Overlay, overlayOf} from './overlay.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

const FRAGMENT = 'Makefile.DragonFly';

/** Removes an unknown USES (`Unknown USES=x`) from the overlay. One in the port's own Makefile is left alone. */
export const unknownUses: Recipe = {
  name: 'error-unknown-uses',
  wants: (input) => (unknownUsesIn(input).length === 0 ? undefined : []),
  fix(input): RecipeFix | undefined {
    const overlay = overlayOf(input);
    const unknown = unknownUsesIn(input);
    if (overlay === undefined || unknown.length === 0) return undefined;
    const unwanted = (value: string) => unknown.includes(value.replace(/:.*$/, ''));
    const changes = overlay.dops === undefined ? fragmentChanges(overlay, unwanted) : dopsChanges(overlay, input, unwanted);
    const diff = changes && gitDiff(overlay, changes);
    if (diff === undefined) return undefined;
    const named = unknown.map((value) => `USES=${value}`).join(' and ');
    return {diff, note: `The framework no longer has ${named}; it is removed from the overlay.`};
  },
};

function unknownUsesIn(input: RecipeInput): string[] {
  return factsOf(input, 'uses').flatMap((value) => /^([\w+-]+)(:\S*)?$/.exec(value)?.[1] ?? []);
}

function fragmentChanges(overlay: Overlay, unwanted: (value: string) => boolean): Changes | undefined {
  const found = [...overlay.files].filter(([path]) => path.startsWith(FRAGMENT));
  const cut = found.flatMap(([path, text]) => {
    const updated = removeValues(text, 'USES', unwanted);
    return updated === undefined ? [] : [[path, updated.trim() === '' ? undefined : updated] as const];
  });
  return cut.length > 0 ? new Map(cut) : undefined;
}

/** Removes statements that add the unwanted USES; a statement that sets all of USES is left to the model. */
function dopsChanges(overlay: Overlay, {port}: RecipeInput, unwanted: (value: string) => boolean): Changes | undefined {
  const read = readDops(overlay.dops ?? '');
  if (read === undefined || !dopsAppliesTo(read, port.target)) return undefined;
  const adds = read.statements.filter((one) => usesOf(one).some(unwanted));
  const onlyUnwanted = adds.every((one) => !('onMissing' in one) && usesOf(one).every(unwanted) && usesOf(one).length === 1);
  return adds.length > 0 && onlyUnwanted ? new Map([['overlay.dops', withoutStatements(read, adds).text]]) : undefined;
}

/** Returns the values that a statement brings into USES. */
function usesOf(statement: Statement): string[] {
  const isMake = statement.kind.startsWith('mk.var.') && statement.kind !== 'mk.var.token_remove';
  if (!isMake || !('name' in statement) || statement.name !== 'USES' || !('value' in statement)) return [];
  return statement.value.split(/\s+/);
}
