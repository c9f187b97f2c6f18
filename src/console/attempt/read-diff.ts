import type {Change, File, Hunk} from 'gitdiff-parser';
import {parseGitDiff} from '../../case/guard/git-diff.ts';
import type {Finding} from '../../case/types.ts';
import {changedRanges, type Range} from './changed-words.ts';
import {lineFinder} from './finding-lines.ts';
import {visible} from './visible.ts';

/** A finding of the guard, with the address of its text on the page. */
export interface ShownFinding {
  readonly id: string;
  readonly finding: Finding;
}

/** A line of one side. */
export interface Line {
  readonly number: number;
  readonly text: string;
  /** Of lines that git does not show: those that were there, and those that are new. */
  readonly kind: 'same' | 'old' | 'new';
  /** Where it differs from the line next to it. */
  readonly changed: readonly Range[];
  /** Findings that speak of it. */
  readonly findings: readonly ShownFinding[];
}

/** Lines that are shown side by side; one that has no other half is undefined there. */
export interface Pair {
  readonly before: Line | undefined;
  readonly after: Line | undefined;
}

/** Lines that follow each other and are all as they were, or all changed. */
export interface Block {
  readonly kind: 'same' | 'changed';
  readonly pairs: readonly Pair[];
}

export interface ShownHunk {
  /** `@@ -4,8 +4,12 @@ main` */
  readonly head: string;
  readonly blocks: readonly Block[];
}

export interface ShownFile {
  readonly path: string;
  /** What git writes of the file before its lines, but for its path: `new file mode 100644`. */
  readonly notes: readonly string[];
  readonly added: number;
  readonly removed: number;
  readonly hunks: readonly ShownHunk[];
  readonly findings: readonly ShownFinding[];
}

/** A diff as it is shown. */
export interface ReadDiff {
  /** What stands before the first file. */
  readonly preamble: string;
  readonly files: readonly ShownFile[];
  /** Findings about all of the diff, and over files that are not in it. */
  readonly findings: readonly ShownFinding[];
  /** Its last lines are missing. */
  readonly cut: boolean;
}

/** A file of the parsed diff, with whether its last lines are missing. */
interface Parsed {
  readonly file: File;
  readonly notes: readonly string[];
  readonly cut: boolean;
}

/**
 * Reads a diff as git writes it, line for line; `id` begins the addresses of findings. Undefined if some line of it would not be shown:
 * a reader must see all of a diff, or that something is missing.
 */
export function readDiff(diff: string, findings: readonly Finding[], id: string): ReadDiff | undefined {
  const [preamble = '', ...sections] = diff.split(/^(?=diff --git )/m);
  const first = preamble.startsWith('diff --git ') ? [preamble, ...sections] : sections;
  const parsed = first.map(parseSection);
  if (first.length === 0 || !allRead(parsed)) return undefined;
  const shown = findings.map((finding, at) => ({id: `${id}-finding-${at + 1}`, finding}));
  const paths = new Set(parsed.map(({file}) => pathOf(file)));
  return {
    preamble: preamble.startsWith('diff --git ') ? '' : preamble.trim(),
    files: parsed.map((one) => shownFile(one, shown)),
    findings: shown.filter(({finding}) => !paths.has(finding.path)),
    cut: parsed.at(-1)?.cut === true,
  };
}

function allRead(parsed: readonly (Parsed | undefined)[]): parsed is Parsed[] {
  return parsed.every((one, at) => one !== undefined && (!one.cut || at === parsed.length - 1));
}

/** Path of a file, as the guard names it. */
function pathOf(file: File): string {
  return file.type === 'delete' ? file.oldPath : file.newPath;
}

/** One file of a diff; undefined if the parser loses one of its lines. */
function parseSection(text: string): Parsed | undefined {
  const lines = text.replace(/\n$/, '').split('\n');
  const firstHunk = lines.findIndex((line) => line.startsWith('@@ '));
  const head = firstHunk < 0 ? lines : lines.slice(0, firstHunk);
  const body = firstHunk < 0 ? [] : lines.slice(firstHunk);
  const file = parsedFile(text);
  if (file === undefined) return undefined;
  const parsed = file.hunks.reduce((sum, hunk) => sum + 1 + hunk.changes.length, 0);
  if (parsed !== body.filter((line) => !line.startsWith('\\')).length) return undefined;
  const misses = file.hunks.map(missingLines);
  if (misses.some((missing, at) => missing < 0 || (missing > 0 && at < misses.length - 1))) return undefined;
  return {file, notes: notesOf(head), cut: (misses.at(-1) ?? 0) > 0};
}

