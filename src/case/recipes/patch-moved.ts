import type {StructuredPatch} from 'diff';
import {type FailedPatch, type FailedPatches, failedPatches, patchedSources, sourceFor} from './dragonfly-patches.ts';
import {gitDiff, patched, patchedFile, readPatches, unified} from './overlay.ts';
import {standingOf} from './patch-hunks.ts';
import {removal} from './patch-upstream.ts';
import type {Recipe, RecipeFix} from './recipe.ts';

interface Recut {
  readonly patch: FailedPatch;
  /** The patch's new text; undefined where the source has all of it. */
  readonly text: string | undefined;
  readonly dropped: number;
}

/** Dragonfly patches whose hunks moved or lost context about them: cut anew against the present source, with no fuzz. */
export const patchMoved: Recipe = {
  name: 'error-dragonfly-patch-moved',
  wants: patchedSources,
  fix(input, sources): RecipeFix | undefined {
    const all = failedPatches(input);
    const cut = all?.failed.flatMap((patch) => recut(all, patch, sources) ?? []) ?? [];
    if (all === undefined || cut.length !== all.failed.length || cut.every(({text}) => text === undefined)) return undefined;
    const gone = cut.filter(({text}) => text === undefined).map(({patch}) => patch);
    const removed = removal(all, gone);
    const diff = removed && gitDiff(all.overlay, new Map([...removed, ...fresh(cut)]));
    return diff === undefined ? undefined : {diff, ...noteFor(cut)};
  },
};

function fresh(cut: readonly Recut[]): [string, string][] {
  return cut.flatMap(({patch, text}) => (text === undefined ? [] : [[patch.path, text]]));
}

/** Undefined also where each part applies as it is: then something else failed. */
function recut(all: FailedPatches, patch: FailedPatch, sources: ReadonlyMap<string, string>): Recut | undefined {
  const parts = patch.patches.map((one) => partOf(one, sourceFor(all, patch.name, patchedFile(one), sources)));
  if (parts.some((part) => part === undefined) || parts.every((part) => part?.kind === 'applies')) return undefined;
  const text = parts.map((part) => part?.text ?? '').join('');
  const dropped = parts.reduce((sum, part) => sum + (part?.dropped ?? 0), 0);
  return {patch, text: text === '' ? undefined : preamble(patch.text) + text, dropped};
}

function partOf(one: StructuredPatch, source: string | undefined): {kind: string; text: string; dropped: number} | undefined {
  const standing = source === undefined ? undefined : standingOf(source, one);
  if (source === undefined || standing === undefined) return undefined;
  if (standing.kind === 'upstream') return {kind: 'upstream', text: '', dropped: one.hunks.length};
  const after = standing.kind === 'moved' ? standing.text : patched(source, one);
  const text = after === undefined ? undefined : recutHunk(one, source, after);
  return text === undefined ? undefined : {kind: standing.kind, text, dropped: standing.kind === 'moved' ? standing.dropped : 0};
}

/** The diff between the two, under the old names, and only if it leads from the one to the other. */
function recutHunk(old: StructuredPatch, source: string, after: string): string | undefined {
  const text = unified(named(old.oldFileName, old.oldHeader), named(old.newFileName, old.newHeader), source, after);
  const [patch] = readPatches(text) ?? [];
  return patch !== undefined && patched(source, patch) === after ? text : undefined;
}

function named(name: string | undefined, header: string | undefined): string {
  return `${name ?? ''}${header ? `\t${header}` : ''}`;
}

/** What stands above the first file: words of whoever made the patch. */
function preamble(text: string): string {
  return text.slice(0, /^--- /m.exec(text)?.index ?? 0);
}

function noteFor(cut: readonly Recut[]): {note: string; review?: string} {
  const moved = cut.flatMap(({patch, text}) => (text === undefined ? [] : [patch.name]));
  const dropped = cut.filter((one) => one.dropped > 0).map((one) => `${one.dropped} of ${one.patch.name}`);
  const note = `The source moved under ${moved.join(', ')}; cut anew against it, the change itself is the same.`;
  return dropped.length === 0 ? {note} : {note, review: `Hunks that the source has already were dropped: ${dropped.join(', ')}.`};
}
