/** Entries that check-plist reports: paths, some with a keyword (`@dir share/x`). */
export interface Mismatch {
  readonly orphaned: readonly string[];
  readonly missing: readonly string[];
}

/** A plist after an edit, and the entries that the edit did not find. */
export interface PlistEdit {
  readonly text: string;
  /** Removed and added lines, complete. */
  readonly removed: readonly string[];
  readonly added: readonly string[];
  readonly notFound: readonly string[];
}

/** Returns the path of a plist line or of a check-plist entry, without keyword and owner. */
export function pathOf(entry: string): string {
  return (/^@(?:[\w-]+(?:\([^)]*\))?|\([^)]*\))\s+(\S+)/.exec(entry)?.[1] ?? entry).trim();
}

/**
 * Returns whether a plist entry as written (with `%%X%%` or `${X}`) can expand to a path; a variable ending in DIR may contain
 * slashes.
 */
export function matchesPath(entry: string, path: string): boolean {
  const written = pathOf(entry.replace(/^(%%\w+%%)+(?=@)/, ''));
  if (!/%%\w+%%|\$\{\w+\}/.test(written)) return written === pathOf(path);
  const pattern = written
    .split(/(%%\w+%%|\$\{\w+\})/)
    .map((part, index) =>
      index % 2 === 0 ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : /DIR\W+$/.test(part) ? '.+' : '[^/]*',
    );
  return written.replace(/%%\w+%%|\$\{\w+\}/g, '').length > 1 && new RegExp(`^${pattern.join('')}$`).test(pathOf(path));
}

/** Returns the only entry for a path, preferring an exact one to one with variables; undefined if there is none or several. */
export function findEntry<T extends string>(entries: readonly T[], path: string): T | undefined {
  const exact = entries.filter((entry) => pathOf(entry) === pathOf(path) && isDir(entry) === isDir(path));
  const found = exact.length > 0 ? exact : entries.filter((entry) => isDir(entry) === isDir(path) && matchesPath(entry, path));
  return found.length === 1 ? found[0] : undefined;
}

/** Returns whether a plist entry is a directory. */
export function isDir(entry: string): boolean {
  return /^(%%\w+%%)*@dir(rm|rmtry)?\b/.test(entry);
}

/** Returns whether a line of a plist names a file or a directory, not a comment or a script. */
export function isEntry(line: string): boolean {
  return line.trim() !== '' && (!line.startsWith('@') || /^@(dir|sample|shell|info|\()/.test(line)) && !line.includes('@comment');
}

/** Returns whether a file of a port is a plist. */
export function isPlist(path: string): boolean {
  return /^pkg-plist[\w.-]*$/.test(path);
}

/** Returns the variable of a Makefile that lists an entry. */
export function listVariable(entry: string): 'PLIST_FILES' | 'PLIST_DIRS' {
  return isDir(entry) ? 'PLIST_DIRS' : 'PLIST_FILES';
}

/** Returns the plist that has the missing entries; without such, the only plist. */
export function plistName(composed: ReadonlyMap<string, string>, missing: readonly string[]): string | undefined {
  const all = [...composed.keys()].filter(isPlist);
  const having = all.filter((path) => {
    const entries = (composed.get(path) ?? '').split('\n').filter(isEntry);
    return missing.some((one) => findEntry(entries, one) !== undefined);
  });
  const [name, ...others] = having.length > 0 ? having : all;
  return others.length === 0 ? name : undefined;
}

/** Returns the other spelling of a path: `/etc/x` for `etc/x` and the reverse. */
export function otherSpelling(path: string): string {
  return path.startsWith('/') ? path.slice(1) : `/${path}`;
}

/**
 * Removes missing entries from a plist and inserts orphans in sort order. An entry that is orphaned under its other spelling is
 * rewritten in place, together with the `@dir` of its directory if nothing else is in it.
 */
export function editPlist(text: string, {orphaned, missing}: Mismatch): PlistEdit {
  const lines = text.replace(/\n$/, '').split('\n');
  const removed: string[] = [];
  const added: string[] = [];
  const notFound: string[] = [];
  const moved: string[] = [];
  const rewritten = new Set<string>();
  for (const path of missing) {
    const line = findEntry(lines.filter(isEntry), path);
    if (line === undefined) {
      notFound.push(path);
      continue;
    }
    const other = orphaned.find((orphan) => pathOf(orphan) === otherSpelling(pathOf(path)) && isDir(orphan) === isDir(path));
    const replacement = other !== undefined && line.includes(pathOf(path)) ? [line.replace(pathOf(path), pathOf(other))] : [];
    if (other !== undefined && replacement.length > 0) rewritten.add(other);
    lines.splice(lines.indexOf(line), 1, ...replacement);
    removed.push(line);
    added.push(...replacement);
    if (replacement.length > 0) moved.push(pathOf(path));
  }
  for (const path of moved) rewriteDirs(lines, path, removed, added);
  for (const orphan of orphaned.filter((path) => !rewritten.has(path))) {
    lines.splice(placeFor(lines, orphan), 0, orphan);
    added.push(orphan);
  }
  return {text: `${lines.join('\n')}\n`, removed, added, notFound};
}

/**
 * Returns a plist with those orphans restored that `base` (the plist before the overlay's diff) contains, at their old places.
 */
export function restoreLines(text: string, base: string, orphaned: readonly string[]): {text: string; left: string[]} {
  const lines = text.split('\n');
  const before = base.split('\n');
  const left = orphaned.filter((orphan) => {
    const line = findEntry(
      before.filter((one) => isEntry(one) && !lines.includes(one)),
      orphan,
    );
    if (line === undefined) return true;
    const above = before.slice(0, before.indexOf(line)).findLast((one) => lines.includes(one));
    lines.splice(above === undefined ? 0 : lines.indexOf(above) + 1, 0, line);
    return false;
  });
  return {text: lines.join('\n'), left};
}

/** Rewrites the directory of a file that was rewritten: `@dir /etc/x` becomes `@dir etc/x`. */
function rewriteDirs(lines: string[], path: string, removed: string[], added: string[]): void {
  for (const [index, line] of lines.entries()) {
    const dir = pathOf(line);
    const own = isDir(line) && path.startsWith(`${dir}/`) && !lines.some((other) => pathOf(other).startsWith(`${dir}/`));
    if (!own) continue;
    lines[index] = line.replace(dir, otherSpelling(dir));
    removed.push(line);
    added.push(lines[index]);
  }
}

/**
 * Returns the index before the first file that sorts after the entry, else after the last file; a directory goes to the end.
 * Never below a line that sets mode, owner or root.
 */
function placeFor(lines: readonly string[], entry: string): number {
  const setting = lines.findIndex((line) => /^@(mode|owner|group|cwd)\b/.test(line));
  const free = setting < 0 ? lines : lines.slice(0, setting);
  if (isDir(entry)) return free.length;
  const files = free.flatMap((line, index) => (isEntry(line) && !isDir(line) && !line.startsWith('%%') ? [{line, index}] : []));
  const next = files.find(({line}) => pathOf(line) > pathOf(entry));
  return next?.index ?? (files.at(-1)?.index ?? -1) + 1;
}

/** Returns whether an entry is for a path outside PREFIX; check-plist prints only such paths with their directory from the root. */
export function isOutsidePrefix(entry: string): boolean {
  return /^\/(?!usr\/local\/)/.test(pathOf(entry));
}
