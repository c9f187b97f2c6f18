/**
 * Returns what is wrong with the format of a unified diff, or undefined: missing file headers, no hunk, or a hunk whose line
 * counts contradict its header. `patch` calls such a file malformed, and silently ignores garbage at its end.
 */
export function patchProblem(text: string): string | undefined {
  const lines = text.replace(/\n$/, '').split('\n');
  let hunks = 0;
  for (let at = 0; at < lines.length; ) {
    const header = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(lines[at] ?? '');
    if (header === null) {
      at += 1;
      continue;
    }
    hunks += 1;
    if (!lines.slice(Math.max(0, at - 2), at).some((line) => line.startsWith('+++ ')) && hunks === 1)
      return `line ${at + 1}: a hunk must come after the lines "--- file" and "+++ file".`;
    const wanted = {old: Number(header[1] ?? 1), added: Number(header[2] ?? 1)};
    const {old, added, end} = countHunkLines(lines, at + 1, wanted);
    if (old !== wanted.old || added !== wanted.added)
      return (
        `line ${at + 1}: the hunk's header announces ${wanted.old} old and ${wanted.added} new lines; it has ${old} and ${added}. ` +
        'Each line of a hunk begins with a blank, - or +, an empty one too. patch_source makes such a file without counting.'
      );
    at = end;
  }
  return hunks === 0 ? 'it must be a unified diff with at least one hunk, "@@ -12,7 +12,8 @@".' : undefined;
}

function countHunkLines(lines: readonly string[], from: number, wanted: {old: number; added: number}) {
  let old = 0;
  let added = 0;
  let end = from;
  for (; end < lines.length && (old < wanted.old || added < wanted.added); end += 1) {
    const line = lines[end] ?? '';
    if (line === '' || line.startsWith(' ')) {
      old += 1;
      added += 1;
    } else if (line.startsWith('-')) old += 1;
    else if (line.startsWith('+')) added += 1;
    else if (!line.startsWith('\\')) break;
  }
  return {old, added: added, end};
}
