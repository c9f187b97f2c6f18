import type {LineColumn} from './line-index.ts';

/** `heredoc` is the start `<<'TAG'`; `body` follows behind the newline of its line, and ends before its terminator. */
export type TokenKind = 'word' | 'string' | 'arrow' | 'heredoc' | 'body' | 'newline' | 'eof';

/** A token with its place: line and column of its first character, and offsets into the text (`end` exclusive). */
export interface Token extends LineColumn {
  readonly kind: TokenKind;
  /** The word; the string decoded; `->`; the tag of a heredoc; the body with LF at the end of each line. */
  readonly value: string;
  readonly start: number;
  /** Of a body: the end of its terminator line, without newline. */
  readonly end: number;
}

/** Returns the token as an error message shows it. */
export function describeToken({kind, value}: Token): string {
  switch (kind) {
    case 'eof':
      return 'the end of the file';
    case 'newline':
      return 'the end of the line';
    case 'heredoc':
      return `the heredoc <<'${value}'`;
    case 'body':
      return 'the body of a heredoc';
    case 'string':
      return `the string ${JSON.stringify(value)}`;
    default:
      return `\`${value}\``;
  }
}
