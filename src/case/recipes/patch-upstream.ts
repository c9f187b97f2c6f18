import {withoutStatements} from './dops.ts';
import {
  type FailedPatch,
  type FailedPatches,
  failedPatches,
  isReferencedElsewhere,
  patchedSources,
  sourceFor,
} from './dragonfly-patches.ts';
import {type Changes, gitDiff, patchedFile} from './overlay.ts';
import {patchState} from './patch-hunks.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** A dragonfly patch whose every hunk is in the source already: upstream took it, so it goes. */
export const patchUpstream: Recipe = {
  name: 'error-dragonfly-patch-upstream',
  wants: patchedSources,
  fix(input, sources): RecipeFix | undefined {
    const all = failedPatches(input);
    if (all === undefined || !all.failed.every((one) => isUpstream(all, one, input, sources))) return undefined;
    const changes = removalChanges(all, all.failed);
    const diff = changes && gitDiff(all.overlay, changes);
    if (diff === undefined) return undefined;
    const names = all.failed.map(({name}) => name).join(', ');
    return {
      diff,
      note: `What ${names} changes is in the source already, so the patch is removed.`,
      review: `Dropped: ${names}. See that upstream has all that DragonFly needs.`,
    };
  },
};

/** By the source; without it, by the log alone where there is but one hunk: patch looks only at the first before it ignores all. */
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
  return causes.findings.some(({facts}) => facts.applied === 'yes' && facts.patch?.replace(/^.*\//, '') === name);
}

/** The patches' files deleted, with the statements that bring them in; undefined if something else names one of them. */
export function removalChanges(all: FailedPatches, gone: readonly FailedPatch[]): Changes | undefined {
  if (gone.some((one) => isReferencedElsewhere(all, one))) return undefined;
  const statements = gone.flatMap(({statement}) => statement ?? []);
  const files = gone.map(({path}) => [path, undefined] as const);
  if (statements.length === 0) return new Map(files);
  return new Map([...files, ['overlay.dops', withoutStatements(all.overlay.dops ?? '', statements)]]);
}
