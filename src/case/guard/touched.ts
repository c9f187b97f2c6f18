import type {File} from 'gitdiff-parser';
import {readDopsLine} from './dops-lines.ts';

/** What a line of a change is to the port. */
export type LineKind = 'make' | 'plist' | 'source' | 'other';

/** What a diff does to one file, in the terms of the port. Lines are without the diff's marks. */
export interface TouchedFile {
  /** Path in the overlay. */
  readonly path: string;
  /** Below `ports/<origin>/`; undefined for a file that is elsewhere. */
  readonly within: string | undefined;
  readonly type: File['type'];
  readonly modes: readonly string[];
  readonly binary: boolean;
  /** Lines as they stand in the file. */
  readonly raw: readonly string[];
  /** What the port gets: make text of overlay.dops as assignments; of a patch, the lines that it adds. Continued lines are joined. */
  readonly added: Readonly<Record<LineKind, readonly string[]>>;
  /** What was there before. */
  readonly removed: Readonly<Record<LineKind, readonly string[]>>;
  /** Files of the port that it takes away by name: `dragonfly/patch-a.c`, `files/patch-b`, `distinfo`. */
  readonly dropped: readonly string[];
  /** Files of the port that operations of overlay.dops change as text. */
  readonly edited: readonly string[];
  /** Files of the port that this file, or operations in it, puts in place. */
  readonly written: readonly string[];
}

/** Reads a file of a parsed diff. */
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

/** The file of the port that a file of the overlay becomes or changes, as far as its name tells. */
function portFile(name: string): string {
  return isPortDiff(name) ? (name.split('/').at(-1) ?? '').replace(/\.diff$/, '') : name;
}

function isDops(name: string): boolean {
  return /(^|\/)[^/]+\.dops$/.test(name);
}

/** Whether a file is a patch of the port's source. */
export function isSourcePatch(name: string): boolean {
  return /(^|\/)patch-[^/]+$/.test(name);
}

/** diffs/NAME.diff, which changes the port's own files. */
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

/** Of lines that are themselves of a diff, those that it adds. */
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

/** Whether nothing is left of it: git's name of the empty file begins so. */
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
