import type {Diagnostic, SyntaxCode} from './diagnostic.ts';
import {describeToken, type Token, type TokenKind} from './token.ts';

/** Reads tokens in order and collects errors. A token that is not what was expected stays unread. */
export class TokenReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #tokens: readonly Token[];
  #index = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** Index of the current token. */
  get index(): number {
    return this.#index;
  }

  get current(): Token {
    const token = this.#tokens[this.#index];
    if (token === undefined) throw new Error(`The tokens have no index ${this.#index}; the last one must be eof.`);
    return token;
  }

  /** Returns the current token and moves behind it; `eof` is returned for ever. */
  next(): Token {
    const token = this.current;
    if (token.kind !== 'eof') this.#index++;
    return token;
  }

  is(kind: TokenKind, value?: string): boolean {
    return this.current.kind === kind && (value === undefined || this.current.value === value);
  }

  /** Returns the tokens from the index on that were read, without newlines. */
  readFrom(index: number): Token[] {
    return this.#tokens.slice(index, this.#index).filter(({kind}) => kind !== 'newline');
  }

  fail(code: SyntaxCode, message: string, token: Token = this.current): undefined {
    const {line, column} = token;
    this.diagnostics.push({code, message, line, column});
  }

  /** Returns the token if it has one of the kinds; else reports an error there. */
  expect(kinds: readonly TokenKind[], expected: string): Token | undefined {
    if (kinds.includes(this.current.kind)) return this.next();
    return this.fail('E_PARSE_EXPECTED_TOKEN', `Expected ${expected}, got ${describeToken(this.current)}.`);
  }

  /** Reads the rest of the line, and the newline. */
  skipLine(): void {
    while (!this.is('eof') && !this.is('newline')) this.next();
    if (this.is('newline')) this.next();
  }
}
