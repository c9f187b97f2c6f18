import {type Overlay, parseOverlay} from '../syntax/parse-overlay.ts';
import type {Statement} from '../syntax/statement.ts';
import {addStatement, removeStatement, replaceStatement, sourceOf} from './edit-overlay.ts';
import type {Emittable} from './emit-statement.ts';

/** Edit of an overlay in its own language. `at` is a line of a statement, or its text. */
export type TextEdit =
  | {readonly kind: 'add'; readonly statement: string; readonly after?: string | undefined}
  | {readonly kind: 'replace'; readonly at: string; readonly statement: string}
  | {readonly kind: 'remove'; readonly at: string};

/** An edit that is not done, with the reason. */
export interface EditRefusal {
  readonly ok: false;
  readonly kind: 'syntax' | 'not_found' | 'not_unique' | 'dops_errors';
  readonly error: string;
}

/** Result of an edit: the overlay, and the index of the first and the number of the statements that are new in it. */
export type TextEdited =
  | {readonly ok: true; readonly overlay: Overlay; readonly index: number; readonly count: number}
  | EditRefusal;

/** Edits an overlay by statement. Each other byte stays; an edit with a syntax error, or that would cause one, is refused. */
export function editByText(overlay: Overlay, edit: TextEdit): TextEdited {
  const added = edit.kind === 'remove' ? [] : readStatements(edit.statement);
  if (!Array.isArray(added)) return added;
  const place = edit.kind === 'add' ? edit.after : edit.at;
  const at = place === undefined ? endOfAny(overlay) : findStatement(overlay, place);
  if (typeof at !== 'number') return at;
  try {
    const edited = apply(overlay, edit.kind, at, added);
    const [error] = overlay.diagnostics.length === 0 ? edited.diagnostics : [];
    if (error !== undefined) return refused('syntax', `line ${error.line}, column ${error.column}: ${error.message}`);
    return {ok: true, overlay: edited, index: edit.kind === 'add' ? at + 1 : at, count: added.length};
  } catch (error) {
    return refused('dops_errors', (error as Error).message);
  }
}

function apply(overlay: Overlay, kind: TextEdit['kind'], at: number, added: readonly Emittable[]): Overlay {
  if (kind === 'remove') return removeStatement(overlay, at);
  const [first, ...more] = added;
  const replaced = kind === 'replace' && first !== undefined ? replaceStatement(overlay, at, first) : overlay;
  const behind = kind === 'replace' ? more : added;
  return behind.reduce((edited, statement, index) => addStatement(edited, statement, at + index), replaced);
}

/** Returns the index of the last statement in the scope of any target: what is added behind it is for all of them. */
export function endOfAny({statements}: Overlay): number {
  let isAny = true;
  let last = -1;
  for (const [index, statement] of statements.entries()) {
    if (statement.kind === 'target') isAny = statement.selectors.includes('@any');
    if (isAny) last = index;
  }
  return last;
}

/** Reads the statements of a text; comments are dropped. */
function readStatements(text: string): Emittable[] | EditRefusal {
  const {statements, diagnostics} = parseOverlay(text.endsWith('\n') ? text : `${text}\n`);
  const fault = diagnostics.find(({code}) => code.startsWith('E_PARSE'));
  if (fault !== undefined)
    return refused('syntax', `statement, line ${fault.line}, column ${fault.column}: ${fault.code}: ${fault.message}`);
  if (statements.length === 0) return refused('syntax', 'statement has no statement of overlay.dops, such as: mk add USES ssl');
  return statements.map(({place: _place, ...fields}) => fields as Emittable);
}

function findStatement(overlay: Overlay, at: string): number | EditRefusal {
  const {statements} = overlay;
  const isLine = /^\s*\d+\s*$/.test(at);
  const found = statements.flatMap((one, index) =>
    (isLine ? hasLine(overlay, one, Number(at)) : isSame(overlay, one, at)) ? [index] : [],
  );
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const lines = found.map((index) => statements[index]?.place.line).join(', ');
  if (only !== undefined)
    return refused('not_unique', `The text is that of several statements; give the line instead: ${lines}.`);
  const what = isLine ? `at line ${at.trim()}` : 'with this text';
  return refused('not_found', `overlay.dops has no statement ${what}. It has:\n${outlineOf(overlay)}`);
}

function hasLine({text}: Overlay, {place}: Statement, line: number): boolean {
  const last = place.line + text.slice(place.start, place.end).split(/\r\n?|\n/).length - 1;
  return line >= place.line && line <= last;
}

/** Returns whether a statement has this text; for a statement with a heredoc, its first line suffices. */
function isSame(overlay: Overlay, statement: Statement, text: string): boolean {
  const source = sourceOf(overlay, statement);
  return [source, source.split('\n')[0] ?? ''].some((one) => plain(one) === plain(text));
}

function plain(text: string): string {
  return text.trim().replace(/[ \t]+/g, ' ');
}

const MOST_SHOWN = 40;

/** Returns the first line of each statement behind its line number. */
function outlineOf(overlay: Overlay): string {
  const lines = overlay.statements.map(
    (one) => `${one.place.line}: ${(sourceOf(overlay, one).split('\n')[0] ?? '').slice(0, 120)}`,
  );
  return lines.slice(0, MOST_SHOWN).join('\n');
}

function refused(kind: EditRefusal['kind'], error: string): EditRefusal {
  return {ok: false, kind, error};
}
