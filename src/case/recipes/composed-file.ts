import {applyExactly, type Changes, type Overlay, patchedFile, readPatches, revertExactly, unified} from './overlay.ts';

/**
 * Returns the overlay changes that make the composed file `name` equal to `wanted`: a new, regenerated or deleted
 * `diffs/<name>.diff`, or the file below newport/ for a port that exists only in DeltaPorts. Undefined if the change is not
 * certain.
 */
export function composedFileChanges(overlay: Overlay, name: string, wanted: string): Changes | undefined {
  const now = overlay.composed.get(name);
  if (now === undefined || now === wanted) return undefined;
  const diffs = [...overlay.files].filter(([path, text]) => isDiff(path) && patchesFile(text, name));
  const kind = (overlay.files.get('STATUS') ?? 'PORT').trim().split(/\s+/)[0] ?? '';
  if (diffs.length === 0 && kind === 'DPORT')
    return overlay.files.get(`newport/${name}`) === now ? new Map([[`newport/${name}`, wanted]]) : undefined;
  if ((kind !== 'PORT' && kind !== 'DPORT') || diffs.length > 1) return undefined;
  const [[path, text] = [`diffs/${name.replaceAll('/', '_')}.diff`, undefined]] = diffs;
  const base = text === undefined ? now : contentBefore(text, name, now);
  if (base === undefined || (text === undefined && overlay.files.has(path))) return undefined;
  return new Map([[path, base === wanted ? undefined : unified(`${name}.orig`, name, base, wanted)]]);
}

/** Returns the composed file `name` as it was before the overlay's diff; undefined without such a diff, or with several. */
export function composedFileBase(overlay: Overlay, name: string): string | undefined {
  const now = overlay.composed.get(name);
  const [found, ...others] = [...overlay.files].filter(([path, text]) => isDiff(path) && patchesFile(text, name));
  return now === undefined || found === undefined || others.length > 0 ? undefined : contentBefore(found[1], name, now);
}

function isDiff(path: string): boolean {
  return /^diffs\/[^/]+\.diff$/.test(path);
}

/** Returns whether a diff changes the file; true also of an unreadable diff that mentions it, since no fix is better than a conflicting one. */
function patchesFile(text: string, name: string): boolean {
  const patches = readPatches(text);
  return patches === undefined ? text.includes(name) : patches.some((patch) => patchedFile(patch) === name);
}

/** Returns the file before the diff, if the diff changes only this file and applies to the result exactly. */
function contentBefore(text: string, name: string, now: string): string | undefined {
  const patches = readPatches(text);
  const [patch] = patches ?? [];
  if (patch === undefined || patches?.length !== 1 || patchedFile(patch) !== name) return undefined;
  const base = revertExactly(now, patch);
  return base !== undefined && applyExactly(base, patch) === now ? base : undefined;
}
