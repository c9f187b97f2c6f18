import {freebsdOption} from './freebsd-option.ts';
import {licenseFile} from './license-file.ts';
import {patchMoved} from './patch-moved.ts';
import {patchUpstream} from './patch-upstream.ts';
import {plistMismatch} from './plist.ts';
import type {Recipe, RecipeInput} from './recipe.ts';
import {unknownUses} from './unknown-uses.ts';

export type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** Every recipe, in the order in which they are tried. A new one is a file, its test and a line here. */
export const RECIPES: readonly Recipe[] = [unknownUses, plistMismatch, patchUpstream, patchMoved, freebsdOption, licenseFile];

/** A recipe that may have a fix, and the source files that it must see for that. */
export interface Applicable {
  readonly recipe: Recipe;
  readonly wants: readonly string[];
}

/** The recipes that a failure is the kind for. */
export function applicable(input: RecipeInput): Applicable[] {
  return RECIPES.flatMap((recipe) => {
    const wants = recipe.wants(input);
    return wants === undefined ? [] : [{recipe, wants}];
  });
}
