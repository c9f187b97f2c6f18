import type {Diagnostic} from '../syntax/diagnostic.ts';
import {type Overlay, parseOverlay} from '../syntax/parse-overlay.ts';
import type {Statement} from '../syntax/statement.ts';
import {addStatement, removeStatement, replaceStatement, sourceOf} from './edit-overlay.ts';
import {type Emittable, emitStatement} from './emit-statement.ts';

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

/** Result of an edit: the overlay, the index of the first and the number of the statements that are new in it, and the text that it no longer has. */
export type TextEdited =
  | {readonly ok: true; readonly overlay: Overlay; readonly index: number; readonly count: number; readonly removed?: string}
  | EditRefusal;

/** Most statements of one edit. */
const MOST_STATEMENTS = 100;

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
    if (error !== undefined) return refused('syntax', wouldBe(error));
    const index = edit.kind === 'add' ? at + 1 : at;
    const removed = edit.kind === 'add' ? undefined : overlay.statements[at];
    const gone = removed === undefined ? {} : {removed: sourceOf(overlay, removed)};
    return {ok: true, overlay: edited, index, count: added.length, ...gone};
  } catch (error) {
    return refused('dops_errors', (error as Error).message);
  }
}

/** Returns an error that the edited overlay would have. A header comes with the file, and models add it again. */
function wouldBe({code, line, column, message}: Diagnostic): string {
  const place = `the edited file would have an error in line ${line}, column ${column}: ${message}`;
  return code.startsWith('E_SEM_DUPLICATE') ? `${place} The file has its header already: add the operations only.` : place;
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
  if (text.includes('\0') || !text.isWellFormed())
    return refused('syntax', 'statement must not have NUL characters or lone surrogates.');
  const {statements, diagnostics} = parseOverlay(text.endsWith('\n') ? text : `${text}\n`);
  const fault = diagnostics.find(({code}) => code.startsWith('E_PARSE'));
  if (fault !== undefined)
    return refused('syntax', `statement, line ${fault.line}, column ${fault.column}: ${fault.code}: ${fault.message}`);
  if (statements.length === 0) return refused('syntax', 'statement has no statement of overlay.dops, such as: mk add USES ssl');
  if (statements.length > MOST_STATEMENTS)
    return refused(
      'syntax',
      `statement may have ${MOST_STATEMENTS} statements; got ${statements.length}. Add them in several calls.`,
    );
  return statements.map(({place: _place, ...fields}) => fields as Emittable);
}

function findStatement(overlay: Overlay, at: string): number | EditRefusal {
  const {statements} = overlay;
  const isLine = /^\s*\d+\s*$/.test(at);
  const found = isLine ? indexesOf(statements, (one) => hasLine(overlay, one, Number(at))) : findByText(overlay, at);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const shown = found.slice(0, MOST_SHOWN);
  const lines = shown.map((index) => statements[index]?.place.line).join(', ');
  if (only !== undefined)
    return refused('not_unique', `The text is that of several statements; give the line instead: ${lines}.`);
  const what = isLine ? `at line ${at.trim().slice(0, 20)}` : 'with this text; one call takes one statement';
  return refused('not_found', `overlay.dops has no statement ${what}. It has:\n${outlineOf(overlay)}`);
}

/** Returns the indexes of the statements with this text; without one, of those that mean the same. */
function findByText(overlay: Overlay, text: string): number[] {
  const read = readOnly(text);
  const wanted = plain(read?.text ?? text);
  const found = indexesOf(overlay.statements, (one) => isSame(overlay, one, wanted));
  const meaning = read === undefined ? undefined : canonical(read.statement);
  if (found.length > 0 || meaning === undefined) return found;
  return indexesOf(overlay.statements, (one) => canonical(one) === meaning);
}

function indexesOf(statements: readonly Statement[], matches: (one: Statement) => boolean): number[] {
  return statements.flatMap((one, index) => (matches(one) ? [index] : []));
}

function hasLine({text}: Overlay, {place}: Statement, line: number): boolean {
  const last = place.line + text.slice(place.start, place.end).split(/\r\n?|\n/).length - 1;
  return line >= place.line && line <= last;
}

/** Returns whether a statement has this text; for a statement with a heredoc, its first line suffices. */
function isSame(overlay: Overlay, statement: Statement, wanted: string): boolean {
  const source = plain(sourceOf(overlay, statement));
  return source === wanted || source.split('\n')[0] === wanted;
}

function plain(text: string): string {
  return text
    .trim()
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+/g, ' ');
}

/** Returns the only statement of a text, with its text without the comments around it; undefined where the text has none or several. */
function readOnly(text: string): {readonly statement: Statement; readonly text: string} | undefined {
  const overlay = parseOverlay(text);
  const [statement, ...others] = overlay.statements;
  const isBroken = overlay.diagnostics.some(({code}) => code.startsWith('E_PARSE'));
  if (statement === undefined || others.length > 0 || isBroken) return undefined;
  return {statement, text: sourceOf(overlay, statement)};
}

/** Returns the text of a statement as an edit writes it, which may have other quotes than the text it was added with; undefined for an unknown one. */
function canonical(statement: Statement): string | undefined {
  if (statement.kind === 'unknown') return undefined;
  const {place: _place, ...fields} = statement;
  try {
    return emitStatement(Object.assign({}, fields, {heredocTag: undefined}));
  } catch {
    return undefined;
  }
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
