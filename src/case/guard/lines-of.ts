import {readDops} from './dops-effects.ts';
import {isDops, kindOf, type LineKind, sourceKindOf} from './names.ts';
import type {PatchedFile} from './nested-patch.ts';
import {joinContinued, type SideLine} from './sides.ts';

export type Lines = Record<LineKind, readonly string[]>;
type Select = (line: {readonly changed: boolean; readonly isIncluded?: boolean}) => boolean;

/** A file of the overlay as one side of a diff has it. */
export interface Side {
  readonly name: string;
  /** Files of the port that it becomes. */
  readonly destinations: readonly string[];
  /** It is a patch of the source. */
  readonly isPatch: boolean;
  /** It is a patch of the port's own files. */
  readonly isDiff: boolean;
  readonly lines: readonly SideLine[];
  readonly patched: readonly PatchedFile[];
}

/** Returns the selected lines of a file by their role in the port. Continued lines are joined. */
export function linesOf(side: Side, select: Select): Lines {
  const out: Record<LineKind, string[]> = {make: [], fragment: [], plist: [], source: [], build: [], script: [], other: []};
  if (side.isPatch) addSource(out, side.patched, select);
  if (side.isDiff) addPortDiff(out, side, select);
  if (isDops(side.name)) addDops(out, side.lines, select);
  else if (!side.isPatch && !side.isDiff) {
    const kinds = new Set([side.name, ...side.destinations].map(kindOf));
    for (const kind of kinds) if (kind !== 'other' || kinds.size === 1) push(out, kind, side.lines, select);
  }
  return out;
}

function push(out: Record<LineKind, string[]>, kind: LineKind, lines: readonly SideLine[], select: Select): void {
  for (const line of joinContinued(lines)) if (select(line)) out[kind].push(line.text);
}

function addSource(out: Record<LineKind, string[]>, patched: readonly PatchedFile[], select: Select): void {
  for (const {target, hunks} of patched) {
    const lines = hunks.flat().filter((line) => line.mark === '+' && select(line));
    out.source.push(...lines.map(({text}) => text));
    if (sourceKindOf(target) === 'build') out.build.push(...lines.map(({text}) => text));
  }
}

function addPortDiff(out: Record<LineKind, string[]>, side: Side, select: Select): void {
  const named = kindOf(side.name.replace(/\.diff$/, ''));
  for (const {target, hunks} of side.patched) {
    const kinds = target === undefined ? [named === 'other' ? 'make' : named] : [kindOf(target)];
    for (const hunk of hunks) {
      // Lines of the hunk that it does not take away, so that a continued line is read in full.
      const result = hunk.flatMap(({mark, text, changed}) =>
        mark === '-' ? [] : [{text, changed: changed && mark === '+', mark}],
      );
      const chosen = joinContinued(result.map(({text, changed, mark}) => ({text, changed: mark === '+' && select({changed})})));
      for (const kind of kinds) out[kind].push(...chosen.flatMap(({text, changed}) => (changed ? [text] : [])));
    }
  }
}

function addDops(out: Record<LineKind, string[]>, lines: readonly SideLine[], select: Select): void {
  for (const effect of readDops(lines)) {
    push(out, 'make', effect.make ?? [], select);
    const {into = '', lines: inserted = [], isComplete = false} = effect.insert ?? {};
    if (!select(effect) || inserted.length === 0) continue;
    const kind = kindOf(into);
    out[kind === 'make' && !isComplete ? 'fragment' : kind].push(...inserted);
  }
}
