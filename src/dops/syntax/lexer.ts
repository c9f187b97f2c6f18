import type {Diagnostic} from './diagnostic.ts';
import {readHeredoc} from './read-heredoc.ts';
import {readString} from './read-string.ts';
import {Scanner} from './scanner.ts';
import type {Token} from './token.ts';

/** Tokens of a text, `eof` last, and the lexical errors in order. */
export interface Tokens {
  readonly tokens: readonly Token[];
  readonly diagnostics: readonly Diagnostic[];
}

const BLANKS = /(?:[ \t]|\\[ \t]*(?:\r\n?|\n))+/y;
const COMMENT = /#[^\r\n]*/y;
const NEWLINE = /\r\n?|\n/y;
const ARROW = /->/y;
/** A backslash belongs to a word unless only blanks stand between it and the end of the line. */
const WORD = /(?:[^ \t\r\n#"'\\<-]|\\(?![ \t]*[\r\n])|<(?!<)|-(?!>))+/y;

/** Splits the text into tokens. Never throws: what is no token is a diagnostic, and scanning continues behind it. */
export function tokenize(text: string): Tokens {
  const scanner = new Scanner(text);
  while (scanner.at < text.length) readToken(scanner);
  scanner.add('eof', '', text.length);
  return scanner;
}

function readToken(scanner: Scanner): void {
  const start = scanner.at;
  if (scanner.take(BLANKS) ?? scanner.take(COMMENT)) return;
  const word = scanner.take(WORD);
  if (word !== null) scanner.add('word', word[0], start);
  else if (scanner.take(NEWLINE)) scanner.add('newline', '\n', start);
  else if (scanner.take(ARROW)) scanner.add('arrow', '->', start);
  else if (scanner.text[start] === '"') readString(scanner);
  else if (scanner.text[start] === '<') readHeredoc(scanner);
  else {
    scanner.at++;
    scanner.fail('E_PARSE_UNEXPECTED_CHAR', "A ' stands only around the tag of a heredoc. Strings take double quotes.", start);
  }
}
