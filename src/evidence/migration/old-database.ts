import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import type {DatabaseSync} from 'node:sqlite';
import {sqlite} from '../../setup/sqlite.ts';
import {firstPresent} from './old-state.ts';
import {takeFile} from './take-file.ts';

/** A row of a table, with the columns that this version of the existing system has. */
export type OldRow = Readonly<Record<string, unknown>>;

/** Tables of state.db; a table that it lacks has no rows. */
export interface OldTables {
  readonly runs: readonly OldRow[];
  readonly bundles: readonly OldRow[];
  readonly jobs: readonly OldRow[];
  readonly artifact_refs: readonly OldRow[];
  readonly user_context: readonly OldRow[];
  /** Tables that are not read, and their numbers of rows. */
  readonly others: ReadonlyMap<string, number>;
  /** Tables that cannot be read, and why. */
  readonly faults: ReadonlyMap<string, string>;
}

export const NO_TABLES: OldTables = {
  runs: [],
  bundles: [],
  jobs: [],
  artifact_refs: [],
  user_context: [],
  others: new Map(),
  faults: new Map(),
};

const READ = ['runs', 'bundles', 'jobs', 'artifact_refs', 'user_context'] as const;
const MAX_DATABASE = 4 * 1024 ** 3;

/**
 * Reads a state.db from a copy of it and its write-ahead log, since SQLite would write beside the original. Throws if it cannot be copied or is
 * no database.
 */
export async function readOldDatabase(path: string): Promise<OldTables> {
  const {DatabaseSync} = sqlite() ?? {};
  if (DatabaseSync === undefined) throw new Error('this Node has no node:sqlite; use Node 22.13 or later');
  const place = await mkdtemp(join(tmpdir(), 'portwright-import-'));
  try {
    for (const part of [path, `${path}-wal`])
      if ((await firstPresent([part])) !== undefined) await takeFile(part, join(place, basename(part)), MAX_DATABASE);
    const database = new DatabaseSync(join(place, basename(path)));
    try {
      return readTables(database);
    } finally {
      database.close();
    }
  } finally {
    await rm(place, {recursive: true, force: true});
  }
}

/** Reads real tables only: a view, or a virtual table, of a file from elsewhere could run what its author wants. */
function readTables(database: DatabaseSync): OldTables {
  database.exec('PRAGMA trusted_schema = OFF');
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite_%'")
    .all()
    .map(({name}) => String(name));
  const faults = new Map<string, string>();
  const attempt = <T>(name: string, otherwise: T, read: () => T): T => {
    try {
      return names.includes(name) ? read() : otherwise;
    } catch (error) {
      faults.set(name, (error as Error).message);
      return otherwise;
    }
  };
  const rows = (name: string): OldRow[] => attempt(name, [], () => database.prepare(`SELECT * FROM ${name}`).all() as OldRow[]);
  const [runs, bundles, jobs, artifact_refs, user_context] = READ.map(rows) as [OldRow[], OldRow[], OldRow[], OldRow[], OldRow[]];
  const others = names
    .filter((name) => !READ.includes(name as never) && /^[a-z_]{1,60}$/.test(name))
    .map(
      (name) => [name, attempt(name, 0, () => Number(database.prepare(`SELECT count(*) AS n FROM ${name}`).get()?.n))] as const,
    );
  return {runs, bundles, jobs, artifact_refs, user_context, others: new Map(others), faults};
}

/** Returns a column's text; empty if it is missing or no text. */
export function textOf(row: OldRow | undefined, column: string): string {
  const value = row?.[column];
  return typeof value === 'string' ? value : '';
}
