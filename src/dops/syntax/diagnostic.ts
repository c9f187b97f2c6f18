import type {LineColumn} from './line-index.ts';

/** Error codes of the language, those of the reference. Lexical and grammatical errors begin with E_PARSE. */
export type SyntaxCode =
  | 'E_PARSE_INVALID_ESCAPE'
  | 'E_PARSE_UNTERMINATED_STRING'
  | 'E_PARSE_INVALID_HEREDOC_START'
  | 'E_PARSE_UNTERMINATED_HEREDOC'
  | 'E_PARSE_UNEXPECTED_CHAR'
  | 'E_PARSE_UNEXPECTED_TOKEN'
  | 'E_PARSE_EXPECTED_TOKEN'
  | 'E_PARSE_EXPECTED_STATEMENT'
  | 'E_PARSE_EXPECTED_NEWLINE'
  | 'E_PARSE_INVALID_ON_MISSING'
  | 'E_SEM_MISSING_PORT'
  | 'E_SEM_DUPLICATE_PORT'
  | 'E_SEM_DUPLICATE_TYPE'
  | 'E_SEM_DUPLICATE_REASON'
  | 'E_SEM_DUPLICATE_MAINTAINER'
  | 'E_SEM_INVALID_TARGET_SCOPE'
  | 'E_SEM_INVALID_OPERATION_STATE';

/** An error in the text of an overlay.dops, at one of its characters. */
export interface Diagnostic extends LineColumn {
  readonly code: SyntaxCode;
  readonly message: string;
}
