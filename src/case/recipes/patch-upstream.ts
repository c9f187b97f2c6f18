import {baseName} from '../text/base-name.ts';
import {dopsChanges, editableDops, withoutStatements} from './dops-overlay.ts';
import {
  type FailedPatch,
  type FailedPatches,
  failedPatches,
  isReferencedElsewhere,
  patchedSources,
  sourceFor,
} from './dragonfly-patches.ts';
import {fixDiff} from './fix-diff.ts';
import {type Changes, patchedFile} from './overlay.ts';
import {patchState} from './patch-hunks.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** Removes dragonfly patches whose changes are all in the upstream source. */
export const patchUpstream: Recipe = {
  name: 'error-dragonfly-patch-upstream',
  wants: patchedSources,
  fix(input, sources): RecipeFix | undefined {
    const all = failedPatches(input);
    if (all === undefined || !all.failed.every((one) => isUpstream(all, one, input, sources))) return undefined;
    const changes = removalChanges(all, all.failed);
    const diff = fixDiff(all.overlay, changes);
    if (diff === undefined) return undefined;
    const names = all.failed.map(({name}) => name).join(', ');
    return {
      diff,
      note: `The source already contains the changes of ${names}, so the patch is removed.`,
      review: `Dropped: ${names}. Check that upstream has everything that DragonFly needs.`,
    };
  },
};

/**
 * Decides by the source; without it by the log, for a single hunk only: patch(1) reports all hunks as applied after testing the
 * first.
 */
function isUpstream(
  all: FailedPatches,
  {name, patches}: FailedPatch,
  {causes}: RecipeInput,
  sources: ReadonlyMap<string, string>,
): boolean {
  const files = patches.map((patch) => ({patch, source: sourceFor(all, name, patchedFile(patch), sources)}));
  if (files.every(({source}) => source !== undefined))
    return files.every(({patch, source}) => patchState(source ?? '', patch)?.kind === 'upstream');
  if (files.some(({patch}) => sources.has(patchedFile(patch))) || patches.flatMap(({hunks}) => hunks).length !== 1) return false;
  return causes.findings.some(({facts}) => facts.applied === 'yes' && baseName(facts.patch ?? '') === name);
}

/**
 * Returns the deletion of the patches' files and of the statements that use them; undefined if anything else refers to one of
 * them.
 */
export function removalChanges(all: FailedPatches, removed: readonly FailedPatch[]): Changes | undefined {
  if (removed.some((one) => isReferencedElsewhere(all, one))) return undefined;
  const statements = removed.flatMap(({statement}) => statement ?? []);
  const files = removed.map(({path}) => [path, undefined] as const);
  if (statements.length === 0) return new Map(files);
  const dops = editableDops(all.overlay, '');
  return dops && new Map([...files, ...dopsChanges(all.overlay, withoutStatements(dops, statements))]);
}
