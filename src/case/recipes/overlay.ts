import {applyPatch, FILE_HEADERS_ONLY, formatPatch, parsePatch, reversePatch, type StructuredPatch, structuredPatch} from 'diff';
import type {RecipeInput} from './recipe.ts';

/** Snapshots truncate files at this many bytes (`readPortFiles`); a file of that size is incomplete. */
const SNAPSHOT_BYTES = 65_536;

/** A port as recipes edit it. Paths are relative to the port's overlay directory, and to the composed port. */
export interface Overlay {
  readonly origin: string;
  readonly files: ReadonlyMap<string, string>;
  readonly composed: ReadonlyMap<string, string>;
  /** Text of overlay.dops, if there is one: then nothing else in the overlay applies (contract, 7.4). */
  readonly dops: string | undefined;
}

/** New texts of overlay files by path; undefined deletes the file. */
export type Changes = ReadonlyMap<string, string | undefined>;

/**
 * Returns both halves of the snapshot. Truncated and non-UTF-8 files are omitted; undefined if the overlay has such a file,
 * since a fix may conflict with it.
 */
export function overlayOf({port, files: all}: RecipeInput): Overlay | undefined {
  if (all.some(({path, text}) => path.startsWith('overlay/') && !isComplete(text))) return undefined;
  const half = (prefix: string) =>
    new Map(
      all.flatMap(({path, text}) => (path.startsWith(prefix) && isComplete(text) ? [[path.slice(prefix.length), text]] : [])),
    );
  const files = half('overlay/');
  return {origin: port.origin, files, composed: half('port/'), dops: files.get('overlay.dops')};
}

function isComplete(text: string): boolean {
  return !text.includes('\uFFFD') && !text.includes('\0') && utf8Bytes(text) < SNAPSHOT_BYTES;
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

/**
 * Returns the changes as one diff for `git apply`, sorted by path; undefined if nothing changes or a path has unusual
 * characters.
 */
export function gitDiff(overlay: Overlay, changes: Changes): string | undefined {
  const paths = [...changes.keys()].sort().filter((path) => overlay.files.get(path) !== changes.get(path));
  if (paths.length === 0 || paths.some((path) => !/^[\w.+@%~,=-]+(\/[\w.+@%~,=-]+)*$/.test(path))) return undefined;
  return paths.map((path) => fileDiff(overlay, path, changes.get(path))).join('');
}

function fileDiff({origin, files}: Overlay, path: string, updated: string | undefined): string {
  const old = files.get(path);
  const from = `a/ports/${origin}/${path}`;
  const to = `b/ports/${origin}/${path}`;
  const head = `diff --git ${from} ${to}\n${modeLine(old, updated)}`;
  if ((old ?? '') === (updated ?? '')) return head;
  const oldName = old === undefined ? '/dev/null' : from;
  const newName = updated === undefined ? '/dev/null' : to;
  return head + unified(oldName, newName, old ?? '', updated ?? '');
}

function modeLine(old: string | undefined, updated: string | undefined): string {
  if (old === undefined) return 'new file mode 100644\n';
  return updated === undefined ? 'deleted file mode 100644\n' : '';
}

/** Returns a plain unified diff of two texts with 3 lines of context: the format of *.diff and patch-* files in an overlay. */
export function unified(oldName: string, newName: string, oldText: string, newText: string): string {
  return formatPatch(structuredPatch(oldName, newName, oldText, newText, undefined, undefined, {context: 3}), FILE_HEADERS_ONLY);
}

/** Returns the patches of a file, or undefined if it is not a fully readable unified diff. */
export function readPatches(text: string): StructuredPatch[] | undefined {
  try {
    const patches = parsePatch(text);
    return patches.length > 0 && patches.every(({hunks}) => hunks.length > 0) ? patches : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the path of the file that a patch changes, without `./` and `.orig`. */
export function patchedFile(patch: StructuredPatch): string {
  const named = [patch.newFileName, patch.oldFileName].find((name) => name !== undefined && name !== '/dev/null') ?? '';
  return named.replace(/^(\.\/)+/, '').replace(/\.orig$/, '');
}

/** Returns the text with a patch applied without fuzz; undefined if it does not apply. */
export function applyExactly(text: string, patch: StructuredPatch): string | undefined {
  const result = applyPatch(text, patch, {fuzzFactor: 0, autoConvertLineEndings: false});
  return result === false ? undefined : result;
}

/** Returns the text as it was before the patch; undefined if the text does not contain the patch. */
export function revertExactly(text: string, patch: StructuredPatch): string | undefined {
  return applyExactly(text, reversePatch(patch));
}
