import type {StructuredPatch} from 'diff';
import {baseName} from '../text/base-name.ts';
import {type FailedPatch, failedPatches} from './dragonfly-patches.ts';
import {isDistinctive} from './hunk-lines.ts';
import {patchedFile} from './overlay.ts';
import {patchState} from './patch-hunks.ts';
import type {RecipeInput, SourceSearch} from './recipe.ts';

/** Files that a search may add to those of usual places; with more, a line is no evidence of a move. */
const MOST_FILES = 5;

/** Returns whether patch(1) found no file for this patch, which changes one file. */
export function hasNoFile({causes}: RecipeInput, {name, patches}: Pick<FailedPatch, 'name' | 'patches'>): boolean {
  return patches.length === 1 && causes.findings.some(({facts}) => facts.gone === 'yes' && baseName(facts.patch ?? '') === name);
}

/** Returns the searches for the files into which those of patches without a file may have been moved. */
export function movedSearches(input: RecipeInput): SourceSearch[] {
  return gonePatches(input).flatMap((patch) => searchFor(patch) ?? []);
}

/** Returns the files into which those of patches without a file may have been moved: usual places, and what the searches found. */
export function movedFiles(input: RecipeInput): string[] {
  return [...new Set(gonePatches(input).flatMap((patch) => filesFor(input, patch)))];
}

/** Returns the only file to which the patch of a gone file applies; undefined if there is none or several. */
export function movedFile(input: RecipeInput, patch: StructuredPatch, sources: ReadonlyMap<string, string>): string | undefined {
  const found = candidateFiles(input, patch, sources).filter((path) => patchState(sources.get(path) ?? '', patch) !== undefined);
  return found.length === 1 ? found[0] : undefined;
}

/** Returns whether the source has a file into which the gone one may have been moved: one of its name, or one with its lines. */
export function mayHaveMoved(input: RecipeInput, patch: StructuredPatch, sources: ReadonlyMap<string, string>): boolean {
  return candidateFiles(input, patch, sources).length > 0;
}

function candidateFiles(input: RecipeInput, patch: StructuredPatch, sources: ReadonlyMap<string, string>): string[] {
  const gone = patchedFile(patch);
  const usual = filesFor(input, patch);
  return [...sources.keys()].filter((path) => path !== gone && (baseName(path) === baseName(gone) || usual.includes(path)));
}

function gonePatches(input: RecipeInput): StructuredPatch[] {
  const failed = failedPatches(input)?.failed ?? [];
  return failed.filter((one) => hasNoFile(input, one)).flatMap(({patches}) => patches);
}

function filesFor({matches = []}: RecipeInput, patch: StructuredPatch): string[] {
  const pattern = searchFor(patch)?.pattern;
  const lines = matches.find((one) => one.pattern === pattern)?.lines ?? [];
  const found = [...new Set(lines.flatMap((line) => /^([^:]+):\d+:/.exec(line)?.[1] ?? []))];
  return [...splitFiles(patchedFile(patch)), ...(found.length <= MOST_FILES ? found : [])];
}

/** Returns where a file usually goes when it is split: Rust's `x.rs` to `x/mod.rs`. */
function splitFiles(path: string): string[] {
  return path.endsWith('.rs') ? [path.replace(/\.rs$/, '/mod.rs')] : [];
}

/** Returns the search for the longest line that the patch replaces. */
function searchFor({hunks}: StructuredPatch): SourceSearch | undefined {
  const removed = hunks.flatMap(({lines}) => lines.filter((line) => line.startsWith('-')).map((line) => line.slice(1).trim()));
  const [longest] = removed.filter(isDistinctive).sort((a, b) => b.length - a.length);
  return longest === undefined ? undefined : {pattern: longest.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), path: ''};
}
