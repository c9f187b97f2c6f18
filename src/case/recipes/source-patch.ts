import {dopsChanges, editableDops, withOperations} from './dops-overlay.ts';
import {applyExactly, type Changes, type Overlay, patchedFile, readPatches, unified} from './overlay.ts';

/** An edit of one file of the source; undefined where it has no certain place. */
export type SourceEdit = (text: string) => string | undefined;

/** A dragonfly patch of the overlay that changes a file. */
interface OwnPatch {
  readonly path: string;
  readonly text: string;
}

/**
 * Returns the changes of the overlay by which files of the source are edited after its own patches: new patches below dragonfly/, and
 * present ones with the edit added. `sources` has the files after files/ and before dragonfly/. Undefined if an edit has no certain
 * place, or several patches change a file.
 */
export function sourcePatchChanges(
  overlay: Overlay,
  sources: ReadonlyMap<string, string>,
  edits: ReadonlyMap<string, SourceEdit>,
  reason: string,
): Changes | undefined {
  const written = [...edits].map(([file, edit]) => {
    const source = sources.get(file);
    return source === undefined ? undefined : patchFor(overlay, file, source, edit);
  });
  const patches = written.flatMap((one) => one ?? []);
  if (patches.length === 0 || patches.length !== written.length) return undefined;
  const changes = new Map(patches.map(({path, text}) => [path, text] as const));
  if (overlay.form === 'compat') return changes;
  const dops = editableDops(overlay, reason);
  const fresh = patches.filter(({path}) => !overlay.files.has(path));
  const operations = fresh.map(({path}) => ({kind: 'file.materialize', src: path, dst: path}) as const);
  if (dops === undefined) return undefined;
  return fresh.length === 0 ? changes : new Map([...changes, ...dopsChanges(overlay, withOperations(dops, operations))]);
}

/** Returns a file of the source as the overlay's patches leave it; undefined if one of them does not apply. */
export function patchedSource(overlay: Overlay, file: string, source: string): string | undefined {
  let text: string | undefined = source;
  for (const {text: own} of patchesOf(overlay, file)) {
    for (const patch of readPatches(own) ?? []) {
      if (text !== undefined && patchedFile(patch) === file) text = applyExactly(text, patch);
    }
  }
  return text;
}

function patchFor(overlay: Overlay, file: string, source: string, edit: SourceEdit): OwnPatch | undefined {
  const before = patchedSource(overlay, file, source);
  const after = before === undefined ? undefined : edit(before);
  const [own, ...others] = patchesOf(overlay, file);
  if (after === undefined || after === before || others.length > 0) return undefined;
  const path = own?.path ?? `dragonfly/${patchName(file)}`;
  if (own === undefined && (overlay.files.has(path) || overlay.composed.has(path))) return undefined;
  if (own !== undefined && !isOnlyFor(overlay, own)) return undefined;
  const text = preamble(own) + unified(`${file}.orig`, file, source, after);
  const [patch] = readPatches(text) ?? [];
  return patch !== undefined && applyExactly(source, patch) === after ? {path, text} : undefined;
}

/** Returns the name of a patch by the convention of ports: `_` for a slash, `__` for an underscore. */
function patchName(file: string): string {
  return `patch-${file.replaceAll('_', '__').replaceAll('/', '_')}`;
}

/** Returns the composed port's dragonfly patches that change a file, in the order in which they are applied. */
function patchesOf({composed}: Overlay, file: string): OwnPatch[] {
  const own = [...composed].filter(([path, text]) => {
    const isPatch = /^dragonfly\/patch-[^/]+$/.test(path);
    return isPatch && (readPatches(text) ?? []).some((patch) => patchedFile(patch) === file);
  });
  return own.sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, text]) => ({path, text}));
}

/** Returns whether a patch is a file of the overlay under the same path, and changes one file only. */
function isOnlyFor({files}: Overlay, {path, text}: OwnPatch): boolean {
  return files.get(path) === text && readPatches(text)?.length === 1;
}

/** Returns the text above the first file: comments of the patch's author. */
function preamble(own: OwnPatch | undefined): string {
  return own === undefined ? '' : own.text.slice(0, /^--- /m.exec(own.text)?.index ?? 0);
}
