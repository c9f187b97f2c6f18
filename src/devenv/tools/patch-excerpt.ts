/** Most characters of a patch in a result. */
const MOST_CHARS = 8192;

/** A patch, or the part of it around what changed, as keys of a tool result. */
export interface PatchExcerpt {
  readonly patch: string;
  readonly hint?: string;
}

/** Returns a patch as a result shows it: all of it if it is short, else the hunks of what changed between two texts. All texts are bytes. */
export function showPatch(patch: string, before: string, after: string): PatchExcerpt {
  if (patch.length <= MOST_CHARS) return {patch: textOf(patch)};
  const [head = '', ...hunks] = patch.split(/^(?=@@ )/m);
  const changed = changedLines(before.split('\n'), after.split('\n'));
  const near = hunks.filter((hunk) => touches(hunk, changed));
  const shown = `${head}${(near.length > 0 ? near : hunks).join('')}`.slice(0, MOST_CHARS);
  return {
    patch: textOf(shown),
    hint: `The patch has ${hunks.length} hunks, ${patch.length} bytes; shown is what is near the last edits. get_file of the installed file shows all of it.`,
  };
}

interface Lines {
  readonly from: number;
  readonly to: number;
}

/** Returns the lines of the new text, from 1, between the first and the last that differ. */
function changedLines(before: readonly string[], after: readonly string[]): Lines {
  let from = 0;
  while (from < after.length && from < before.length && before[from] === after[from]) from++;
  let end = 0;
  while (end < after.length - from && end < before.length - from && before.at(-1 - end) === after.at(-1 - end)) end++;
  return {from: from + 1, to: Math.max(from + 1, after.length - end)};
}

function touches(hunk: string, {from, to}: Lines): boolean {
  const [, start = '0', count = '1'] = /^@@ -\S+ \+(\d+)(?:,(\d+))? @@/.exec(hunk) ?? [];
  const first = Number(start);
  return first <= to && first + Number(count) > from;
}

function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
