import type {File, Hunk} from 'gitdiff-parser';

/** A line of a file before or after a diff. */
export interface SideLine {
  readonly text: string;
  /** The diff adds it (after) or removes it (before). */
  readonly changed: boolean;
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

function pushHunk({changes}: Hunk, afterGap: boolean, before: SideLine[], after: SideLine[]): void {
  const first = {before: afterGap, after: afterGap};
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
  let open: {parts: string[]; changed: boolean} | undefined;
  const close = (): void => {
    if (open !== undefined) out.push({text: open.parts.join(' '), changed: open.changed});
    open = undefined;
  };
  for (const {text, changed, afterGap} of lines) {
    if (afterGap === true) close();
    const isContinued = backslashesAtEnd(text) % 2 === 1;
    open ??= {parts: [], changed: false};
    open.parts.push(isContinued ? text.slice(0, -1) : text);
    open.changed ||= changed;
    if (!isContinued) close();
  }
  close();
  return out;
}

function backslashesAtEnd(text: string): number {
  let count = 0;
  while (text[text.length - 1 - count] === '\\') count += 1;
  return count;
}
