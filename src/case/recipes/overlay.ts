import {applyPatch, FILE_HEADERS_ONLY, formatPatch, reversePatch, type StructuredPatch, structuredPatch} from 'diff';
import {overlayForm} from '../../dops/overlay-form.ts';
import {patchesIn} from '../../dops/read-patches.ts';
import type {PortFile} from '../prompt/playbooks.ts';
import type {RecipeInput} from './recipe.ts';

/** Snapshots truncate files at this many bytes (`readPortFiles`); a file of that size is incomplete. */
const SNAPSHOT_BYTES = 65_536;

/** Path of the overlay's operations. */
export const DOPS = 'overlay.dops';
/** Path of the Makefile fragment of an overlay without overlay.dops. */
export const FRAGMENT = 'Makefile.DragonFly';

/** Complete texts of files by path, relative to the directory of a port. */
export type Texts = ReadonlyMap<string, string>;

/** A port as recipes edit it. */
export interface Overlay {
  readonly origin: string;
  readonly target: string;
  readonly files: Texts;
  readonly composed: Texts;
  /** The port as FreeBSD has it; undefined if the dev-env has none. */
  readonly freebsd: Texts | undefined;
  /** `dops`: overlay.dops alone counts. `compat`: Makefile.DragonFly, diffs/ or dragonfly/ without one. `none`: an overlay.dops is to be created. */
  readonly form: 'dops' | 'compat' | 'none';
}

/** New texts of overlay files by path; undefined deletes the file. */
export type Changes = ReadonlyMap<string, string | undefined>;

/**
 * Returns both halves of the snapshot. Truncated and non-UTF-8 files are omitted; undefined if the overlay has such a file,
 * since a fix may conflict with it.
 */
export function overlayOf({port, files: all, freebsd}: RecipeInput): Overlay | undefined {
  if (all.some(({path, text}) => path.startsWith('overlay/') && !isComplete(text))) return undefined;
  const files = completeTexts(all, 'overlay/');
  const base = freebsd && completeTexts(freebsd, '');
  const {origin, target} = port;
  return {origin, target, files, composed: completeTexts(all, 'port/'), freebsd: base, form: overlayForm(files.keys())};
}

function completeTexts(all: readonly PortFile[], prefix: string): Texts {
  const complete = all.filter(({path, text}) => path.startsWith(prefix) && isComplete(text));
  return new Map(complete.map(({path, text}) => [path.slice(prefix.length), text]));
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
export function gitDiff(overlay: Pick<Overlay, 'origin' | 'files'>, changes: Changes): string | undefined {
  const paths = [...changes.keys()].sort().filter((path) => overlay.files.get(path) !== changes.get(path));
  if (paths.length === 0 || paths.some((path) => !/^[\w.+@%~,=-]+(\/[\w.+@%~,=-]+)*$/.test(path))) return undefined;
  return paths.map((path) => fileDiff(overlay, path, changes.get(path))).join('');
}

function fileDiff({origin, files}: Pick<Overlay, 'origin' | 'files'>, path: string, updated: string | undefined): string {
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
  const patches = patchesIn(text);
  return patches.length > 0 && patches.every(({hunks}) => hunks.length > 0) ? patches : undefined;
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
