import {closeSync, constants, fchmodSync, openSync} from 'node:fs';
import type {DatabaseSync} from 'node:sqlite';
import {sqlite} from '../../setup/sqlite.ts';

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
