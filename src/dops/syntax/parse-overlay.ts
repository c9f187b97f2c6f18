import type {Diagnostic} from './diagnostic.ts';
import {tokenize} from './lexer.ts';
import {parseStatement} from './parse-statement.ts';
import {checkSemantics} from './semantics.ts';
import type {Statement} from './statement.ts';
import {TokenReader} from './token-reader.ts';

/** A text with its statements in order. `emitOverlay` returns the text again. */
export interface Overlay {
  readonly text: string;
  readonly statements: readonly Statement[];
  /** Errors in the order of the reference, which reports grammar only without lexical errors, and semantics only without both. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Parses an overlay.dops. Never throws, and returns statements for any text: one that cannot be read is `unknown`.
 * An overlay with diagnostics has no plan.
 */
export function parseOverlay(text: string): Overlay {
  const {tokens, diagnostics: lexical} = tokenize(text);
  const reader = new TokenReader(tokens);
  const statements: Statement[] = [];
  while (!reader.is('eof')) {
    if (reader.is('newline')) reader.next();
    else statements.push(parseStatement(reader));
  }
  return {text, statements, diagnostics: firstStage(lexical, reader, statements)};
}

function firstStage(
  lexical: readonly Diagnostic[],
  reader: TokenReader,
  statements: readonly Statement[],
): readonly Diagnostic[] {
  if (lexical.length > 0) return lexical;
  return reader.diagnostics.length > 0 ? reader.diagnostics : checkSemantics(statements, reader.current);
}

/** Returns the text of an overlay, byte for byte. */
export function emitOverlay({text, statements}: Overlay): string {
  let emitted = '';
  let at = 0;
  for (const {place} of statements) {
    const {start, end} = place;
    emitted += text.slice(at, start) + text.slice(start, end);
    at = end;
  }
  return emitted + text.slice(at);
}
