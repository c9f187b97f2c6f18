/** A failure that the composer reports of a port. */
export interface ComposeFailure {
  /** Code of the composer, such as `E_APPLY_MISSING_SUBJECT`. */
  readonly code: string;
  readonly message: string;
  /** File below the port's overlay directory; missing where the failure is of none. */
  readonly file?: string;
  /** Line and column of the statement in overlay.dops, from 1. */
  readonly line?: number;
  readonly column?: number;
  /** Kind of the operation, such as `mk.var.unset`. */
  readonly kind?: string;
  /** First line of the statement. */
  readonly operation?: string;
}

/** Renders one failure: `overlay.dops:3:1: mk.var.unset: CODE: message`, and the statement in the next line. */
export function failureText({file, line, column, kind, code, message, operation}: ComposeFailure): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const head = [place, kind ?? '', code, message].filter((part) => part !== '').join(': ');
  return operation === undefined ? head : `${head}\n  > ${operation}`;
}
