import type {Diagnostic, SyntaxCode} from './diagnostic.ts';
import {LineIndex} from './line-index.ts';
import type {Token, TokenKind} from './token.ts';

/** State of a run of the lexer: the readers below move `at` and add to both lists. */
export class Scanner {
  readonly text: string;
  readonly tokens: Token[] = [];
  readonly diagnostics: Diagnostic[] = [];
  at = 0;
  readonly #lines: LineIndex;

  constructor(text: string) {
    this.text = text;
    this.#lines = new LineIndex(text);
  }

  /** Returns what the pattern, which is sticky, matches here, and moves behind it. */
  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match !== null) this.at = pattern.lastIndex;
    return match;
  }

  add(kind: TokenKind, value: string, start: number, end: number = this.at): void {
    const {line, column} = this.#lines.at(start);
    this.tokens.push({kind, value, start, end, line, column});
  }

  fail(code: SyntaxCode, message: string, offset: number): void {
    this.diagnostics.push({code, message, ...this.#lines.at(offset)});
  }
}
