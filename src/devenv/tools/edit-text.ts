import {findText, type TextSearch} from './find-text.ts';
import {refused} from './results.ts';
import type {ToolOutcome} from './tool.ts';

/** One replacement in a text. */
export interface TextEdit {
  readonly old_text: string;
  readonly new_text: string;
  /** Whether every exact occurrence is replaced; else there must be one. */
  readonly all?: boolean;
}

/** Place of an edit in the text before it: its first line, from 1, and how it was found. */
export interface EditPlace {
  readonly line: number;
  readonly matched: 'exact' | 'whitespace';
  /** Number of occurrences that were replaced, with `all`. */
  readonly count?: number;
}

export type EditedText =
  | {readonly ok: true; readonly text: string; readonly places: readonly EditPlace[]}
  | {readonly ok: false; readonly outcome: ToolOutcome};

/** Applies edits in their order to a text of bytes, one character each: all of them, or none. `path` is for the errors. */
export function applyEdits(content: string, edits: readonly TextEdit[], path: string): EditedText {
  let text = content;
  const places: EditPlace[] = [];
  for (const [at, edit] of edits.entries()) {
    const label = edits.length > 1 ? `edits[${at}]: ` : '';
    const edited = applyEdit(text, edit, path, label);
    if (!edited.ok) return edited;
    text = edited.text;
    places.push(...edited.places);
  }
  return {ok: true, text, places};
}

function applyEdit(content: string, edit: TextEdit, path: string, label: string): EditedText {
  const [wanted, fresh] = [bytesOf(edit.old_text), bytesOf(edit.new_text)];
  if (wanted.trim() === '')
    return no(refused('bad_arguments', `${label}old_text must have something in it. Only a new file takes an empty one.`));
  if (wanted === fresh) return no(refused('bad_arguments', `${label}old_text and new_text must differ.`));
  const found = findText(content, wanted);
  if (edit.all && found.kind === 'several' && found.how === 'exact') return replaceAll(content, wanted, fresh, found.lines[0]);
  if (found.kind !== 'found') return no(notFound(path, found, label));
  const text = content.slice(0, found.start) + fitted(fresh, found.how, content[found.end]) + content.slice(found.end);
  return {ok: true, text, places: [{line: found.line, matched: found.how}]};
}

function replaceAll(content: string, wanted: string, fresh: string, line = 1): EditedText {
  const parts = content.split(wanted);
  return {ok: true, text: parts.join(fresh), places: [{line, matched: 'exact', count: parts.length - 1}]};
}

function no(outcome: ToolOutcome): EditedText {
  return {ok: false, outcome};
}

/** Returns the new text for a place. What was found by lines ends before a line break, so one at the end of the new text would be one too many. */
export function fitted(fresh: string, how: 'exact' | 'whitespace', next: string | undefined): string {
  return how === 'whitespace' && next === '\n' ? fresh.replace(/\n$/, '') : fresh;
}

/** Returns the refusal of an edit whose text is missing or not unique. */
export function notFound(path: string, search: Exclude<TextSearch, {kind: 'found'}>, label = ''): ToolOutcome {
  if (search.kind === 'several') {
    return refused(
      'not_unique',
      `${label}old_text must occur once in ${path}; it occurs at lines ${search.lines.join(', ')}. Take more lines around it.`,
      {lines: search.lines},
    );
  }
  const near = search.nearest;
  if (near === undefined)
    return refused('not_found', `${label}old_text is not in ${path}, and nothing is like it. Read the file.`);
  const nearest = {line: near.line, text: Buffer.from(near.text, 'latin1').toString('utf8')};
  return refused(
    'not_found',
    `${label}old_text is not in ${path}. The nearest text, at line ${near.line}, is in nearest; copy from it.`,
    {nearest},
  );
}

/** Returns the UTF-8 bytes of an argument, one character each. */
export function bytesOf(value: unknown): string {
  return Buffer.from(String(value), 'utf8').toString('latin1');
}
