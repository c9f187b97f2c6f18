import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {
  cpSync,
  existsSync,
  type FSWatcher,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {BsdTools, type Shell} from '../support/bsd-tools/bsd-tools.ts';

/** A build host in a temporary directory: the real hooks in its config base, with the tools of a BSD, log and ports directories. */
export class BuildHost {
  readonly top = mkdtempSync(join(tmpdir(), 'portwright-hooks-'));
  readonly etc = join(this.top, 'etc');
  readonly logs = join(this.top, 'logs');
  readonly evidence = join(this.logs, 'evidence');
  readonly profile = 'LiveSystem';
  readonly tools: BsdTools;
  /** Command that runs the hooks; none: their own `#!` line. */
  shell: readonly string[] = [];

  /** Creates it; what the hooks start by a `#!` line runs by /bin/sh, what they start by name by `shell`. */
  constructor(shell: Shell = 'dash') {
    this.tools = new BsdTools(this.top, {shell});
    cpSync(join(import.meta.dirname, '../../hooks'), this.etc, {recursive: true});
    for (const script of ['hook_common.sh', 'doctor-build-host', 'send-evidence'])
      this.edit(script, /^PATH=.*$/m, `PATH=${this.tools.dir}`);
    for (const dir of [this.logs, join(this.top, 'ports'), join(this.top, 'DeltaPorts')]) mkdirSync(dir);
    this.conf('');
  }

  /** Deletes it. Throws where a script has used what only GNU's tools have. */
  remove(): void {
    const {refused} = this.tools;
    // A hook may still be compressing its log there.
    rmSync(this.top, {recursive: true, force: true, maxRetries: 10});
    if (refused !== '') throw new Error(`Hooks may use what BSD's tools have; they used: ${refused}`);
  }

  /** Replaces a line of an installed hook. */
  edit(name: string, form: RegExp, by: string): void {
    const path = join(this.etc, name);
    const text = readFileSync(path, 'utf8');
    if (!form.test(text)) throw new Error(`${name} must have ${form}.`);
    writeFileSync(path, text.replace(form, by));
  }

  write(relpath: string, content: string | Uint8Array): string {
    const path = join(this.top, relpath);
    mkdirSync(dirname(path), {recursive: true});
    writeFileSync(path, content);
    return path;
  }

  /** Writes the conf; the flag file of this machine must not count, nor its DeltaPorts. */
  conf(text: string, name = 'portwright-hooks.conf'): void {
    this.write(`etc/${name}`, `DPORTSV3_HOOKS_FLAG_FILE=${this.top}/flag\nDELTAPORTS_ROOT=${this.top}/DeltaPorts\n${text}`);
  }

  /** Exactly dsynth's variables, and nothing of ours. */
  environment(more: Record<string, string>): Record<string, string> {
    const dirs = ['packages', 'repository', 'options', 'distfiles', 'buildbase'];
    return {
      PROFILE: this.profile,
      DIR_LOGS: this.logs,
      DIR_PORTS: join(this.top, 'ports'),
      ...Object.fromEntries(dirs.map((dir) => [`DIR_${dir.toUpperCase()}`, join(this.top, dir)])),
      ...more,
    };
  }

  run(hook: string, more: Record<string, string> = {}): {status: number | null; stderr: string} {
    return this.runBare(hook, this.environment(more));
  }

  runBare(hook: string, env: Record<string, string>): {status: number | null; stderr: string} {
    const [program, ...args] = [...this.shell, join(this.etc, hook)];
    const {status, stderr, error} = spawnSync(program ?? hook, args, {
      env,
      timeout: 60_000,
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    if (error) throw error;
    return {status, stderr};
  }

  start(hook: string, more: Record<string, string>): ChildProcess {
    return spawn(join(this.etc, hook), [], {env: this.environment(more), stdio: 'ignore', detached: true});
  }

  fail(more: Record<string, string> = {}): {status: number | null; stderr: string} {
    return this.run('hook_pkg_failure', failureOf('devel/foo', more));
  }

  /** Directories of all bundles, dot names included. */
  bundles(): string[] {
    const runs = join(this.evidence, 'runs');
    const inRun = (run: string) => names(join(runs, run, 'ports')).map((id) => join(runs, run, 'ports', id));
    return names(runs).flatMap(inRun);
  }

  /** The one bundle there is. */
  bundle(): string {
    const [only, ...others] = this.bundles();
    if (!only || others.length > 0) throw new Error(`Expected one bundle, got ${JSON.stringify([only, ...others])}.`);
    return only;
  }

  errors(): string {
    return readFileSync(join(this.bundle(), 'logs/errors.txt'), 'utf8');
  }

  jobs(): string[] {
    return names(join(this.evidence, 'queue/pending'));
  }

  log(): string {
    return read(join(this.logs, 'portwright-hooks.log'));
  }
}

export function failureOf(origin: string, more: Record<string, string> = {}): Record<string, string> {
  return {RESULT: 'failure', ORIGIN: origin, FLAVOR: origin, PKGNAME: 'foo-1.0.txz', ...more};
}

export function names(dir: string): string[] {
  return existsSync(dir) ? readdirSync(dir).sort() : [];
}

export function read(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Resolves once the file is there; background work of a hook has no other sign of its end. */
export async function appears(path: string): Promise<void> {
  let watcher: FSWatcher | undefined;
  await new Promise<void>((resolve) => {
    const look = () => {
      if (existsSync(path)) resolve();
    };
    watcher = watch(dirname(path), look);
    look();
  }).finally(() => watcher?.close());
}
