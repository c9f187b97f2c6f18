import {closeSync, constants, fchmodSync, openSync} from 'node:fs';
import type {DatabaseSync} from 'node:sqlite';

/** Opens a database file, which its owner alone may use; its journals get the same mode. Throws the errors of SQLite and of the system. */
export function openDatabase(path: string): DatabaseSync {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK, 0o600);
  try {
    fchmodSync(file, 0o600);
  } finally {
    closeSync(file);
  }
  const {DatabaseSync} = sqlite();
  return new DatabaseSync(path);
}

/** node:sqlite warns at each start that it is experimental, which does not help an operator: the Node it is used with is pinned. */
function sqlite(): typeof import('node:sqlite') {
  const {emitWarning} = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
