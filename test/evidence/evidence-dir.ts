import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

/** An evidence root in a temporary directory, with bundles and jobs as the hooks write them. */
export class EvidenceDir {
  readonly root = join(mkdtempSync(join(tmpdir(), 'portwright-evidence-')), 'evidence');

  remove(): void {
    rmSync(dirname(this.root), {recursive: true, force: true});
  }

  write(relpath: string, content: string | Uint8Array): string {
    const path = join(this.root, relpath);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, content);
    return path;
  }

  /** A bundle of devel/foo made at `ts`; its directory. */
  bundle(ts: string, {runId = 'run-Live-1', target = '@main', suffix = ''} = {}): string {
    const dir = join('runs', runId, 'ports', `devel_foo-${ts}${suffix}`);
    this.write(
      join(dir, 'meta.txt'),
      ` ts_utc=${ts}\n origin=devel/foo\n origin_base=devel/foo\n flavor=devel/foo\n target=${target}\n`,
    );
    return join(this.root, dir);
  }

  /** The request for that bundle; its file name. */
  job(ts: string, changes: Record<string, string> = {}, runId = 'run-Live-1'): string {
    const fields = {
      ...{type: 'report', created_ts_utc: ts, profile: 'Live', origin: 'devel/foo', flavor: 'devel/foo'},
      ...{run_id: runId, bundle_id: `devel_foo-${ts}`, target: '@main', ...changes},
    };
    const name = `${ts}-Live-devel_foo-42.job`;
    this.write(
      `queue/pending/${name}`,
      Object.entries(fields)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    );
    return name;
  }

  /** Names in a directory of the queue, without dot names. */
  queue(state: 'pending' | 'inflight' | 'done' | 'failed'): string[] {
    const dir = join(this.root, 'queue', state);
    return existsSync(dir) ? readdirSync(dir).sort() : [];
  }

  read(relpath: string): string {
    return readFileSync(join(this.root, relpath), 'utf8');
  }
}
