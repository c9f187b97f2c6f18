import type {File} from 'gitdiff-parser';
import {baseName} from '../text/base-name.ts';
import {readDops} from './dops-effects.ts';
import {droppedBy} from './dropped.ts';
import {type Lines, linesOf, type Side} from './lines-of.ts';
import {lostLines} from './lost.ts';
import type {LineKind} from './names.ts';
import {isDops, isPortDiff, isSourcePatch, kindOf} from './names.ts';
import {changedLines, type PatchedFile, readPatch} from './nested-patch.ts';
import type {Roles} from './roles.ts';
import type {Sides} from './sides.ts';

export type {LineKind} from './names.ts';

/** Changes of a diff to one file, in terms of the port. Lines are without diff marks. */
export interface TouchedFile {
  /** Path in the overlay. */
  readonly path: string;
  /** Path below `ports/<origin>/`; undefined for a file outside of it. */
  readonly within: string | undefined;
  /** Path before a rename. */
  readonly oldPath: string;
  readonly type: File['type'];
  readonly modes: readonly string[];
  readonly binary: boolean;
  /** Added lines, unchanged. */
  readonly raw: readonly string[];
  /** Lines of the file that the diff shows, after the change. */
  readonly shown: readonly string[];
  /** The file is shown completely. */
  readonly complete: boolean;
  /**
   * Resulting lines of the port: make text of overlay.dops as assignments, added lines of a patch. Continued lines are joined.
   */
  readonly added: Readonly<Record<LineKind, readonly string[]>>;
  /** The lines before the change. */
  readonly removed: Readonly<Record<LineKind, readonly string[]>>;
  /** Changes of the patch that the file is, or becomes. */
  readonly patched: readonly PatchedFile[];
  /** The same before the change. */
  readonly patchedBefore: readonly PatchedFile[];
  /** Files that the patch changes: of the source, or of the port. */
  readonly targets: readonly string[];
  /** Files of the port that the change removes: `dragonfly/patch-a.c`, `files/patch-b`, `distinfo`. */
  readonly dropped: readonly string[];
  /** Files of the port that operations of overlay.dops edit as text, or diffs change. */
  readonly edited: readonly string[];
  /** Files of the port that this file becomes, or that operations in it create or replace. */
  readonly written: readonly string[];
  /** Files that operations of overlay.dops copy. */
  readonly sources: readonly string[];
  /** Variables and, with a colon behind, targets that operations of overlay.dops remove. */
  readonly unset: readonly string[];
  /** What a diff of the port takes out of its Makefiles, as `isLoss` takes it. */
  readonly lost: readonly string[];
  /** Statements that overlay.dops does not allow. */
  readonly faults: readonly string[];
}

/** A file of a diff, and what is known of its text. */
export interface KnownFile {
  readonly file: File;
  /** Path below the directory of a port. */
  readonly name: string;
  /** The same before a rename. */
  readonly oldName: string;
  readonly within: string | undefined;
  readonly sides: Sides;
}

/** Returns the changes of a parsed diff to one file; `roles` has what the files of the overlay become. */
export function readTouchedFile({file, name, oldName, within, sides}: KnownFile, roles: Roles): TouchedFile {
  const destinations = roles.destinations(name);
  const isPatch = isSourcePatch(name) || destinations.some(isSourcePatch);
  const isDiff = isPortDiff(name) || roles.isApplied(name);
  const [before, after] = [sides.before, sides.after].map((lines) => (isPatch || isDiff ? readPatch(lines) : []));
  const patched = after ?? [];
  const targets = patched.flatMap(({target}) => target ?? []);
  const operations = isDops(name) ? operationsOf(sides) : NO_OPERATIONS;
  const side = (lines: Sides['after'], read: readonly PatchedFile[]): Side => ({
    name,
    destinations,
    isPatch,
    isDiff,
    lines,
    patched: read,
  });
  const isGone = file.type === 'delete';
  return {
    path: isGone ? file.oldPath : file.newPath,
    within,
    oldPath: file.oldPath,
    type: file.type,
    modes: [file.oldMode, file.newMode],
    binary: file.isBinary === true,
    raw: changedOf(sides.after),
    shown: sides.after.map(({text}) => text),
    complete: sides.complete,
    added: linesOf(side(sides.after, patched), ({changed, isIncluded}) => changed || isIncluded === true),
    removed: removedLines(side(sides.before, before ?? []), side(sides.after, patched)),
    patched,
    patchedBefore: before ?? [],
    targets,
    dropped: droppedBy({file, name, oldName, sides}),
    ...operations,
    edited: [...operations.edited, ...(isDiff ? [...targets, portFile(name)] : [])],
    written: [...operations.written, ...(isGone ? [] : [name, ...destinations])],
    lost: isDiff ? lostLines(makeLines(patched, '-'), makeLines(patched, '+')) : [],
  };
}

type Operations = Pick<TouchedFile, 'edited' | 'written' | 'sources' | 'unset' | 'faults'>;

const NO_OPERATIONS: Operations = {edited: [], written: [], sources: [], unset: [], faults: []};

/** Returns what the changed statements of an overlay.dops do. */
function operationsOf({after, complete}: Sides): Operations {
  const effects = readDops(after, complete).filter(({changed}) => changed);
  return {
    edited: effects.flatMap(({edits}) => edits ?? []),
    written: effects.flatMap(({writes}) => writes ?? []),
    sources: effects.flatMap(({copies, applies}) => [copies?.from ?? [], applies || []].flat()),
    unset: effects.flatMap(({unsets}) => unsets ?? []),
    faults: effects.flatMap(({fault}) => fault ?? []),
  };
}

function changedOf(lines: Sides['after']): string[] {
  return lines.filter(({changed}) => changed).map(({text}) => text);
}

/** Returns the lines before the change, without those that it leaves; of a patch also the lines of the source that it removes. */
function removedLines(before: Side, after: Side): Lines {
  const old = linesOf(before, () => true);
  const left = linesOf(after, ({changed}) => !changed);
  const out = {} as Record<LineKind, readonly string[]>;
  for (const kind of Object.keys(old) as LineKind[]) {
    const rest = new Set(left[kind]);
    out[kind] = old[kind].filter((line) => !rest.has(line));
  }
  const gone = after.patched.flatMap(({hunks}) => hunks.flat().flatMap(({mark, text}) => (mark === '-' ? [text] : [])));
  if (after.isDiff) return {...out, make: [...out.make, ...makeLines(after.patched, '-')]};
  return after.isPatch ? {...out, source: [...out.source, ...gone], build: [...out.build, ...gone]} : out;
}

/** Returns the lines that a diff of the port takes out of its Makefiles (`-`), or adds to them (`+`). */
function makeLines(patched: readonly PatchedFile[], mark: '-' | '+'): string[] {
  const makefiles = patched.filter(({target = 'Makefile'}) => kindOf(target) === 'make');
  return changedLines(makefiles, mark);
}

/** Returns the file of the port that a diff is named for. */
function portFile(name: string): string {
  return baseName(name).replace(/\.diff$/, '');
}
