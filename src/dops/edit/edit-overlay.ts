import {type Overlay, parseOverlay} from '../syntax/parse-overlay.ts';
import type {Statement} from '../syntax/statement.ts';
import {type Emittable, emitStatement} from './emit-statement.ts';

/** Edits below return the parsed result, in which all bytes but those of one statement are as before. */

/** Adds a statement on a line behind the statement of that index, or at the end of the file. */
export function addStatement(overlay: Overlay, statement: Emittable, behind: number = overlay.statements.length - 1): Overlay {
  const {text, statements} = overlay;
  const isLast = behind >= statements.length - 1;
  const at = isLast ? text.length : lineEnd(text, placeOf(statements, behind).end);
  const before = text.slice(0, at);
  const newline = newlineOf(text);
  const start = before === '' || /[\r\n]$/.test(before) ? '' : newline;
  const added = withNewlines(emitStatement(statement), newline);
  const index = isLast ? statements.length : behind + 1;
  return checked(overlay, `${before}${start}${added}${newline}${text.slice(at)}`, index, 0, statement);
}

/** Replaces the statement of that index. A comment behind it stays, on a line of its own if a heredoc takes its place. */
export function replaceStatement(overlay: Overlay, index: number, statement: Emittable): Overlay {
  const {text, statements} = overlay;
  const {start, end} = placeOf(statements, index);
  const newline = newlineOf(text);
  const emitted = withNewlines(emitStatement(statement), newline);
  const rest = text.slice(end);
  const separator = 'recipe' in statement && rest !== '' && !/^[\r\n]/.test(rest) ? newline : '';
  return checked(overlay, `${text.slice(0, start)}${emitted}${separator}${rest}`, index, 1, statement);
}

/** Removes the statement of that index with its lines, and a comment behind it; comments above stay. */
export function removeStatement(overlay: Overlay, index: number): Overlay {
  const {text, statements} = overlay;
  const {start, end} = placeOf(statements, index);
  return checked(overlay, text.slice(0, lineStart(text, start)) + text.slice(lineEnd(text, end)), index, 1);
}

function placeOf(statements: readonly Statement[], index: number): Statement['place'] {
  const statement = statements[index];
  if (statement === undefined) throw new Error(`The overlay has ${statements.length} statements; there is no index ${index}.`);
  return statement.place;
}

/** Parses the edited text, and throws unless it has the statements of before with the one edit: an edit never changes another one. */
function checked(before: Overlay, text: string, index: number, removed: number, added?: Emittable): Overlay {
  const edited = parseOverlay(text);
  const expected = before.statements.map((statement) => sourceOf(before, statement));
  const found = edited.statements.map((statement) => sourceOf(edited, statement));
  const [replacement] = added === undefined ? [] : found.slice(index, index + 1);
  expected.splice(index, removed, ...(replacement === undefined ? [] : [replacement]));
  const isKind = added === undefined || edited.statements[index]?.kind === added.kind;
  if (isKind && expected.length === found.length && expected.every((source, at) => source === found[at])) return edited;
  throw new Error(
    'The edit would change other statements of overlay.dops. Repair its errors first, or edit the file as text with replace_in_file.',
  );
}

/** Returns the text of a statement. */
export function sourceOf({text}: Overlay, {place}: Statement): string {
  return text.slice(place.start, place.end);
}

function lineStart(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}

/** Returns the offset behind the newline of this line. */
function lineEnd(text: string, offset: number): number {
  const rest = /\r\n?|\n/g;
  rest.lastIndex = offset;
  return rest.exec(text) === null ? text.length : rest.lastIndex;
}

function newlineOf(text: string): string {
  return /\r\n?|\n/.exec(text)?.[0] ?? '\n';
}

function withNewlines(emitted: string, newline: string): string {
  return newline === '\n' ? emitted : emitted.replaceAll('\n', newline);
}
