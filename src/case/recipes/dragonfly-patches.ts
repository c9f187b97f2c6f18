import type {StructuredPatch} from 'diff';
import type {Statement} from '../../dops/syntax/statement.ts';
import {baseName} from '../text/base-name.ts';
import {editableDops} from './dops-overlay.ts';
import {factsOf} from './facts.ts';
import {applyExactly, DOPS, type Overlay, overlayOf, patchedFile, readPatches} from './overlay.ts';
import type {RecipeInput} from './recipe.ts';

/** A patch below dragonfly/ that did not apply. */
export interface FailedPatch {
  readonly name: string;
  /** Path in the overlay. */
  readonly path: string;
  readonly text: string;
  readonly patches: readonly StructuredPatch[];
  /** Statement of overlay.dops that copies it into the port; undefined without an overlay.dops. */
  readonly statement: Statement | undefined;
}

/** The failed patches and their overlay. */
export interface FailedPatches {
  readonly overlay: Overlay;
  readonly failed: readonly FailedPatch[];
}

/** Returns the failed dragonfly patches; undefined if any other patch failed, or the snapshot lacks one of them. */
export function failedPatches(input: RecipeInput): FailedPatches | undefined {
  const names = factsOf(input, 'patch', ['patch', 'rejects', 'applied', 'gone']).map(baseName);
  const causes = input.causes.findings.filter(({kind, facts}) => kind === 'cause' && facts.patch);
  if (names.length === 0 || causes.some(({facts}) => (facts.kind ?? facts.patch?.split('/')[0]) !== 'dragonfly'))
    return undefined;
  const overlay = overlayOf(input);
  if (overlay === undefined) return undefined;
  const failed = [...new Set(names)].flatMap((name) => locatePatch(overlay, name) ?? []);
  return failed.length === new Set(names).size ? {overlay, failed} : undefined;
}

function locatePatch(overlay: Overlay, name: string): FailedPatch | undefined {
  const [found, ...others] = overlay.form === 'dops' ? materialized(overlay, name) : inDragonfly(overlay, name);
  const text = found === undefined ? undefined : overlay.files.get(found.path);
  const patches = text === undefined ? undefined : readPatches(text);
  if (found === undefined || others.length > 0 || text === undefined || patches === undefined) return undefined;
  return patches.every(isPlainPatch) ? {name, ...found, text, patches} : undefined;
}

type Place = Pick<FailedPatch, 'path' | 'statement'>;

function materialized(overlay: Overlay, name: string): Place[] {
  const statements = editableDops(overlay, '')?.statements ?? [];
  return statements.flatMap((statement) => {
    const isMaterialized = statement.kind === 'file.materialize' && statement.dst === `dragonfly/${name}`;
    return isMaterialized ? [{path: statement.src, statement}] : [];
  });
}

function inDragonfly({files, target}: Overlay, name: string): Place[] {
  const paths = [`dragonfly/${name}`, `dragonfly/${target}/${name}`].filter((path) => files.has(path));
  return paths.map((path) => ({path, statement: undefined}));
}

/** Returns whether a patch changes one existing file of the source, without creating or deleting it. */
function isPlainPatch(patch: StructuredPatch): boolean {
  const path = patchedFile(patch);
  const made = [patch.oldFileName, patch.newFileName].includes('/dev/null');
  return !made && /^[^/\0]+(\/[^/\0]+)*$/.test(path) && !path.split('/').includes('..');
}

/** Returns the source files that the failed patches change. */
export function patchedSources(input: RecipeInput): string[] | undefined {
  const found = failedPatches(input)?.failed.flatMap(({patches}) => patches.map(patchedFile));
  return found === undefined ? undefined : [...new Set(found)];
}

/**
 * Returns a source file as the patch `name` finds it: the file of `sources` (patched by files/) with the dragonfly patches
 * before `name` applied. Undefined if the file is missing or one of them does not apply.
 */
export function sourceFor(
  {overlay}: FailedPatches,
  name: string,
  file: string,
  sources: ReadonlyMap<string, string>,
): string | undefined {
  const before = [...overlay.composed].filter(([path]) => /^dragonfly\/patch-[^/]+$/.test(path) && path < `dragonfly/${name}`);
  let text = sources.get(file);
  for (const [, earlier] of before.sort(([a], [b]) => (a < b ? -1 : 1))) {
    for (const patch of readPatches(earlier) ?? []) {
      if (text !== undefined && patchedFile(patch) === file) text = applyExactly(text, patch);
    }
  }
  return text;
}

/** Returns whether another part of the overlay refers to the patch, so that it cannot simply be deleted. */
export function isReferencedElsewhere({overlay}: FailedPatches, {name, path, statement}: FailedPatch): boolean {
  const dops = overlay.files.get(DOPS);
  const texts =
    dops === undefined
      ? [...overlay.files].filter(([other]) => other !== path && !other.startsWith('dragonfly/')).map(([, text]) => text)
      : [statement === undefined ? dops : dops.slice(0, statement.place.start) + dops.slice(statement.place.end)];
  return texts.some((text) => text.split(/[^\w.+-]+/).includes(name));
}
