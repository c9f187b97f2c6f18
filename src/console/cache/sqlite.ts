import type {DatabaseSync} from 'node:sqlite';

/** Opens a database file. Throws what SQLite says. */
export function openDatabase(path: string): DatabaseSync {
  const {DatabaseSync} = sqlite();
  return new DatabaseSync(path);
}

/** node:sqlite says at each start that it is experimental, which tells an operator nothing: the Node it is used with is pinned. */
function sqlite(): typeof import('node:sqlite') {
  const {emitWarning} = process;
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
