import {parsePatch, type StructuredPatch} from 'diff';

/** Returns the patches of a unified diff; none for a text that cannot be read. */
export function patchesIn(text: string): StructuredPatch[] {
  try {
    return parsePatch(text);
  } catch {
    return [];
  }
}
