/** Codes of an operation's result, those of the reference. */
export type RowCode =
  | 'E_APPLY_INVALID_PATH'
  | 'E_APPLY_MISSING_SUBJECT'
  | 'E_APPLY_AMBIGUOUS_MATCH'
  | 'E_APPLY_PARSE_FAILED'
  | 'E_APPLY_PATCH_FAILED'
  | 'W_APPLY_ON_MISSING_WARN'
  | 'I_APPLY_TARGET_MISMATCH';

/** An operation failed; the others go on. */
export class OperationFailure extends Error {
  readonly code: RowCode;

  constructor(code: RowCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** What the operating system would refuse, such as reading a directory. It ends the run. */
export class SystemFailure extends Error {}
