import {type Fragment, parseFragment, parseUnended} from '../../dops/parse-fragment.ts';
import type {Diagnostic} from '../../dops/syntax/diagnostic.ts';
import {LineIndex} from '../../dops/syntax/line-index.ts';
import {splitLines} from '../../dops/syntax/lines.ts';
import {parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import type {Statement} from '../../dops/syntax/statement.ts';
import type {SideLine} from './sides.ts';

/** A statement of overlay.dops, or make text of a heredoc that starts before the lines. */
export interface DopsPiece {
  /** Undefined for make text, and for an error outside of statements. */
  readonly statement?: Statement;
  /** Lines of its heredoc, or the make text. */
  readonly body: readonly SideLine[];
  /** The lines of the statement, without its heredoc. */
  readonly head: readonly SideLine[];
  /** The diff changes the head, or the make text. */
  readonly changed: boolean;
  /** What the language does not allow. */
  readonly fault?: string;
}

/** Splits lines of overlay.dops into statements. `isComplete`: they are the file; else its hunks, which may begin and end in heredocs. */
export function readPieces(lines: readonly SideLine[], isComplete: boolean): DopsPiece[] {
  return runsOf(lines).flatMap((run) => piecesOf(run, isComplete));
}

/** Splits lines where others between them are unknown. */
function runsOf(lines: readonly SideLine[]): SideLine[][] {
  const runs: SideLine[][] = [];
  for (const line of lines) {
    if (runs.length === 0 || line.afterGap === true) runs.push([]);
    runs.at(-1)?.push(line);
  }
  return runs;
}

function piecesOf(run: readonly SideLine[], isComplete: boolean): DopsPiece[] {
  const isOpen = run[0]?.afterGap === true;
  const texts = run.map(({text}) => text);
  const {body, skipped, overlay} = isOpen ? parseFragment(texts) : fromStart(texts);
  const leading = run.slice(0, body.length);
  const lines = new PieceLines(run.slice(skipped), overlay.text);
  const cut = isComplete ? parseOverlay(texts.join('\n')).diagnostics.filter(isUnended) : [];
  const diagnostics = [...overlay.diagnostics.filter(({code}) => code.startsWith('E_PARSE')), ...cut];
  const pieces = overlay.statements.map((statement) => lines.pieceOf(statement, diagnostics));
  return [
    ...(leading.length === 0 ? [] : [textPiece(leading)]),
    ...pieces,
    ...(isOpen ? pieces.flatMap(recipeLines) : []),
    ...lines.errorsBetween(overlay.statements, diagnostics),
  ];
}

function fromStart(texts: readonly string[]): Fragment {
  return {body: [], skipped: 0, overlay: parseUnended(texts.join('\n'))};
}

function isUnended({code}: Diagnostic): boolean {
  return code === 'E_PARSE_UNTERMINATED_HEREDOC';
}

function textPiece(lines: readonly SideLine[]): DopsPiece {
  return {body: lines, head: [], changed: lines.some(({changed}) => changed)};
}

/** Returns a statement behind a tab as make text too: where it is unknown whether a heredoc is open, it may be a command. */
function recipeLines({statement, head}: DopsPiece): DopsPiece[] {
  return statement?.kind !== 'unknown' && head.some(({text}) => text.startsWith('\t')) ? [textPiece(head)] : [];
}

function faultIn(head: readonly SideLine[], message: string): string {
  return `${head[0]?.text.trim() ?? ''} (${message})`;
}

/** Lines of a diff by the lines that the lexer counts, of which a carriage return makes more. */
class PieceLines {
  readonly #lines: readonly SideLine[];
  /** Index in `#lines` of each of the lexer's lines. */
  readonly #index: readonly number[];

  readonly #places: LineIndex;

  constructor(lines: readonly SideLine[], text: string) {
    this.#lines = lines;
    this.#places = new LineIndex(text);
    this.#index = lines.flatMap(({text}, at) =>
      text
        .replace(/\r$/, '')
        .split('\r')
        .map(() => at),
    );
  }

  pieceOf(statement: Statement, diagnostics: readonly Diagnostic[]): DopsPiece {
    const {tokens, line} = statement.place;
    const body = tokens.find(({kind}) => kind === 'body');
    const last = tokens.findLast(({kind}) => kind !== 'body');
    // An escaped newline, which is an error, lets a string continue on the next line.
    const end = last === undefined ? line : this.#places.at(Math.max(last.start, last.end - 1)).line;
    const head = this.#slice(line, end);
    const found = diagnostics.find((one) => one.line >= line && one.line <= end);
    const changed = head.some((one) => one.changed) || (found !== undefined && isUnended(found));
    const problem = found?.message ?? (statement.kind === 'unknown' ? 'No statement has this form.' : undefined);
    return {
      statement,
      head,
      changed,
      body: body === undefined ? [] : this.#bodyLines(splitLines(body.value), body.line, changed),
      ...(problem === undefined ? {} : {fault: faultIn(head, problem)}),
    };
  }

  /** Returns the errors of lines that have no token, such as a quotation mark only. */
  errorsBetween(statements: readonly Statement[], diagnostics: readonly Diagnostic[]): DopsPiece[] {
    const taken = new Set(statements.flatMap(({place}) => place.tokens.map(({line}) => line)));
    return diagnostics
      .filter(({line}) => !taken.has(line))
      .map(({line, message}) => {
        const head = this.#slice(line, line);
        const changed = head.some((one) => one.changed);
        return {head, body: [], changed, fault: faultIn(head, message)};
      });
  }

  #slice(from: number, to: number): readonly SideLine[] {
    return this.#lines.slice(this.#index[from - 1] ?? this.#lines.length, (this.#index[to - 1] ?? this.#lines.length) + 1);
  }

  /** A body moves with its statement: what a changed one does with it is new. */
  #bodyLines(texts: readonly string[], line: number, changed: boolean): SideLine[] {
    const from = this.#index[line - 1] ?? this.#lines.length;
    const lines = this.#lines.slice(from, from + texts.length);
    const isAligned = lines.every(({text}, at) => text.replace(/\r$/, '') === texts[at]);
    const anyChanged = !isAligned && lines.some((one) => one.changed);
    return texts.map((text, at) => ({text, changed: anyChanged || lines[at]?.changed === true, isIncluded: changed}));
  }
}
