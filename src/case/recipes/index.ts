import {cargoTargetOs} from './cargo-target-os.ts';
import {fileGone} from './file-gone.ts';
import {freebsdCondition} from './freebsd-condition.ts';
import {freebsdOption} from './freebsd-option.ts';
import {licenseFile} from './license-file.ts';
import {missingLibrary} from './missing-library.ts';
import {movedHeader} from './moved-header.ts';
import {patchMoved} from './patch-moved.ts';
import {patchObsolete} from './patch-obsolete.ts';
import {patchUpstream} from './patch-upstream.ts';
import {plistMismatch} from './plist.ts';
import type {Recipe, RecipeInput, SourceSearch} from './recipe.ts';
import {rejectedFlag} from './rejected-flag.ts';
import {unknownUses} from './unknown-uses.ts';
import {warningsAsErrors} from './warnings-as-errors.ts';

export type {Recipe, RecipeFix, RecipeInput, SearchResult, SourceSearch} from './recipe.ts';

/** All recipes, in the order in which they are tried. A new recipe needs a file, its test and an entry here. */
export const RECIPES: readonly Recipe[] = [
  unknownUses,
  plistMismatch,
  patchUpstream,
  patchMoved,
  patchObsolete,
  fileGone,
  freebsdOption,
  licenseFile,
  movedHeader,
  freebsdCondition,
  cargoTargetOs,
  missingLibrary,
  rejectedFlag,
  warningsAsErrors,
];

/** A recipe for the failure, with the source files and the searches of the source that it needs. */
export interface Applicable {
  readonly recipe: Recipe;
  readonly wants: readonly string[];
  readonly searches: readonly SourceSearch[];
}

/** Returns the recipes that match a failure. */
export function applicable(input: RecipeInput): Applicable[] {
  return RECIPES.flatMap((recipe) => {
    const wants = recipe.wants(input);
    return wants === undefined ? [] : [{recipe, wants, searches: recipe.searches?.(input) ?? []}];
  });
}
