import type {Tree} from '../apply/tree.ts';
import {isCompatPath} from '../overlay-form.ts';
import {patchesIn} from '../read-patches.ts';
import type {Overlay} from '../syntax/parse-overlay.ts';
import {overlayFileOf} from './overlay-files.ts';

/** A file of an overlay that does nothing to the port. */
export interface DeadFile {
  readonly path: string;
  /** `orphan`: the composer does not use the file; `empty`, `comments`, `no-op`: its content changes nothing. */
  readonly why: 'orphan' | 'empty' | 'comments' | 'no-op';
}

/** Explanation of each reason, as the end of a sentence that begins with the path. */
export const DEAD: Readonly<Record<DeadFile['why'], string>> = {
  orphan: 'has no effect: overlay.dops alone counts, and no operation uses it',
  empty: 'is empty',
  comments: 'has only comments, and no change',
  'no-op': 'changes nothing',
};

/**
 * Returns the files of an overlay that do nothing to the port: those that no operation uses, and those of which the content is empty, only
 * comments or a change that is none. An overlay.dops with a header alone counts as used: the composer needs it. `dops` is the overlay.dops among
 * the files; without it each file that compose reads counts as used.
 */
export function deadFiles(files: Tree, dops: Overlay | undefined): DeadFile[] {
  const used = new Set(dops?.statements.flatMap((one) => overlayFileOf(one) ?? []));
  return files.entries().flatMap(([path, entry]): DeadFile[] => {
    const isRead = isReadWithoutDops(path) || used.has(path) || (dops !== undefined && isExpectedInPort(path));
    if (entry.kind !== 'file' || !isRead) return [];
    const why = reasonOf(path, entry.bytes, dops !== undefined && !used.has(path));
    return why === undefined ? [] : [{path, why}];
  });
}

/** Returns whether the composer reads a file of an overlay without overlay.dops. */
function isReadWithoutDops(path: string): boolean {
  return isCompatPath(path) || path === 'STATUS';
}

function reasonOf(path: string, bytes: Uint8Array, isUnused: boolean): DeadFile['why'] | undefined {
  if (isUnused) return 'orphan';
  const text = new TextDecoder('latin1').decode(bytes);
  if (path === 'STATUS') return undefined;
  if (text.trim() === '') return 'empty';
  if (/^Makefile\.DragonFly/.test(path)) return isComment(text) ? 'comments' : undefined;
  if (!isPatch(path)) return undefined;
  if (!/^(?:@@ |\*{15})/m.test(text) && !/^(?:GIT )?[Bb]inary /m.test(text)) return 'comments';
  return isNoOp(text) ? 'no-op' : undefined;
}

function isPatch(path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  return name.startsWith('patch-') || name.endsWith('.diff');
}

function isComment(text: string): boolean {
  return text.split('\n').every((line) => /^\s*(?:#.*)?$/.test(line));
}

/** Returns whether the hunks of a unified diff, read by their counts, remove what they add. */
function isNoOp(text: string): boolean {
  const hunks = patchesIn(text).flatMap((patch) => patch.hunks);
  return hunks.length > 0 && hunks.every(({lines}) => sideOf(lines, '-') === sideOf(lines, '+'));
}

/** Returns a side of a hunk, with the lines that both sides have, and without the last newline if it has none. */
function sideOf(lines: readonly string[], mark: '-' | '+'): string {
  let side = '';
  let isOnSide = false;
  for (const line of lines) {
    if (line.startsWith('\\')) side = isOnSide ? side.slice(0, -1) : side;
    else {
      isOnSide = line.startsWith(' ') || line === '' || line.startsWith(mark);
      if (isOnSide) side += `${line.slice(1)}\n`;
    }
  }
  return side;
}

/** Returns whether a path looks like one of the port: files/ of an overlay is read only by operations. */
function isExpectedInPort(path: string): boolean {
  return path.startsWith('files/');
}
