import type {SideLine} from './sides.ts';

/** A line of the file that a patch changes. */
export interface PatchLine {
  readonly mark: '+' | '-' | ' ';
  readonly text: string;
  /** The line of the patch itself is changed. */
  readonly changed: boolean;
}

/** Changes of a patch to one file. */
export interface PatchedFile {
  /** Undefined if the header is not in the lines. */
  readonly target: string | undefined;
  readonly hunks: readonly (readonly PatchLine[])[];
}

/** Parses lines of a unified diff, which may be parts of it, by the files that it changes. */
export function readPatch(lines: readonly SideLine[]): PatchedFile[] {
  const files: {target: string | undefined; hunks: PatchLine[][]}[] = [];
  let left = {old: 0, fresh: 0};
  let old: string | undefined;
  for (const [at, {text, changed, afterGap}] of lines.entries()) {
    const inHunk = left.old > 0 || left.fresh > 0;
    const isHeader = !inHunk || lines[at + 1]?.text.startsWith('+++ ') === true;
    const header = /^(---|\+\+\+)[ \t]+([^\t\n]+)/.exec(text);
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(text);
    if (hunk !== null) {
      if (files.length === 0) files.push({target: undefined, hunks: []});
      files.at(-1)?.hunks.push([]);
      left = {old: Number(hunk[1] ?? 1), fresh: Number(hunk[2] ?? 1)};
    } else if (header?.[1] === '---' && isHeader) old = targetOf(header[2]);
    else if (header?.[1] === '+++' && !(inHunk && old === undefined)) {
      files.push({target: targetOf(header[2]) ?? old, hunks: []});
      old = undefined;
      left = {old: 0, fresh: 0};
    } else if (/^(?:[+ -]|$)/.test(text)) {
      if (files.length === 0 || files.at(-1)?.hunks.length === 0 || afterGap === true) openHunk(files);
      const mark = (text[0] ?? ' ') as PatchLine['mark'];
      files
        .at(-1)
        ?.hunks.at(-1)
        ?.push({mark, text: text.slice(1), changed});
      left = {old: left.old - (mark === '+' ? 0 : 1), fresh: left.fresh - (mark === '-' ? 0 : 1)};
    }
  }
  return files;
}

function openHunk(files: {target: string | undefined; hunks: PatchLine[][]}[]): void {
  if (files.length === 0) files.push({target: undefined, hunks: []});
  files.at(-1)?.hunks.push([]);
}

function targetOf(header = ''): string | undefined {
  const path =
    header
      .trim()
      .split(/[ ]+\d{4}-/)[0]
      ?.trim() ?? '';
  return path === '/dev/null' ? undefined : path.replace(/\.orig$/, '').replace(/^"|"$/g, '');
}

/** Returns the lines of a mark that the diff changes. */
export function changedLines(files: readonly PatchedFile[], mark: PatchLine['mark']): string[] {
  return files.flatMap(({hunks}) => hunks.flat().flatMap((line) => (line.changed && line.mark === mark ? [line.text] : [])));
}
