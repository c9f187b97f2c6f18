import {createHash} from 'node:crypto';
import {lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {sqlite} from '../../../src/setup/sqlite.ts';

export const RUN = 'run-Live-20260118-140501Z-77';

/** A made-up installation of the existing system in a temporary directory, and an empty log directory beside it. */
export class OldInstallation {
  readonly place = mkdtempSync(join(tmpdir(), 'portwright-old-'));
  readonly dir = join(this.place, 'old');
  readonly root = join(this.place, 'logs', 'evidence');

  constructor() {
    mkdirSync(dirname(this.root));
    mkdirSync(this.dir);
  }

  remove(): void {
    rmSync(this.place, {recursive: true, force: true});
  }

  write(relpath: string, content: string | Uint8Array): string {
    const path = join(this.dir, relpath);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, content);
    return path;
  }

  /** A bundle as a directory, as the hooks of the first version wrote it. */
  bundle(id: string, origin = 'devel/foo', runId = RUN): string {
    const dir = join('evidence', 'runs', runId, 'ports', id);
    this.write(
      join(dir, 'meta.txt'),
      ` ts_utc=20260118-150000Z\n result=failure\n origin=${origin}\n origin_base=${origin}\n flavor=${origin}\n profile=Live\n`,
    );
    this.write(join(dir, 'logs/errors.txt'), '== Summary ==\nfoo.c:1: error: x\n');
    return dir;
  }

  job(state: string, name: string, fields: Record<string, string>): void {
    this.write(join('evidence/queue', state, name), pairs(fields));
  }

  /** Stores a blob as the artifact store does, and returns its digest. */
  blob(content: string): string {
    const sha256 = createHash('sha256').update(content).digest('hex');
    this.write(join('evidence/objects/sha256', sha256.slice(0, 2), sha256.slice(2, 4), sha256), content);
    return sha256;
  }

  /** Creates state.db with tables of the later version; `fill` gets a function that inserts a row. */
  database(fill: (insert: (table: string, row: Record<string, string | number>) => void) => void): void {
    const {DatabaseSync} = sqlite();
    const db = new DatabaseSync(join(this.dir, 'evidence', 'state.db'));
    db.exec(`PRAGMA journal_mode = WAL;
      CREATE TABLE runs (run_id TEXT PRIMARY KEY, profile TEXT, path TEXT, ts_start TEXT, ts_end TEXT);
      CREATE TABLE bundles (bundle_id TEXT PRIMARY KEY, run_id TEXT, origin TEXT, flavor TEXT, ts_utc TEXT, result TEXT, target TEXT, resolution TEXT);
      CREATE TABLE jobs (job_id TEXT PRIMARY KEY, state TEXT, type TEXT, origin TEXT, bundle_id TEXT, created_ts_utc TEXT, last_error TEXT);
      CREATE TABLE artifact_refs (bundle_id TEXT, relpath TEXT, backend TEXT, sha256 TEXT, fs_path TEXT, PRIMARY KEY (bundle_id, relpath));
      CREATE TABLE user_context (run_id TEXT, origin TEXT, context_text TEXT, PRIMARY KEY (run_id, origin));
      CREATE TABLE activity_log (id INTEGER PRIMARY KEY, message TEXT);`);
    fill((table, row) => {
      const marks = Object.keys(row).map(() => '?');
      db.prepare(`INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${marks.join(', ')})`).run(...Object.values(row));
    });
    db.close();
  }

  read(relpath: string): string {
    return readFileSync(join(this.root, relpath), 'utf8');
  }

  /** Names, kinds, times of change and contents of all that is below a directory. */
  static digest(dir: string): Record<string, string> {
    const found: Record<string, string> = {};
    for (const entry of readdirSync(dir, {recursive: true, encoding: 'utf8'}).sort()) {
      const path = join(dir, entry);
      const stat = lstatSync(path);
      const content = stat.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
      found[entry] = `${stat.mode} ${stat.mtimeMs} ${stat.isSymbolicLink() ? readlinkSync(path) : content}`;
    }
    return found;
  }
}

export function pairs(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}
