import type {File, Hunk} from 'gitdiff-parser';
import {continues} from '../../dops/makefile/make-line.ts';

/** A line of a file before or after a diff. */
export interface SideLine {
  readonly text: string;
  /** The diff adds it (after) or removes it (before). */
  readonly changed: boolean;
  /** The diff changes what the line belongs to, such as the statement with this line in its heredoc. */
  readonly isIncluded?: boolean;
  /** Lines before it are unknown. */
  readonly afterGap?: boolean;
}

/** What is known of a file before and after a diff. */
export interface Sides {
  readonly before: readonly SideLine[];
  readonly after: readonly SideLine[];
  /** `after` is the complete file. */
  readonly complete: boolean;
}

/** Returns both sides of a file: its hunks, and between them the lines of `base`, its text before the diff, if that fits. */
export function sidesOf(file: File, base?: string): Sides {
  const before: SideLine[] = [];
  const after: SideLine[] = [];
  const old = base === undefined || !fits(file.hunks, base.split('\n')) ? undefined : base.replace(/\n$/, '').split('\n');
  const between = (from: number, to: number): void => {
    for (const text of old?.slice(from, to) ?? []) {
      before.push({text, changed: false});
      after.push({text, changed: false});
    }
  };
  let at = 0;
  for (const hunk of file.hunks) {
    const start = Math.max(0, hunk.oldStart - (hunk.oldLines === 0 ? 0 : 1));
    between(at, start);
    pushHunk(hunk, old === undefined, before, after);
    at = start + hunk.oldLines;
  }
  between(at, old?.length ?? 0);
  return {before, after, complete: file.type === 'add' || old !== undefined};
}

function pushHunk({changes, oldStart, newStart}: Hunk, isAlone: boolean, before: SideLine[], after: SideLine[]): void {
  const first = {before: isAlone && oldStart > 1, after: isAlone && newStart > 1};
  for (const {type, content} of changes) {
    if (type !== 'insert') {
      before.push({text: content, changed: type === 'delete', ...(first.before ? {afterGap: true} : {})});
      first.before = false;
    }
    if (type !== 'delete') {
      after.push({text: content, changed: type === 'insert', ...(first.after ? {afterGap: true} : {})});
      first.after = false;
    }
  }
}

function fits(hunks: readonly Hunk[], old: readonly string[]): boolean {
  return hunks.every(({oldStart, changes}) =>
    changes.filter(({type}) => type !== 'insert').every(({content}, at) => old[oldStart - 1 + at] === content),
  );
}

/** Returns the lines with those that `\` continues joined, separated by a blank; one is changed if any part of it is. */
export function joinContinued(lines: readonly SideLine[]): SideLine[] {
  const out: SideLine[] = [];
  let open: {parts: string[]; changed: boolean; isIncluded: boolean} | undefined;
  const close = (): void => {
    if (open !== undefined) out.push({text: open.parts.join(' '), changed: open.changed, isIncluded: open.isIncluded});
    open = undefined;
  };
  for (const {text, changed, isIncluded = false, afterGap = false} of lines) {
    if (afterGap) close();
    const isContinued = continues(text);
    open ??= {parts: [], changed: false, isIncluded: false};
    open.parts.push(isContinued ? text.slice(0, -1) : text);
    open.changed ||= changed;
    open.isIncluded ||= isIncluded;
    if (!isContinued) close();
  }
  close();
  return out;
}
