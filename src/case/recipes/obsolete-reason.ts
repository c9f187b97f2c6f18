import type {StructuredPatch, StructuredPatchHunk} from 'diff';
import {isDistinctive} from './hunk-lines.ts';
import {patchedFile} from './overlay.ts';
import {patchState} from './patch-hunks.ts';
import {rewordHunk} from './patch-words.ts';

/** Why the change of a patch to one file is no longer needed. */
export type ObsoleteReason = 'upstream' | 'file gone' | 'known by config.guess' | 'superseded' | 'guard gone';

/** A condition on the operating system, in C, Makefiles, scripts, Rust and Python. */
const CONDITION = /^\s*(#\s*(if|elif|ifdef|ifndef)\b|\.?\s*if\b|elif\b|case\b|#\[cfg|cfg!|ifeq|ifneq)|\bif\s*\(|\bplatform\b/;
const FREEBSD = /free_?bsd/i;
const DRAGONFLY = /dragonfly/i;

/**
 * Returns why a patch is no longer needed for its file; undefined if in doubt. `source` is the file as the patch meets it, and
 * undefined if there is none; `isGone`: the log has `No file to patch` for this patch.
 */
export function obsoleteReason(patch: StructuredPatch, source: string | undefined, isGone: boolean): ObsoleteReason | undefined {
  if (source === undefined) return isGone ? 'file gone' : undefined;
  if (patchState(source, patch)?.kind === 'upstream') return 'upstream';
  if (/(^|\/)config\.(guess|sub)$/.test(patchedFile(patch)) && DRAGONFLY.test(source)) return 'known by config.guess';
  const lines = new Set(source.split('\n').map((line) => line.trim()));
  const all = source.split('\n');
  if (patch.hunks.every((hunk) => isSuperseded(lines, hunk) || rewordHunk(all, hunk)?.isPresent === true)) return 'superseded';
  return patch.hunks.every((hunk) => isGuardGone(all, hunk)) ? 'guard gone' : undefined;
}

/** Returns whether the source has all lines that a hunk adds, wherever, and none that it removes. */
function isSuperseded(lines: ReadonlySet<string>, {lines: changed}: StructuredPatchHunk): boolean {
  const added = sideOf(changed, '+').filter(isDistinctive);
  const removed = sideOf(changed, '-').filter((line) => isDistinctive(line) && !added.includes(line));
  return added.length > 0 && added.every((line) => lines.has(line)) && !removed.some((line) => lines.has(line));
}

/**
 * Returns whether a hunk only lets DragonFly into conditions on FreeBSD, and the source has the lines around it and no such condition near
 * them; with one of those lines only, none at all.
 */
function isGuardGone(source: readonly string[], {lines: changed}: StructuredPatchHunk): boolean {
  const [added, removed] = [sideOf(changed, '+'), sideOf(changed, '-')];
  const isGuard =
    removed.length > 0 &&
    removed.every((line) => CONDITION.test(line) && FREEBSD.test(line)) &&
    added.every((line) => CONDITION.test(line) && DRAGONFLY.test(line));
  const around = new Set(sideOf(changed, ' ').filter(isDistinctive));
  const places = [...source.keys()].filter((index) => around.has(source[index]?.trim() ?? ''));
  if (!isGuard || places.length === 0) return false;
  const isEnough = new Set(places.map((index) => source[index]?.trim())).size >= ENOUGH_LINES;
  const isNear = (index: number): boolean => places.some((place) => Math.abs(place - index) <= NEAR);
  return !source.some((line, index) => FREEBSD.test(line) && (!isEnough || isNear(index)));
}

/** Distinct lines around a hunk by which its place is known, and the distance in which a condition counts. */
const ENOUGH_LINES = 2;
const NEAR = 10;

function sideOf(lines: readonly string[], sign: '+' | '-' | ' '): string[] {
  return lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(1).trim());
}