function parsedFile(text: string): File | undefined {
  try {
    const files = parseGitDiff(text);
    return files.length === 1 ? files[0] : undefined;
  } catch {
    return undefined;
  }
}

/** Lines that a hunk has less than its head counts; below 0 if it has more on one side. */
function missingLines({content, changes}: Hunk): number {
  const [, before = '1', after = '1'] = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(content) ?? [];
  const old = Number(before) - changes.filter(({type}) => type !== 'insert').length;
  const fresh = Number(after) - changes.filter(({type}) => type !== 'delete').length;
  return Math.min(old, fresh) < 0 ? -1 : Math.max(old, fresh);
}

const MOST_NOTES = 12;

function notesOf(head: readonly string[]): string[] {
  const notes = head.slice(1).filter((line) => line !== '' && !/^(?:index|---|\+\+\+) /.test(line));
  return notes.length <= MOST_NOTES ? notes : [...notes.slice(0, MOST_NOTES), `and ${notes.length - MOST_NOTES} lines more`];
}

function shownFile({file, notes}: Parsed, all: readonly ShownFinding[]): ShownFile {
  const path = pathOf(file);
  const findings = all.filter(({finding}) => finding.path === path);
  const changes = file.hunks.flatMap((hunk) => hunk.changes);
  const find = lineFinder(path, findings);
  return {
    path,
    notes: [...notes, ...(file.newEndingNewLine ? [] : ['no newline at its end'])],
    added: changes.filter(({type}) => type === 'insert').length,
    removed: changes.filter(({type}) => type === 'delete').length,
    hunks: file.hunks.map((hunk) => ({head: hunk.content, blocks: blocksOf(hunk.changes, find)})),
    findings,
  };
}

type Find = ReturnType<typeof lineFinder<ShownFinding>>;

function blocksOf(changes: readonly Change[], find: Find): Block[] {
  const runs: Change[][] = [];
  for (const change of changes) {
    const last = runs.at(-1);
    if (last !== undefined && isSame(last[0]) === isSame(change)) last.push(change);
    else runs.push([change]);
  }
  return runs.map((run) => (isSame(run[0]) ? sameBlock(run) : changedBlock(run, find)));
}

function isSame(change: Change | undefined): boolean {
  return change?.type === 'normal';
}

function sameBlock(run: readonly Change[]): Block {
  const pairs = run.flatMap((change) => {
    if (change.type !== 'normal') return [];
    const line = (number: number): Line => ({number, text: shownText(change), kind: 'same', changed: [], findings: []});
    return [{before: line(change.oldLineNumber), after: line(change.newLineNumber)}];
  });
  return {kind: 'same', pairs};
}

function changedBlock(run: readonly Change[], find: Find): Block {
  const old = run.filter((change) => change.type === 'delete');
  const fresh = run.filter((change) => change.type === 'insert');
  const rows = Array.from({length: Math.max(old.length, fresh.length)}, (_none, at) => pairOf(old[at], fresh[at], find));
  return {kind: 'changed', pairs: rows};
}

type Changed = Exclude<Change, {type: 'normal'}>;

function pairOf(old: Changed | undefined, fresh: Changed | undefined, find: Find): Pair {
  const ranges = old && fresh && changedRanges(shownText(old), shownText(fresh));
  const line = (change: Changed, changed: readonly Range[] = []): Line => ({
    number: change.lineNumber,
    text: shownText(change),
    kind: change.type === 'insert' ? 'new' : 'old',
    changed,
    findings: find(change.content, change.type === 'insert'),
  });
  return {before: old && line(old, ranges?.before), after: fresh && line(fresh, ranges?.after)};
}

function shownText({content}: Change): string {
  return visible(content).replaceAll('\r', '␍');
}
