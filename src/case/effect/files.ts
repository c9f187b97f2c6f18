import {baseName} from '../text/base-name.ts';
import type {Finding} from '../types.ts';
import {findingOf} from './rules.ts';
import type {PortFile, PortSnapshot} from './snapshot.ts';
import {deltaOf} from './words.ts';

/** Base names of the patches that fail in the log, as the diff guard has them. */
export interface FileFacts {
  readonly failedPatches: ReadonlySet<string>;
}

/** A file of the composed port that a diff changed. */
export interface FileChange {
  readonly path: string;
  readonly before: PortFile | undefined;
  readonly after: PortFile | undefined;
}

/** Files that make reads, or chooses its directory by, by itself. */
const IMPLICIT = /^(?:makefile|BSDmakefile|GNUmakefile|\.depend|obj(?:\..*)?|Makefile\.local|\.makerc)(?:\/|$)/;
/** Scripts that run as root where the package is installed. */
const PACKAGE_SCRIPT = /(?:^|\/)pkg-(?:de)?install(?:\.in)?$|(?:^|\/)pkg-(?:pre|post)\w*(?:\.in)?$/;
const PLIST = /plist/i;
const KEYWORD = /^@(?:\(|(?:pre|post)?(?:un)?exec\b|shell\b|rc_subr\b|mode\b|owner\b|sample\s*\||[\w-]*script)/;

/** Returns the files that differ in content, kind or permission. */
export function fileChanges(before: PortSnapshot, after: PortSnapshot): FileChange[] {
  const [old, now] = [byPath(before.files), byPath(after.files)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths
    .map((path) => ({path, before: old.get(path), after: now.get(path)}))
    .filter((one) => JSON.stringify(one.before) !== JSON.stringify(one.after));
}

/** Returns the findings for changed files. */
export function fileFindings(
  changes: readonly FileChange[],
  before: PortSnapshot,
  after: PortSnapshot,
  facts: FileFacts,
): Finding[] {
  return changes.flatMap((change) => [
    ...pathFindings(change),
    ...patchFindings(change, changes, facts),
    ...plistFindings(change, before, after),
  ]);
}

function pathFindings({path, before, after}: FileChange): Finding[] {
  const base = baseName(path);
  if (/^distinfo(?:\.|$)/.test(base)) return [findingOf('distinfo', path, 'The checksums of the composed port change.')];
  if (after === undefined) return PACKAGE_SCRIPT.test(path) ? [script(path)] : [];
  const found: Finding[] = [];
  if (IMPLICIT.test(path))
    found.push(
      findingOf('checks', path, 'make reads this file, or works in this directory, instead of the port’s own Makefile.'),
    );
  if (after.kind !== 'file') found.push(findingOf('file-kind', path, 'The composed port gets a link or a special file.'));
  if (/^[2467]\d{3}$/.test(after.mode)) found.push(findingOf('privileges', path, `The file has the mode ${after.mode}.`));
  if (PACKAGE_SCRIPT.test(path) && before?.sha256 !== after.sha256) found.push(script(path));
  return found;
}

function script(path: string): Finding {
  return findingOf('install-script-file', path, 'This script runs as root on every machine that installs the package.');
}

/** A patch that is gone, or has no hunk any more, is lost; a patch that only moved between the patch directories is not. */
function patchFindings({path, before, after}: FileChange, changes: readonly FileChange[], {failedPatches}: FileFacts): Finding[] {
  const base = baseName(path);
  if (!/^(?:files|dragonfly)\/(?:.*\/)?(?:extra-)?patch-/.test(path) || before === undefined || after !== undefined) return [];
  if (/\.(?:orig|rej)$|~$/.test(base)) return [];
  const moved = changes.some(
    (one) =>
      one.before === undefined &&
      one.after?.sha256 === before.sha256 &&
      /^(?:files|dragonfly)\/patch-[^/]+$/.test(one.path) &&
      !/\.(?:orig|rej)$|~$/.test(one.path),
  );
  if (moved) return [];
  if (failedPatches.has(base))
    return [findingOf('failed-patch-deleted', path, `${base} is no longer applied; it fails in the log.`)];
  return [
    findingOf('patch-deleted', path, `${base} is no longer applied, but it does not fail in the log; its changes would be lost.`),
  ];
}

function plistFindings({path}: FileChange, before: PortSnapshot, after: PortSnapshot): Finding[] {
  if (!PLIST.test(path)) return [];
  const lines = (snapshot: PortSnapshot): string[] =>
    (snapshot.texts[path] ?? '').split('\n').map((line) => line.replace(/^(?:%%[\w-]+%%)+/, ''));
  const keyword = deltaOf(lines(before), lines(after)).added.find((line) => KEYWORD.test(line));
  if (keyword === undefined) return [];
  const rule = /^@\([^)]*,\s*0?[2467]\d{3}|^@mode\s+(?:0?[2467]\d{3}|\S*\+s)/.test(keyword) ? 'privileges' : 'install-script';
  return [findingOf(rule, path, `The packing list runs commands or sets owners and modes: ${keyword.slice(0, 200)}`)];
}

function byPath(files: readonly PortFile[]): Map<string, PortFile> {
  return new Map(files.map((file) => [file.path, file]));
}
