import type {Warning} from './warning.ts';

/** What to do about a failed operation, by its code. */
const FAILURES: Readonly<Record<string, string>> = {
  E_APPLY_MISSING_SUBJECT:
    'Read the file in FreeBSD’s port, and name what it has; if it needs no change there, remove the statement.',
  E_APPLY_AMBIGUOUS_MATCH:
    'Name a longer text that occurs once, or use an operation that does not need a single place, such as mk eval.',
  E_APPLY_INVALID_PATH: 'Name a path below the port.',
};

/** Returns a warning as a line for a reader: place, message, and what to do about it. */
export function describeWarning(warning: Warning): string {
  const {code, message, line, column} = warning;
  const place = line === undefined ? '' : `line ${line}, column ${column}: `;
  return `${place}${[message, adviceFor(code, message)].filter((part) => part !== '').join(' ')}`;
}

function adviceFor(code: Warning['code'], message: string): string {
  if (code === 'W_DOPS_NO_EFFECT') return 'Remove the statement if FreeBSD’s port has the change, or correct what it names.';
  if (code === 'W_DOPS_OPERATION_FAILS') return FAILURES[message.split(':')[0] ?? ''] ?? '';
  return code === 'W_DOPS_ORPHAN' || code === 'W_DOPS_DEAD_FILE' ? 'Use it or delete it.' : '';
}
