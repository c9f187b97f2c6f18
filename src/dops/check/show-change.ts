import {createTwoFilesPatch} from 'diff';
import type {Change} from './trace.ts';

/** Returns a change as a unified diff, or a line if it is not of text. */
export function showChange({path, before, after}: Change): string {
  const [old, updated] = [toText(before), toText(after)];
  if (old === undefined || updated === undefined) return `Binary file ${path} changes.`;
  const from = before === undefined ? '/dev/null' : `a/${path}`;
  const to = after === undefined ? '/dev/null' : `b/${path}`;
  return createTwoFilesPatch(from, to, old, updated, undefined, undefined, {context: 2}).replace(/^=+\n/, '').trimEnd();
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
