import {formatPatch, structuredPatch} from 'diff';

/** Returns a patch of one file of the source, as dragonfly/ has it. */
export function patchOf(file: string, before: string, after: string): string {
  return formatPatch(structuredPatch(`${file}.orig`, file, before, after, undefined, undefined, {context: 3})).replace(
    /^=+\n/m,
    '',
  );
}
