import {mkdirSync, rmSync, statSync} from 'node:fs';
import {dirname} from 'node:path';
import type {DatabaseSync, SQLInputValue, StatementSync} from 'node:sqlite';
import type {ConsoleEvent} from './case-events.ts';
import {SCHEMA, SCHEMA_VERSION} from './schema.ts';
import {openDatabase} from './sqlite.ts';

export type Row = Record<string, SQLInputValue>;

/** An event with its number. Numbers grow with time: microseconds since 1970, or the next one that is free. */
export interface NumberedEvent extends ConsoleEvent {
  readonly id: number;
}

/** Events that are stored at most. */
const MOST_EVENTS = 100_000;

/**
 * The console's read model in one SQLite file: a copy of the state of workflows and evidence, which may be deleted at any time. Numbers of events are made
 * of the time, so that a reader's position means the same in a file that was created again.
 */
export class Cache {
  readonly #path: string;
  #db: DatabaseSync;
  #statements = new Map<string, StatementSync>();
  #inode: number;

  /** Opens the file, or creates it; one that is damaged or of another version is created again. */
  constructor(path: string) {
    this.#path = path;
    mkdirSync(dirname(path), {recursive: true, mode: 0o700});
    this.#db = openOrRecreate(path);
    this.#inode = statSync(path).ino;
  }

  /** Whether somebody has deleted the file, or put another in its place. */
  get isGone(): boolean {
    return statSync(this.#path, {throwIfNoEntry: false})?.ino !== this.#inode;
  }

  /** Begins a new file in place of one that is gone. */
  renew(): void {
    this.close();
    this.#statements = new Map();
    this.#db = openOrRecreate(this.#path);
    this.#inode = statSync(this.#path).ino;
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  all<T = Row>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.#prepared(sql).all(...values) as T[];
  }

  one<T = Row>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.#prepared(sql).get(...values) as T | undefined;
  }

  run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepared(sql).run(...values);
  }

  /** Runs `work` in a transaction: all of it is stored, or nothing. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN');
    try {
      const done = work();
      this.#db.exec('COMMIT');
      return done;
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  /** Puts a row in place of the one with the same key. */
  put(table: 'runs' | 'bundles' | 'cases' | 'jobs' | 'signatures', row: Row): void {
    const names = Object.keys(row);
    const marks = names.map(() => '?').join(', ');
    this.run(`INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${marks})`, ...Object.values(row));
  }

  /** Numbers and stores events of now, in this order, after all that there are. */
  addEvents(events: readonly ConsoleEvent[]): NumberedEvent[] {
    return events.map((event) => {
      const id = Math.max(Date.now() * 1000, this.lastEventId + 1);
      return this.#insert(id, event);
    });
  }

  /** Stores events that happened before this file was made, each at its time. */
  recallEvents(events: readonly ConsoleEvent[]): void {
    for (const event of events) {
      const from = (Date.parse(event.ts) || 0) * 1000;
      const taken = this.one<{id: number | null}>(
        'SELECT max(id) AS id FROM events WHERE id BETWEEN ? AND ?',
        from,
        from + 999_999,
      );
      this.#insert(taken?.id == null ? from : taken.id + 1, event);
    }
  }

  /** Deletes the oldest events beyond the limit. */
  prune(): void {
    this.run('DELETE FROM events WHERE id <= (SELECT id FROM events ORDER BY id DESC LIMIT 1 OFFSET ?)', MOST_EVENTS);
  }

  /** 0 without any. */
  get lastEventId(): number {
    return this.one<{id: number | null}>('SELECT max(id) AS id FROM events')?.id ?? 0;
  }

  #insert(id: number, event: ConsoleEvent): NumberedEvent {
    const {origin, job_id, case: workflowId} = event.data as Record<string, string | null | undefined>;
    this.run(
      'INSERT INTO events (id, ts, type, origin, job_id, workflow_id, data_json) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[id, event.ts, event.type, origin ?? null, job_id ?? null, workflowId ?? null, JSON.stringify(event.data)],
    );
    return {...event, id};
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function openOrRecreate(path: string): DatabaseSync {
  const found = opened(path);
  if (found !== undefined) return found;
  for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name, {force: true});
  const db = openDatabase(path);
  pragmas(db);
  db.exec(SCHEMA);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
  return db;
}

/** The database of a file of this version; undefined for any other file. */
function opened(path: string): DatabaseSync | undefined {
  if (statSync(path, {throwIfNoEntry: false}) === undefined) return undefined;
  let db: DatabaseSync | undefined;
  try {
    db = openDatabase(path);
    pragmas(db);
    const {user_version} = db.prepare('PRAGMA user_version').get() as {user_version: number};
    if (user_version === SCHEMA_VERSION) return db;
  } catch {
    // Whatever it is, it is no cache that can be used.
  }
  if (db?.isOpen) db.close();
  return undefined;
}

function pragmas(db: DatabaseSync): void {
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -65536;');
}
