import type {DatabaseSync} from 'node:sqlite';

/** Opens a database file. Throws the errors of SQLite. */
export function openDatabase(path: string): DatabaseSync {
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
