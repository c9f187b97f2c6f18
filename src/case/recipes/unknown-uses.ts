import {type DopsStatement, dopsAppliesTo, dopsStatements, withoutStatements} from './dops.ts';
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
  const text = overlay.dops ?? '';
  const statements = dopsStatements(text);
  if (statements === undefined || !dopsAppliesTo(statements, port.target)) return undefined;
  const adds = statements.filter(
    (one) => addsUses(one) && one.tokens.slice(3).some((value) => value.split(/\s+/).some(unwanted)),
  );
  const onlyUnwanted = adds.every(({tokens}) => tokens.length === 4 && unwanted(tokens[3] ?? ''));
  return adds.length > 0 && onlyUnwanted ? new Map([['overlay.dops', withoutStatements(text, adds)]]) : undefined;
}

function addsUses({tokens: [kind, verb, name]}: DopsStatement): boolean {
  return kind === 'mk' && verb !== 'remove' && name === 'USES';
}
