import {type FailedPatch, type FailedPatches, failedPatches, patchedSources, sourceFor} from './dragonfly-patches.ts';
import {fixDiff} from './fix-diff.ts';
import {hasNoFile, mayHaveMoved, movedSearches} from './moved-file.ts';
import {type ObsoleteReason, obsoleteReason} from './obsolete-reason.ts';
import {patchedFile} from './overlay.ts';
import {type RegeneratedPatch, regenerate} from './patch-moved.ts';
import {removalChanges} from './patch-upstream.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** What becomes of a failed patch: removed for these reasons, or regenerated. */
type Decision = {readonly patch: FailedPatch} & ({readonly reasons: readonly ObsoleteReason[]} | RegeneratedPatch);

const EXPLANATIONS: Readonly<Record<ObsoleteReason, string>> = {
  upstream: 'the source has its change',
  'file gone': 'its file is gone',
  'known by config.guess': 'the script knows DragonFly',
  superseded: 'its lines are in the source, by upstream or by files/',
  'guard gone': 'the condition on FreeBSD is gone',
};

/**
 * Removes failed dragonfly patches that are no longer needed: what they change is gone, or the source or files/ do the same in other
 * lines. Others of the same failure are removed or regenerated as the recipes for those do.
 */
export const patchObsolete: Recipe = {
  name: 'error-dragonfly-patch-obsolete',
  wants: patchedSources,
  searches: movedSearches,
  fix(input, sources): RecipeFix | undefined {
    const all = failedPatches(input);
    const decisions = all?.failed.flatMap((patch) => decide(all, patch, input, sources) ?? []) ?? [];
    if (all === undefined || decisions.length !== all.failed.length) return undefined;
    const dropped = decisions.flatMap((one) => ('reasons' in one ? [one] : []));
    if (!dropped.some(({reasons}) => reasons.some((reason) => reason !== 'upstream'))) return undefined;
    const regenerated = decisions.flatMap((one) =>
      'reasons' in one || one.text === undefined ? [] : [[one.patch.path, one.text] as const],
    );
    const removed = removalChanges(
      all,
      dropped.map(({patch}) => patch),
    );
    const diff = removed && fixDiff(all.overlay, new Map([...removed, ...regenerated]));
    return diff === undefined ? undefined : {diff, ...noteFor(dropped)};
  },
};

function decide(
  all: FailedPatches,
  patch: FailedPatch,
  input: RecipeInput,
  sources: ReadonlyMap<string, string>,
): Decision | undefined {
  const isGone = hasNoFile(input, patch) && !patch.patches.some((one) => mayHaveMoved(input, one, sources));
  const reasons = patch.patches.map((one) =>
    obsoleteReason(one, sourceFor(all, patch.name, patchedFile(one), sources), isGone && !sources.has(patchedFile(one))),
  );
  const known = reasons.flatMap((reason) => reason ?? []);
  if (known.length === reasons.length) return {patch, reasons: known};
  const regenerated = regenerate(all, patch, sources, input);
  return regenerated?.text === undefined ? undefined : regenerated;
}

function noteFor(dropped: readonly {patch: FailedPatch; reasons: readonly ObsoleteReason[]}[]): {note: string; review: string} {
  const explained = dropped.map(({patch, reasons}) => {
    const texts = [...new Set(reasons.map((reason) => EXPLANATIONS[reason]))];
    return `${patch.name} (${texts.join('; ')})`;
  });
  return {
    note: `No longer needed, and removed: ${explained.join(', ')}.`,
    review: `Check that DragonFly needs nothing of ${dropped.map(({patch}) => patch.name).join(', ')} in another place.`,
  };
}
