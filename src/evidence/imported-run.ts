import {spawn} from 'node:child_process';
import {copyFile, link, mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, resolve} from 'node:path';
import type {PortId} from '../case/types.ts';
import {installRoot} from '../setup/paths.ts';
import type {DsynthConfig} from './dsynth-config.ts';
import {logName} from './dsynth-logs.ts';
import {EVIDENCE_DIR, EVIDENCE_FILE} from './modes.ts';
import {writeAtomically} from './write-atomically.ts';

export interface ImportOptions {
  /** Evidence root that gets the bundles. */
  readonly root: string;
  readonly target: string;
  readonly profile: string;
  readonly config: DsynthConfig;
  /** Suffix of the run's id. */
  readonly suffix: 'imported' | 'by-hand';
}

/**
 * A run whose failures are made into bundles after the fact, by the hooks themselves, with dsynth's environment. Their log directory is a
 * temporary one, and run and evidence are named to them, so that a run of dsynth at work is not touched.
 */
export class ImportedRun {
  readonly runId: string;
  readonly #options: ImportOptions;
  readonly #place: string;
  #failed = 0;

  private constructor(options: ImportOptions, place: string, runId: string) {
    this.#options = options;
    this.#place = place;
    this.runId = runId;
  }

  static async open(options: ImportOptions): Promise<ImportedRun> {
    const place = await mkdtemp(join(tmpdir(), 'portwright-import-'));
    const ts = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
    // No id that ends as those of dsynth's runs do: it must not pass for a later run of the host.
    const runId = `run-${sanitised(options.profile)}-${ts}Z-${process.pid}-${options.suffix}`;
    const dir = join(options.root, 'runs', runId);
    await mkdir(join(dir, 'ports'), EVIDENCE_DIR);
    const start = {ts_utc: `${ts}Z`, profile: options.profile, ports_queued: '', run_id: runId, target: options.target};
    await writeFile(
      join(dir, 'run_start.txt'),
      Object.entries(start)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
      {mode: EVIDENCE_FILE},
    );
    return new ImportedRun(options, place, runId);
  }

  /**
   * Makes a bundle of a plain log by the failure hook, and returns its id. The bundle names `source` as its log, where the log was unpacked
   * from that. Throws with the hook's complaint if it made none.
   */
  async add(port: Pick<PortId, 'origin' | 'flavor'>, log: string, source = log): Promise<string> {
    const place = join(this.#place, logName(port));
    await rm(place, {force: true});
    await linkOrCopy(log, place);
    const ports = join(this.#options.root, 'runs', this.runId, 'ports');
    const before = new Set(await readdir(ports));
    const complaint = await this.#hook('hook_pkg_failure', {
      RESULT: 'failure',
      ORIGIN: port.origin,
      FLAVOR: port.flavor ?? port.origin,
      PKGNAME: '',
    });
    const made = (await readdir(ports)).find((name) => !name.startsWith('.') && !before.has(name));
    if (made === undefined)
      throw new Error(
        `The failure hook made no bundle of ${source}: ${complaint}. Is ${this.#options.root} writable, and has its disk room?`,
      );
    this.#failed += 1;
    await writeAtomically(join(ports, made), 'logfile.txt', `logfile=${resolve(source)}\n`);
    return made;
  }

  /** Ends the run by dsynth's own hook, with copies of the summary lists in `lists`. Call it once, whatever happened. */
  async close(lists?: string): Promise<void> {
    try {
      if (lists !== undefined) {
        const names = (await readdir(lists)).filter((name) => /^0[0-6]_[a-z_]+\.log$/.test(name));
        for (const name of names) await linkOrCopy(join(lists, name), join(this.#place, name));
      }
      const none = {PORTS_BUILT: '0', PORTS_IGNORED: '0', PORTS_SKIPPED: '0'};
      await this.#hook('hook_run_end', {PORTS_FAILED: String(this.#failed), ...none});
    } finally {
      await rm(this.#place, {recursive: true, force: true});
    }
  }

  /** Runs a hook as dsynth does, and waits for its background work too. Returns the last line that it complained with. */
  async #hook(name: string, more: Record<string, string>): Promise<string> {
    const {profile, target, config} = this.#options;
    const env = {
      ...config.dirs,
      DELTAPORTS_ROOT: config.deltaports,
      PROFILE: profile,
      DIR_LOGS: this.#place,
      PORTWRIGHT_EVIDENCE: resolve(this.#options.root),
      PORTWRIGHT_RUN_ID: this.runId,
      PORTWRIGHT_TARGET: target,
      DPORTSV3_HOOKS_FLAG_FILE: join(this.#place, 'no-flag'),
      ...more,
    };
    // Descriptor 10 is one that the hooks leave open to their background work: its end is the end of all of it.
    const stdio: ('ignore' | 'pipe')[] = [...Array<'ignore'>(10).fill('ignore'), 'pipe'];
    stdio[2] = 'pipe';
    const child = spawn(join(installRoot(), 'hooks', name), [], {env, stdio});
    let complaints = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      complaints += chunk.toString('utf8');
    });
    await new Promise<void>((done, failed) => child.once('error', failed).once('close', () => done()));
    const log = await readFile(join(this.#place, 'portwright-hooks.log'), 'utf8').catch(() => '');
    return `${complaints}${log}`.trim().split('\n').at(-1) || 'it printed nothing';
  }
}

/** Gives a regular file a second place, which the hooks open as the regular file that it is; they follow no symbolic link. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  const real = await realpath(from);
  if (!(await stat(real)).isFile()) return;
  await link(real, to).catch(() => copyFile(real, to));
}

/** As the hooks make a profile's name fit for a path. */
function sanitised(text: string): string {
  return text.replace(/[/:@]/g, '_').replace(/[^A-Za-z0-9._-]/g, '');
}
