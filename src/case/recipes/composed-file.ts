import {applyExactly, type Changes, type Overlay, patchedFile, readPatches, revertExactly, unified} from './overlay.ts';

/**
 * What in the overlay makes the composed port's file `name` read `wanted`: `diffs/<name>.diff`, made, cut anew or deleted, or
 * the file below newport/ where the port is one of DeltaPorts' own. Undefined where that cannot be said for certain.
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

/** The composed port's file `name` as it was before the overlay's diff of it; undefined if there is no such diff, or several. */
export function composedFileBase(overlay: Overlay, name: string): string | undefined {
  const now = overlay.composed.get(name);
  const [found, ...others] = [...overlay.files].filter(([path, text]) => isDiff(path) && patchesFile(text, name));
  return now === undefined || found === undefined || others.length > 0 ? undefined : contentBefore(found[1], name, now);
}

function isDiff(path: string): boolean {
  return /^diffs\/[^/]+\.diff$/.test(path);
}

/** Also true of what cannot be read but names the file: better no fix than one beside it. */
function patchesFile(text: string, name: string): boolean {
  const patches = readPatches(text);
  return patches === undefined ? text.includes(name) : patches.some((patch) => patchedFile(patch) === name);
}

/** The file before the overlay's diff, if the diff is of this file alone and leads from the one to the other. */
function contentBefore(text: string, name: string, now: string): string | undefined {
  const patches = readPatches(text);
  const [patch] = patches ?? [];
  if (patch === undefined || patches?.length !== 1 || patchedFile(patch) !== name) return undefined;
  const base = revertExactly(now, patch);
  return base !== undefined && applyExactly(base, patch) === now ? base : undefined;
}
