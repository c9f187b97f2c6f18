import type {StructuredPatch} from 'diff';
import {type FailedPatch, type FailedPatches, failedPatches, patchedSources, sourceFor} from './dragonfly-patches.ts';
import {fixDiff} from './fix-diff.ts';
import {applyExactly, patchedFile, readPatches, unified} from './overlay.ts';
import {patchState} from './patch-hunks.ts';
import {removalChanges} from './patch-upstream.ts';
import type {Recipe, RecipeFix} from './recipe.ts';

/** A patch that applies to the present source. */
export interface RegeneratedPatch {
  readonly patch: FailedPatch;
  /** New text of the patch; undefined where the source contains all of it. */
  readonly text: string | undefined;
  readonly dropped: number;
}

/** Regenerates dragonfly patches whose hunks moved or lost context, so that they apply to the current source without fuzz. */
export const patchMoved: Recipe = {
  name: 'error-dragonfly-patch-moved',
  wants: patchedSources,
  fix(input, sources): RecipeFix | undefined {
    const all = failedPatches(input);
    const regenerated = all?.failed.flatMap((patch) => regenerate(all, patch, sources) ?? []) ?? [];
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
): RegeneratedPatch | undefined {
  const parts = patch.patches.map((one) => regeneratePart(one, sourceFor(all, patch.name, patchedFile(one), sources)));
  if (parts.some((part) => part === undefined) || parts.every((part) => part?.kind === 'applies')) return undefined;
  const text = parts.map((part) => part?.text ?? '').join('');
  const dropped = parts.reduce((sum, part) => sum + (part?.dropped ?? 0), 0);
  return {patch, text: text === '' ? undefined : preamble(patch.text) + text, dropped};
}

function regeneratePart(
  one: StructuredPatch,
  source: string | undefined,
): {kind: string; text: string; dropped: number} | undefined {
  const state = source === undefined ? undefined : patchState(source, one);
  if (source === undefined || state === undefined) return undefined;
  if (state.kind === 'upstream') return {kind: 'upstream', text: '', dropped: one.hunks.length};
  const after = state.kind === 'moved' ? state.text : applyExactly(source, one);
  const text = after === undefined ? undefined : regenerateFile(one, source, after);
  return text === undefined ? undefined : {kind: state.kind, text, dropped: state.kind === 'moved' ? state.dropped : 0};
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
  const dropped = regenerated.filter((one) => one.dropped > 0).map((one) => `${one.dropped} of ${one.patch.name}`);
  const note = `The source around the hunks of ${moved.join(', ')} has changed; regenerated against it, with the same change.`;
  return dropped.length === 0 ? {note} : {note, review: `Dropped hunks that the source already contains: ${dropped.join(', ')}.`};
}
