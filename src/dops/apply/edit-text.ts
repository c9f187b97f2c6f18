import {splitLines} from '../syntax/lines.ts';
import {changed, type Edit, editOnly, missing} from './edit.ts';

/** `text line-remove`: deletes the first line that equals `exact`. */
export function removeLine(text: string, exact: string): Edit {
  const lines = splitLines(text);
  const at = lines.indexOf(exact);
  if (at < 0) return missing(`No line equals ${JSON.stringify(exact)}.`);
  lines.splice(at, 1);
  return changed(lines.join('\n') + (text.endsWith('\n') && lines.length > 0 ? '\n' : ''));
}

/** `text line-insert-after`: inserts behind the first line that equals `anchor`; the result always ends with LF. */
export function insertLine(text: string, anchor: string, line: string): Edit {
  const lines = splitLines(text);
  const at = lines.indexOf(anchor);
  if (at < 0) return missing(`No line equals ${JSON.stringify(anchor)}.`);
  lines.splice(at + 1, 0, line);
  return changed(`${lines.join('\n')}\n`);
}

/** `text replace-once`: replaces the only occurrence, which may span lines. The empty text occurs once in an empty file. */
export function replaceOnce(text: string, from: string, to: string): Edit {
  return editOnly(occurrences(text, from), JSON.stringify(from), (at) =>
    changed(text.slice(0, at) + to + text.slice(at + from.length)),
  );
}

/** Returns the first two places, without overlap. */
function occurrences(text: string, part: string): number[] {
  const first = text.indexOf(part);
  if (first < 0) return [];
  const second = part === '' && text === '' ? -1 : text.indexOf(part, first + Math.max(part.length, 1));
  return second < 0 ? [first] : [first, second];
}
