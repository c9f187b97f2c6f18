/** A command by which GNU patch recognises an ed script, behind the indent that it strips. */
const ED_COMMAND = /^[ \tX]*\d[\d,]*[acd]\r?$/;
const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** Returns whether a patch contains an ed script outside of unified hunks: patch would hand it to ed, which can run any program. */
export function hasEdScript(patch: string): boolean {
  let removed = 0;
  let added = 0;
  for (const line of patch.split('\n')) {
    if (removed > 0 || added > 0) {
      if (!line.startsWith('+') && !line.startsWith('\\')) removed--;
      if (!line.startsWith('-') && !line.startsWith('\\')) added--;
      continue;
    }
    const hunk = HUNK.exec(line);
    if (hunk !== null) [removed, added] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
    else if (ED_COMMAND.test(line)) return true;
  }
  return false;
}
