import type {File} from 'gitdiff-parser';
import {readDopsLine} from './dops-lines.ts';

/** Role of a changed line in the port. */
export type LineKind = 'make' | 'plist' | 'source' | 'other';

/** Changes of a diff to one file, in terms of the port. Lines are without diff marks. */
export interface TouchedFile {
  /** Path in the overlay. */
  readonly path: string;
  /** Path below `ports/<origin>/`; undefined for a file outside of it. */
  readonly within: string | undefined;
  readonly type: File['type'];
  readonly modes: readonly string[];
  readonly binary: boolean;
  /** Added lines, unchanged. */
  readonly raw: readonly string[];
  /**
   * Resulting lines of the port: make text of overlay.dops as assignments, added lines of a patch. Continued lines are joined.
   */
  readonly added: Readonly<Record<LineKind, readonly string[]>>;
  /** The lines before the change. */
  readonly removed: Readonly<Record<LineKind, readonly string[]>>;
  /** Files of the port that the change removes: `dragonfly/patch-a.c`, `files/patch-b`, `distinfo`. */
  readonly dropped: readonly string[];
  /** Files of the port that operations of overlay.dops edit as text. */
  readonly edited: readonly string[];
  /** Files of the port that this file, or operations in it, create or replace. */
  readonly written: readonly string[];
}

/** Returns the changes of a parsed diff to one file. */
export function readTouchedFile(file: File, origin: string): TouchedFile {
  const path = file.type === 'delete' ? file.oldPath : file.newPath;
  const portDir = `ports/${origin}/`;
  const inside = path.startsWith(portDir) && !path.split('/').includes('..');
  const changes = file.hunks.flatMap((hunk) => hunk.changes);
  const raw = changes.filter((change) => change.type === 'insert').map((change) => change.content);
  const removed = changes.filter((change) => change.type === 'delete').map((change) => change.content);
  const within = inside ? path.slice(portDir.length) : undefined;
  const name = within ?? path.split('/').slice(3).join('/');
  const operations = isDops(name) ? joinContinued(raw).map(readDopsLine) : [];
  return {
    path,
    within,
    type: file.type,
    modes: [file.oldMode, file.newMode],
    binary: file.isBinary === true,
    raw,
    added: linesOf(name, raw),
    removed: linesOf(name, removed),
    dropped: droppedFiles(name, isGone(file), raw, removed),
    edited: operations.flatMap((one) => one.edits ?? []),
    written: [...operations.flatMap((one) => one.writes ?? []), ...(file.type === 'delete' ? [] : [portFile(name)])],
  };
}

/** Returns the file of the port that a file of the overlay becomes or changes, derived from its name. */
function portFile(name: string): string {
  return isPortDiff(name) ? (name.split('/').at(-1) ?? '').replace(/\.diff$/, '') : name;
}

function isDops(name: string): boolean {
  return /(^|\/)[^/]+\.dops$/.test(name);
}

/** Returns whether a file is a patch of the port's source. */
export function isSourcePatch(name: string): boolean {
  return /(^|\/)patch-[^/]+$/.test(name);
}

/** Returns whether a file is diffs/NAME.diff, which changes the port's own files. */
export function isPortDiff(name: string): boolean {
  return /(^|\/)diffs\/[^/]+\.diff$/.test(name);
}

function kindOf(name: string): LineKind {
  const base = name.split('/').at(-1) ?? '';
  if (/^Makefile|\.mk$/.test(base)) return 'make';
  if (/^pkg-plist|^PLIST|plist/.test(base)) return 'plist';
  return 'other';
}

function linesOf(name: string, lines: readonly string[]): Record<LineKind, readonly string[]> {
  const out: Record<LineKind, string[]> = {make: [], plist: [], source: [], other: []};
  if (isSourcePatch(name)) out.source = addedLines(lines);
  else if (isPortDiff(name)) out[kindOf(name.replace(/\.diff$/, ''))] = joinContinued(addedLines(lines));
  else if (isDops(name)) {
    for (const one of joinContinued(lines).map(readDopsLine)) {
      out.make.push(...(one.make ?? []));
      out.plist.push(...(one.plist ?? []));
    }
  } else out[kindOf(name)] = joinContinued(lines);
  return out;
}

/** Returns the lines that a patch adds, from lines that are a patch themselves. */
function addedLines(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith('+') && !line.startsWith('+++ ')).map((line) => line.slice(1));
}

function joinContinued(lines: readonly string[]): string[] {
  const out: string[] = [];
  let open = '';
  for (const line of lines) {
    if (/(^|[^\\])\\$/.test(line)) open += `${line.slice(0, -1)} `;
    else {
      out.push(open + line);
      open = '';
    }
  }
  return open === '' ? out : [...out, open];
}

/** Returns whether the file is deleted or empty; `e69de29` is git's hash of the empty file. */
function isGone({type, newRevision}: Partial<File>): boolean {
  return type === 'delete' || newRevision?.startsWith('e69de29') === true;
}

function droppedFiles(name: string, isGone: boolean, raw: readonly string[], removed: readonly string[]): string[] {
  if (isGone) return [name];
  if (/(^|\/)REMOVE$/.test(name)) return raw.map((line) => line.trim()).filter((line) => line !== '');
  if (!isDops(name)) return [];
  const materialized = new Set(joinContinued(raw).flatMap((line) => readDopsLine(line).materializes ?? []));
  const noLongerMade = joinContinued(removed).flatMap((line) => readDopsLine(line).materializes ?? []);
  return [
    ...joinContinued(raw).flatMap((line) => readDopsLine(line).drops ?? []),
    ...noLongerMade.filter((one) => !materialized.has(one)),
  ];
}
