import {createTwoFilesPatch} from 'diff';
import type {Change} from './trace.ts';

/** Most changed lines that are shown as a diff, whose computation takes time by their square. */
const MOST_CHANGED = 1000;

/** Returns a change as a unified diff, or a line if it is not of text or changes too many lines. */
export function showChange({path, before, after}: Change): string {
  const [old, updated] = [toText(before), toText(after)];
  if (old === undefined || updated === undefined) return `Binary file ${path} changes.`;
  const from = before === undefined ? '/dev/null' : `a/${path}`;
  const to = after === undefined ? '/dev/null' : `b/${path}`;
  const options = {context: 2, maxEditLength: MOST_CHANGED};
  const diff = createTwoFilesPatch(from, to, old, updated, undefined, undefined, options);
  if (diff === undefined) return `${path}: ${before?.length ?? 0} bytes become ${after?.length ?? 0}.`;
  return diff.replace(/^=+\n/, '').trimEnd();
}

/** Returns undefined for bytes that are not UTF-8. */
function toText(bytes: Uint8Array | undefined): string | undefined {
  if (bytes === undefined) return '';
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch {
    return undefined;
  }
}
