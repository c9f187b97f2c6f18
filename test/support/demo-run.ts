import {readdirSync, readFileSync} from 'node:fs';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, dirname, join} from 'node:path';
import {execa} from 'execa';
import {installRoot, stateDir} from '../../src/setup/paths.ts';
import {findTemporalCli} from '../../src/worker/temporal-cli.ts';

/** A run of `portwright demo` as a user starts it, with a separate state directory. */
export class DemoRun {
  readonly dir: string;
  readonly #path: string;
  readonly #root: string;
  #child: ReturnType<typeof startDemo> | undefined;
  readonly lines: string[] = [];
  #wake: (() => void)[] = [];

  private constructor(dir: string, path: string, root: string) {
    this.dir = dir;
    this.#path = path;
    this.#root = root;
  }

  /** Of the installation in `root`, default this one. */
  static async make(root = installRoot()): Promise<DemoRun> {
    const cli = await findTemporalCli({stateDir: stateDir(process.env), print: () => undefined});
    return new DemoRun(await mkdtemp(join(tmpdir(), 'portwright-demo-')), `${dirname(cli.path)}:${process.env.PATH}`, root);
  }

  start(...args: string[]): void {
    this.startWith({}, ...args);
  }

  /** Starts it with additional variables. */
  startWith(more: NodeJS.ProcessEnv, ...args: string[]): void {
    this.lines.length = 0;
    const child = startDemo(this.#root, args, {...this.env, ...more, PORTWRIGHT_STATE_DIR: this.dir});
    this.#child = child;
    void this.#read(child);
  }

  async #read(child: ReturnType<typeof startDemo>): Promise<void> {
    for await (const line of child.iterable({from: 'all'})) this.#take(line);
    this.#take('(end of output)');
  }

  #take(line: string): void {
    this.lines.push(line);
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Waits for the first line that matches. Throws with the complete output if it ends before. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = this.lines.find((line) => pattern.test(line));
      if (found !== undefined) return found;
      if (this.lines.at(-1) === '(end of output)') throw new Error(`No line ${pattern} in:\n${this.lines.join('\n')}`);
      await new Promise<void>((done) => this.#wake.push(done));
    }
  }

  /** Waits for the line of this number, from 0. */
  async nth(at: number): Promise<string> {
    while (this.lines.length <= at) await new Promise<void>((done) => this.#wake.push(done));
    return this.lines[at] ?? '';
  }

  /** Waits for its end, and returns the exit code. */
  async ended(): Promise<number | undefined> {
    const {exitCode} = (await this.#child) ?? {};
    await this.line(/^\(end of output\)$/);
    return exitCode;
  }

  /** Variables that separate a run from the machine's Temporal and models. */
  get env(): NodeJS.ProcessEnv {
    return {PATH: this.#path, DP_HARNESS_TRIAGE_MODEL: '', DP_HARNESS_POLICY: '', TEMPORAL_ADDRESS: ''};
  }

  /** Kills the demo, and with it everything that it started. */
  async killed(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.ended();
    while (this.leftovers().length > 0) await new Promise((done) => setTimeout(done, 50));
  }

  interrupt(): void {
    this.#child?.kill('SIGINT');
  }

  /** Returns the last line before the end mark. */
  get last(): string {
    return this.lines.at(-2) ?? '';
  }

  /** Returns the command lines of processes inside this run's envs whose program is `name`; other tests run the same programs. */
  processes(name: string): string[] {
    return pids()
      .filter((pid) => new RegExp(`^(/bin/)?sh (\\S*/)?${name} `).test(commandLine(pid)))
      .filter((pid) => proc(pid, 'mountinfo').includes(`/${basename(this.dir)}/`))
      .map(commandLine);
  }

  /** Returns the command lines of processes that still name this run's directory. */
  leftovers(): string[] {
    return pids()
      .map(commandLine)
      .filter((line) => line.includes(this.dir));
  }

  /** Ends what a failed test left running, and removes all its files. */
  async remove(): Promise<void> {
    this.interrupt();
    await this.#child;
    await rm(this.dir, {recursive: true, force: true});
  }
}

function startDemo(root: string, args: readonly string[], env: NodeJS.ProcessEnv) {
  const program = join(root, 'bin', 'portwright.js');
  return execa(process.execPath, [program, 'demo', ...args], {env, reject: false, all: true, stdin: 'ignore'});
}

function pids(): string[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
}

function commandLine(pid: string): string {
  return proc(pid, 'cmdline').replaceAll('\0', ' ');
}

/** Reads a file of /proc; empty for a process that has ended. */
function proc(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
