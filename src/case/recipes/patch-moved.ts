import type {StructuredPatch} from 'diff';
import {type FailedPatch, type FailedPatches, failedPatches, patchedSources, sourceFor} from './dragonfly-patches.ts';
import {fixDiff} from './fix-diff.ts';
import {hasNoFile, movedFile, movedFiles, movedSearches} from './moved-file.ts';
import {applyExactly, patchedFile, readPatches, unified} from './overlay.ts';
import {patchState} from './patch-hunks.ts';
import {removalChanges} from './patch-upstream.ts';
import type {Recipe, RecipeFix, RecipeInput} from './recipe.ts';

/** A patch that applies to the present source. */
export interface RegeneratedPatch {
  readonly patch: FailedPatch;
  /** New text of the patch; undefined where the source contains all of it. */
  readonly text: string | undefined;
  readonly dropped: number;
  /** Hunks whose words were applied to lines that upstream changed. */
  readonly reworded: number;
  /** The file into which the patched one was moved. */
  readonly movedTo: string | undefined;
}

/** Regenerates dragonfly patches whose hunks moved or lost context, so that they apply to the current source without fuzz. */
export const patchMoved: Recipe = {
  name: 'error-dragonfly-patch-moved',
  wants(input) {
    const sources = patchedSources(input);
    return sources && [...new Set([...sources, ...movedFiles(input)])];
  },
  searches: movedSearches,
  fix(input, sources): RecipeFix | undefined {
    const all = failedPatches(input);
    const regenerated = all?.failed.flatMap((patch) => regenerate(all, patch, sources, input) ?? []) ?? [];
    if (all === undefined || regenerated.length !== all.failed.length || regenerated.every(({text}) => text === undefined))
      return undefined;
    const upstream = regenerated.filter(({text}) => text === undefined).map(({patch}) => patch);
    const removed = removalChanges(all, upstream);
    const diff = removed && fixDiff(all.overlay, new Map([...removed, ...changedFiles(regenerated)]));
    return diff === undefined ? undefined : {diff, ...noteFor(regenerated)};
  },
};

function changedFiles(regenerated: readonly RegeneratedPatch[]): [string, string][] {
  return regenerated.flatMap(({patch, text}) => (text === undefined ? [] : [[patch.path, text]]));
}

/**
 * Returns a patch regenerated against the present source; undefined if a part of it has no certain place, or every part applies
 * unchanged: then something else failed.
 */
export function regenerate(
  all: FailedPatches,
  patch: FailedPatch,
  sources: ReadonlyMap<string, string>,
  input: RecipeInput,
): RegeneratedPatch | undefined {
  const moved = hasNoFile(input, patch) ? patch.patches.flatMap((one) => movedFile(input, one, sources) ?? []) : [];
  const parts = patch.patches.map((one) =>
    regeneratePart(one, moved[0], sourceFor(all, patch.name, moved[0] ?? patchedFile(one), sources)),
  );
  if (parts.some((part) => part === undefined) || parts.every((part) => part?.kind === 'applies')) return undefined;
  const text = parts.map((part) => part?.text ?? '').join('');
  const sum = (key: 'dropped' | 'reworded') => parts.reduce((total, part) => total + (part?.[key] ?? 0), 0);
  const changed = {dropped: sum('dropped'), reworded: sum('reworded'), movedTo: moved[0]};
  return {patch, text: text === '' ? undefined : preamble(patch.text) + text, ...changed};
}

interface RegeneratedPart extends Pick<RegeneratedPatch, 'dropped' | 'reworded'> {
  readonly kind: string;
  readonly text: string;
}

function regeneratePart(
  one: StructuredPatch,
  moved: string | undefined,
  source: string | undefined,
): RegeneratedPart | undefined {
  const state = source === undefined ? undefined : patchState(source, one);
  if (source === undefined || state === undefined) return undefined;
  if (state.kind === 'upstream') return {kind: 'upstream', text: '', dropped: one.hunks.length, reworded: 0};
  const after = state.kind === 'moved' ? state.text : applyExactly(source, one);
  const renamed = moved === undefined ? one : {...one, oldFileName: `${moved}.orig`, newFileName: moved};
  const text = after === undefined ? undefined : regenerateFile(renamed, source, after);
  const {dropped, reworded} = state.kind === 'moved' ? state : {dropped: 0, reworded: 0};
  return text === undefined ? undefined : {kind: moved === undefined ? state.kind : 'moved', text, dropped, reworded};
}

/** Returns the diff between two sources under the old file names, if it applies exactly. */
function regenerateFile(old: StructuredPatch, source: string, after: string): string | undefined {
  const text = unified(fileHeader(old.oldFileName, old.oldHeader), fileHeader(old.newFileName, old.newHeader), source, after);
  const [patch] = readPatches(text) ?? [];
  return patch !== undefined && applyExactly(source, patch) === after ? text : undefined;
}

function fileHeader(name: string | undefined, header: string | undefined): string {
  return `${name ?? ''}${header ? `\t${header}` : ''}`;
}

/** Returns the text above the first file: comments of the patch's author. */
function preamble(text: string): string {
  return text.slice(0, /^--- /m.exec(text)?.index ?? 0);
}

function noteFor(regenerated: readonly RegeneratedPatch[]): {note: string; review?: string} {
  const moved = regenerated.flatMap(({patch, text}) => (text === undefined ? [] : [patch.name]));
  const note = `The source around the hunks of ${moved.join(', ')} has changed; regenerated against it, with the same change.`;
  const files = regenerated.flatMap(({patch, movedTo}) => (movedTo === undefined ? [] : [`${patch.name} to ${movedTo}`]));
  const listed = (key: 'dropped' | 'reworded') =>
    regenerated.filter((one) => one[key] > 0).map((one) => `${one[key]} of ${one.patch.name}`);
  const [dropped, reworded] = [listed('dropped'), listed('reworded')];
  const review = [
    ...(dropped.length > 0 ? [`Dropped hunks that the source already contains: ${dropped.join(', ')}.`] : []),
    ...(reworded.length > 0
      ? [`Check the hunks that were applied by words to lines that upstream changed: ${reworded.join(', ')}.`]
      : []),
    ...(files.length > 0 ? [`Check the files into which upstream moved the patched lines: ${files.join(', ')}.`] : []),
  ];
  return review.length === 0 ? {note} : {note, review: review.join(' ')};
}
