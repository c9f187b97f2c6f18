import type {Statement} from '../syntax/statement.ts';

/** Codes of warnings: what the reference does without a word. */
export type WarningCode =
  | 'W_DOPS_PATCH_OVERWRITTEN'
  | 'W_DOPS_TOKEN_IN_COMMENT'
  | 'W_DOPS_UNBALANCED_CONDITION'
  | 'W_DOPS_NAME_WITH_PLUS'
  | 'W_DOPS_DEPENDENCIES_LOST'
  | 'W_DOPS_READ_AFTER_MATERIALIZE'
  | 'W_DOPS_NO_EFFECT'
  | 'W_DOPS_OPERATION_FAILS'
  | 'W_DOPS_RECIPE_WITHOUT_TAB'
  | 'W_DOPS_OTHER_ORIGIN'
  | 'W_DOPS_ORPHAN'
  | 'W_DOPS_DEAD_FILE'
  | 'W_DOPS_UNKNOWN_OPERATION';

/** A warning at a statement, or about a file of the overlay, which has no line. */
export interface Warning {
  readonly code: WarningCode;
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
}

export function warningAt({place: {line, column}}: Statement, code: WarningCode, message: string): Warning {
  return {code, message, line, column};
}
