import type {StructuredPatch} from 'diff';
import type {Statement} from '../../dops/syntax/statement.ts';
import {dopsAppliesTo, readDops} from './dops.ts';
import {factsOf} from './facts.ts';
import {applyExactly, type Overlay, overlayOf, patchedFile, readPatches} from './overlay.ts';
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
  const names = factsOf(input, 'patch', ['patch', 'rejects', 'applied']).map((path) => path.replace(/^.*\//, ''));
  const causes = input.causes.findings.filter(({kind, facts}) => kind === 'cause' && facts.patch);
  if (names.length === 0 || causes.some(({facts}) => (facts.kind ?? facts.patch?.split('/')[0]) !== 'dragonfly'))
    return undefined;
  const overlay = overlayOf(input);
  if (overlay === undefined) return undefined;
  const failed = [...new Set(names)].flatMap((name) => locatePatch(overlay, name, input.port.target) ?? []);
  return failed.length === new Set(names).size ? {overlay, failed} : undefined;
}

function locatePatch(overlay: Overlay, name: string, target: string): FailedPatch | undefined {
  const read = readDops(overlay.dops ?? '');
  if (read === undefined || !dopsAppliesTo(read, target)) return undefined;
  const materializing = read.statements
    .filter((one) => one.kind === 'file.materialize')
    .filter(({dst}) => dst === `dragonfly/${name}`);
  const plain = [`dragonfly/${name}`, `dragonfly/${target}/${name}`].filter((path) => overlay.files.has(path));
  const paths = overlay.dops === undefined ? plain : materializing.map(({src}) => src);
  const [path, ...others] = paths;
  const text = path === undefined ? undefined : overlay.files.get(path);
  const patches = text === undefined ? undefined : readPatches(text);
  if (path === undefined || others.length > 0 || text === undefined || patches === undefined) return undefined;
  return patches.every(isPlainPatch) ? {name, path, text, patches, statement: materializing[0]} : undefined;
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
  const dops = overlay.dops ?? '';
  const rest = statement === undefined ? dops : dops.slice(0, statement.place.start) + dops.slice(statement.place.end);
  const others = [...overlay.files].filter(
    ([other]) => other !== path && other !== 'overlay.dops' && !other.startsWith('dragonfly/'),
  );
  const found = overlay.dops === undefined ? others.map(([, text]) => text) : [rest];
  return found.some((text) => text.split(/[^\w.+-]+/).includes(name));
}
